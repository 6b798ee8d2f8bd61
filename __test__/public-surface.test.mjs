// What is handed out is what index.d.ts declares: no more, no less.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import * as esm from 'toolrack'
import { members, parts, union, values } from './support/declarations.mjs'
import { document, folder, text } from './support/documents.mjs'
import { TARGET_NAMES } from './support/targets.mjs'
import { codeOf, never, registryOf, tool } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const cjs = require('..')
const { NAMES } = require('../lib/observe/events.js')
const plain = (name) => members(name).map((member) => member.replace('?', ''))
const required = (name) => members(name).filter((member) => !member.endsWith('?'))

test('the package exports what is declared', () => {
  assert.deepEqual(Object.keys(cjs).sort(), values().sort())
})

test('import and require give the same classes', () => {
  assert.deepEqual(
    Object.keys(esm)
      .filter((name) => !['default', 'module.exports'].includes(name))
      .sort(),
    Object.keys(cjs).sort(),
  )
  for (const name of Object.keys(cjs)) assert.equal(esm[name], cjs[name])
  assert.equal(esm.default, cjs)
})

test('toolrack/test exports what is declared, to import and to require', async () => {
  const declared = [...parts.get('types/test.d.ts').matchAll(/^export function (\w+)/gm)].map(([, name]) => name)
  const testing = require('toolrack/test')
  assert.deepEqual(Object.keys(testing).sort(), declared.sort())
  const imported = await import('toolrack/test')
  for (const name of declared) assert.equal(imported[name], testing[name])
})

test('nothing but the package, its parts and its package.json can be asked for', () => {
  assert.equal(require('toolrack/package.json').name, 'toolrack')
  for (const path of ['toolrack/lib/registry.js', 'toolrack/lib/index.js', 'toolrack/types/tool.d.ts']) {
    assert.throws(() => require(path), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' })
  }
})

const registry = registryOf({})
const made = {
  ToolRegistry: registry,
  SpecLoader: new cjs.SpecLoader(registry),
  Snapshot: registry.snapshot(),
  ToolHandle: registry.register(tool({ name: 'held' })),
  ToolrackError: new cjs.ToolrackError('CLOSED', 'over'),
  ToolError: new cjs.ToolError('Ask later'),
  CallProgress: new cjs.CallProgress(1, 2, 'half'),
}
for (const [name, instance] of Object.entries(made)) {
  test(`${name} has the members that are declared`, () => {
    assert.ok(instance instanceof cjs[name])
    const own = [
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(instance)),
      ...Object.getOwnPropertyNames(instance),
    ]
    const inherited = name.endsWith('Error') ? ['constructor', 'stack', 'message', 'cause'] : ['constructor']
    assert.deepEqual(own.filter((member) => !inherited.includes(member)).sort(), plain(name).sort())
  })
}

test('classes have no statics', () => {
  const statics = Object.keys(made).flatMap((name) =>
    Object.getOwnPropertyNames(cjs[name])
      .filter((key) => !['length', 'name', 'prototype'].includes(key))
      .map((key) => `${name}.${key}`),
  )
  assert.deepEqual(statics, [])
})

test('the events that are declared are those there are', () => {
  assert.deepEqual([...NAMES].sort(), plain('RegistryEvents').sort())
})

test('every option that is declared is taken', async (t) => {
  const registryOptions = {
    onConflict: 'replace',
    contextFrom: 'caller',
    validateParams: false,
    timeoutMs: 5,
    coerce: true,
    rateLimit: 5,
    callLimits: REGISTRY_CALL_LIMITS,
    enforceRateLimits: true,
    hiddenUnicode: 'strip',
    limits: { definitionBytes: 1e6 },
    telemetry: { content: true },
    names: registry.names(),
    audit: join(await folder(t), 'audit.jsonl'),
    toolErrors: 'generic',
    stateKey: 'k'.repeat(32),
    approvalTimeoutMs: 5,
    maxApprovals: 5,
    search: SEARCH,
  }
  assert.deepEqual(Object.keys(registryOptions).sort(), plain('RegistryOptions').sort())
  assert.deepEqual(Object.keys(CALL_LIMITS).sort(), plain('CallLimits').sort())
  assert.deepEqual(
    Object.keys(REGISTRY_CALL_LIMITS).sort(),
    [...plain('CallLimits').filter((key) => key !== 'timeoutMs'), ...plain('RegistryCallLimits')].sort(),
  )
  assert.deepEqual(Object.keys(CALL_LIMITS.breaker).sort(), plain('BreakerRules').sort())
  assert.deepEqual(Object.keys(SEARCH).sort(), plain('RegistrySearchOptions').sort())
  new cjs.ToolRegistry(registryOptions).close()

  const auditOptions = { path: join(await folder(t), 'audit.jsonl'), calls: true, sync: 'each', onBroken: 'begin' }
  assert.deepEqual(Object.keys(auditOptions).sort(), plain('AuditOptions').sort())
  const written = new cjs.ToolRegistry({ audit: auditOptions })
  assert.deepEqual(Object.keys(written.audit()).sort(), plain('AuditStatus').sort())
  written.close()
  assert.deepEqual(Object.keys(await cjs.verifyAudit(auditOptions.path)).sort(), plain('AuditVerdict').sort())

  const stateOptions = { path: join(await folder(t), 'state'), onBroken: 'begin' }
  assert.deepEqual(Object.keys(stateOptions).sort(), plain('StateOptions').sort())
  const loaderOptions = { state: stateOptions, fetch: globalThis.fetch }
  assert.deepEqual(Object.keys(loaderOptions).sort(), plain('LoaderOptions').sort())
  new cjs.SpecLoader(new cjs.ToolRegistry(), loaderOptions).close()

  const webhookOptions = {
    secrets: ['a'],
    source: 'a',
    respond: 'immediately',
    toleranceMs: 5,
    bodyLimit: 5,
    now: () => 5,
  }
  assert.deepEqual(Object.keys(webhookOptions).sort(), plain('WebhookOptions').sort())
  made.SpecLoader.webhook(webhookOptions)

  const callOptions = {
    context: { userId: 1, auditingId: 2, metadata: 3 },
    signal: new AbortController().signal,
    timeoutMs: 5,
    idempotencyKey: 'k',
    approved: true,
    ask: () => undefined,
  }
  assert.deepEqual(Object.keys(callOptions).sort(), plain('CallOptions').sort())
  await registry.execute('echo', {}, callOptions)

  const filter = {
    category: 'a',
    tags: 'a',
    allTags: 'a',
    source: 'a',
    namespace: 'a',
    version: '1',
    requiresAuth: true,
    requiresApproval: true,
    grantedScopes: ['a'],
    deprecated: true,
    enabled: true,
    stale: false,
    name: 'a',
    names: ['a'],
    predicate: () => true,
  }
  assert.deepEqual(Object.keys(filter).sort(), plain('ToolFilter').sort())
  assert.deepEqual(registry.list(filter), [])

  const catalogOptions = { mode: 'all', filter, query: 'a', limit: 1 }
  assert.deepEqual(Object.keys(catalogOptions).sort(), plain('CatalogOptions').sort())
  assert.deepEqual(registry.catalog(catalogOptions), [])

  const loadOptions = {
    name: 'a',
    namespace: 'b',
    version: '1',
    category: 'c',
    tags: ['d'],
    scopes: ['s'],
    baseUrl: 'http://127.0.0.1:9',
    headers: { a: 'b' },
    auth: { none: 'a', asked: () => 'b' },
    include: { paths: ['/**'] },
    exclude: [{ operationIds: ['none'] }],
    rateLimit: 5,
    callLimits: CALL_LIMITS,
    outputSchemas: true,
    overrides: { loaded: { rateLimit: 1 } },
    watch: false,
    network: {
      hosts: ['a'],
      authOrigins: ['http://127.0.0.1:9'],
      references: { outsideFolder: true, internet: false, hosts: ['a'] },
    },
    document: {
      overlays: [{ overlay: '1.0.0', info: {}, actions: [{ target: '$.info', update: {} }] }],
      deprecated: 'include',
      arguments: 'flat',
      hiddenUnicode: 'flag',
      duplicateKeys: 'last',
    },
    limits: {
      bytes: 9999,
      depth: 99,
      nodes: 999,
      aliases: 9,
      operations: 9,
      documents: 9,
      definitionBytes: 9999,
      outputTokens: 99,
      versions: 3,
      tokens: { target: 'gemini', tool: 9, document: 9 },
    },
    gates: {
      preset: 'production',
      widening: 'apply',
      wording: 'hold',
      endpoint: 'hold',
      auth: 'hold',
      breaking: 'refuse',
      removal: { share: 0.5, least: 9, decision: 'hold' },
      downgrade: 'apply',
      pins: { a: 'b' },
      holdMs: 9,
      onExpiry: 'approve',
      custom: [() => 'apply'],
      timeoutMs: 9,
    },
    targets: ['openai', { target: 'mcp', strict: true, revision: '2025-06-18' }],
  }
  assert.deepEqual(Object.keys(loadOptions.gates).sort(), plain('GatePolicy').sort())
  assert.deepEqual(Object.keys(loadOptions.network).sort(), plain('NetworkOptions').sort())
  assert.deepEqual(Object.keys(loadOptions.network.references).sort(), plain('ReferenceOptions').sort())
  assert.deepEqual(Object.keys(loadOptions.document).sort(), plain('DocumentOptions').sort())
  assert.deepEqual(Object.keys(loadOptions.limits).sort(), plain('DocumentLimits').sort())
  assert.deepEqual(Object.keys(loadOptions.limits.tokens).sort(), plain('TokenBudget').sort())
  assert.deepEqual(Object.keys(loadOptions).sort(), plain('LoadOptions').sort())
  const loader = new cjs.SpecLoader(registry)
  t.after(() => loader.close())
  await loader.load(text(['loaded']), loadOptions)

  const route = {
    use: '1',
    tenants: { a: '1' },
    tenantKey: 'b',
    shares: { 1: 0.5 },
    salt: 'c',
    fallback: { failureRate: 0.5, windowMs: 5, minCalls: 5 },
  }
  assert.deepEqual(Object.keys(route).sort(), plain('Route').sort())
  assert.deepEqual(Object.keys(route.fallback).sort(), plain('Fallback').sort())
  registry.route('a', route)
  const [status] = registry.routes()
  assert.deepEqual(status.route, route)
  assert.deepEqual(Object.keys(status).sort(), plain('RouteStatus').sort())
  assert.deepEqual(Object.keys(status.versions[0]).sort(), plain('VersionStatus').sort())
  const versionOptions = { context: {}, versions: { a: '1' } }
  assert.deepEqual(Object.keys(versionOptions).sort(), plain('VersionOptions').sort())
  assert.equal(registry.snapshot(versionOptions).revision, registry.revision)
  await registry.execute('echo', {}, versionOptions)
})

test('every key of a definition that is declared is taken, and shown', () => {
  const { execute, parameters, inputSchema, ...shown } = Object.fromEntries(
    plain('ToolDefinition').map((key) => [key, SAMPLE[key]]),
  )
  for (const [key, value] of Object.entries({ ...shown, execute, inputSchema })) assert.notEqual(value, undefined, key)
  const own = new cjs.ToolRegistry()
  own.register({ ...shown, execute, inputSchema })
  const got = own.get('sample')
  for (const key of Object.keys(shown)) assert.deepEqual(got[key], shown[key], key)
  assert.deepEqual(
    Object.keys(got).sort(),
    plain('RegisteredTool')
      .filter((key) => !['namespace', 'stale'].includes(key))
      .sort(),
  )
  assert.ok(parameters)
})
const SEARCH = {
  synonyms: { words: { nuke: ['delete'] }, replaceDefaults: true },
  fields: { name: 2 },
  eager: true,
  embed: (texts) => texts.map(() => [1]),
  weight: 0.5,
}
const CALL_LIMITS = {
  burst: 5,
  concurrency: 5,
  sourceConcurrency: 5,
  queue: 5,
  timeoutMs: 5,
  retries: 5,
  breaker: { failures: 5, windowMs: 5, openMs: 5 },
  idempotencyMs: 5,
  maxResultBytes: 1000,
  maxResponseBytes: 5,
  depth: 5,
}
/** The timeout of a registry stands beside them. */
const { timeoutMs: _, ...REGISTRY_CALL_LIMITS } = { ...CALL_LIMITS, idempotencyBytes: 5_000 }
const SAMPLE = {
  name: 'sample',
  title: 'Sample',
  description: 'A sample',
  category: 'c',
  tags: ['t'],
  aliases: ['a'],
  parameters: {},
  inputSchema: { type: 'object' },
  outputSchema: { type: 'string' },
  version: '1.0.0',
  requiresAuth: true,
  requiresApproval: true,
  scopes: ['s'],
  rateLimit: 5,
  callLimits: { queue: 5 },
  deprecated: true,
  annotations: { readOnlyHint: true },
  execute: never,
}

test('what comes back has the keys that are declared', async () => {
  const own = registryOf({ execute: (_, context) => context })
  own.onChange((change) =>
    assert.deepEqual(
      Object.keys(change).sort(),
      plain('ChangeSet')
        .filter((key) => key !== 'source' || change.source)
        .sort(),
    ),
  )
  own.on('spoofAttempt', (event) => assert.deepEqual(Object.keys(event).sort(), ['keys', 'toolName', 'userId']))
  const context = await own.execute('echo', { userId: 1 }, { context: {} })
  for (const key of plain('CallContext')) assert.ok(key in context, key)
  const source = document(['a', 'b'])
  source.paths['/b'].get = 'no operation'
  const loader = new cjs.SpecLoader(own)
  const targets = ['openai']
  const options = { name: 'pets', limits: { tokens: {} }, outputSchemas: true, targets, gates: { wording: 'hold' } }
  await loader.load(source, options)
  source.paths['/a'].get.description = 'Another text'
  const report = await loader.load(source, options)
  const [held] = loader.held()
  assert.deepEqual(Object.keys(held).sort(), required('HeldChange').concat('version').sort())
  assert.deepEqual(Object.keys(held.objections[0]).sort(), plain('GateObjection').sort())
  assert.deepEqual(Object.keys(report.changes).sort(), plain('ToolChanges').sort())
  assert.deepEqual(Object.keys(report.changes.tools[0]).sort(), plain('ToolChange').sort())
  assert.deepEqual(Object.keys(report.changes.tools[0].findings[0]).sort(), plain('ChangeFinding').sort())
  assert.deepEqual(
    Object.keys(await loader.check(source, options)).sort(),
    [...plain('LoadReport'), ...plain('CheckReport')].filter((key) => !['restored', 'truncated'].includes(key)).sort(),
  )
  assert.deepEqual(Object.keys(loader.approve(held.id)).sort(), plain('ChangeReport').sort())
  assert.deepEqual(
    Object.keys(loader.history(report.source)[0]).sort(),
    required('SourceVersion').concat('version').sort(),
  )
  assert.deepEqual(Object.keys(own.history('a')[1]).sort(), plain('ToolVersion').sort())
  assert.deepEqual(Object.keys(report.tokens).sort(), plain('TokenCost').sort())
  assert.deepEqual(
    Object.keys(report).sort(),
    plain('LoadReport')
      .filter((key) => !['restored', 'truncated'].includes(key))
      .sort(),
  )
  assert.deepEqual(Object.keys(report.skipped[0]).sort(), required('SkippedOperation').sort())
  assert.deepEqual(Object.keys(report.inputs).sort(), plain('LoadInputs').sort())
  for (const tally of Object.values(report.inputs))
    assert.deepEqual(Object.keys(tally).sort(), plain('InputTally').sort())
  assert.deepEqual(Object.keys(own.offer('openai')).sort(), plain('Offer').sort())
  assert.deepEqual(Object.keys(own.delta(0, 'openai')).sort(), plain('Delta').sort())
  assert.deepEqual(Object.keys(own.delta(0, 'openai').added[0]).sort(), plain('DeltaTool').sort())
  assert.deepEqual(Object.keys(own.catalog()[0]).sort(), plain('CatalogEntry').sort())
  assert.deepEqual(Object.keys(own.tokens('openai')).sort(), plain('TokenCount').sort())
  assert.deepEqual(Object.keys(own.tokens('openai').tools[0]).sort(), plain('ToolTokens').sort())
  assert.deepEqual(Object.keys(own.summary()).sort(), plain('RegistrySummary').sort())
  const found = own.search('a')
  assert.deepEqual(Object.keys(found).sort(), required('SearchResult').sort())
  assert.deepEqual(Object.keys(found.hits[0]).sort(), required('SearchHit').sort())
  await new cjs.SpecLoader(own).load(text(['c']), { name: 'spaced', namespace: 'd' })
  assert.deepEqual(Object.keys(own.names()).sort(), plain('SavedNames').sort())
  await new cjs.SpecLoader(own).load(text(['d']), {
    name: 'spaced',
    namespace: 'd',
    overrides: { d: { name: 'given' } },
  })
  assert.deepEqual(Object.keys(own.names().names.at(-1)).sort(), plain('SavedName').sort())
})

test('every target that is declared is there, and no other', async () => {
  for (const name of ['TargetDefinitions', 'TargetCalls', 'TargetAnswers'])
    assert.deepEqual(members(name).sort(), TARGET_NAMES.toSorted())
  for (const target of members('TargetDefinitions')) assert.ok(Array.isArray(registry.definitions(target)))
  for (const target of ['openai-legacy', 'OpenAI', '', '__proto__'])
    assert.equal(await codeOf(() => registry.definitions(target)), 'INVALID_OPTIONS')
})

test('the notes of the declaration are those of the core', async () => {
  const { readFile } = await import('node:fs/promises')
  const core = await readFile(new URL('../core/src/schema/note.rs', import.meta.url), 'utf8')
  const codes = [...core.matchAll(/^ {8}([A-Z0-9_]+) (?:Same|Wider|Narrower|Shift);$/gm)].map(([, code]) => code)
  assert.deepEqual(codes, union('NoteCode'))
})

test('the codes of the declaration are those of the core', async () => {
  const { readFile } = await import('node:fs/promises')
  const core = await readFile(new URL('../core/src/error/error_code.rs', import.meta.url), 'utf8')
  const codes = [...core.matchAll(/^ {4}\w+ => "([A-Z_]+)",$/gm)].map(([, code]) => code)
  assert.deepEqual(codes, union('ErrorCode'))
})
