// Options of a load stand in groups; an option at another place, or by a former name, is told where it belongs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolModules, ToolRegistry } from 'toolrack'
import { folder, text } from './support/documents.mjs'
import { refusal, registryOf } from './support/tools.mjs'

const OVERLAY = { overlay: '1.0.0', info: { title: 'Ours', version: '1' }, actions: [] }

/** Options whose word stands elsewhere, and what the error says of it. */
const MISPLACED = [
  [{ hosts: ['a'] }, '"hosts" belongs into network: { network: { hosts } }'],
  [{ authOrigins: ['https://a.example'] }, '"authOrigins" belongs into network: { network: { authOrigins } }'],
  [{ references: { internet: false } }, '"references" belongs into network: { network: { references } }'],
  [{ overlays: ['./overlay.yaml'] }, '"overlays" belongs into document: { document: { overlays } }'],
  [{ overlays: [OVERLAY, new Uint8Array(9)] }, '"overlays" belongs into document: { document: { overlays } }'],
  [{ deprecated: 'include' }, '"deprecated" belongs into document: { document: { deprecated } }'],
  [{ arguments: 'grouped' }, '"arguments" belongs into document: { document: { arguments } }'],
  [{ definitionUnicode: 'flag' }, '"definitionUnicode" belongs into document: { document: { hiddenUnicode } }'],
  [
    { limits: { duplicateKeys: 'last' } },
    'limits: "duplicateKeys" belongs into document: { document: { duplicateKeys } }',
  ],
  [{ keepVersions: 3 }, '"keepVersions" belongs into limits: { limits: { versions } }'],
  [{ tokenBudget: { tool: 9 } }, '"tokenBudget" belongs into limits: { limits: { tokens } }'],
  [{ filter: () => true }, '"filter" is include, or exclude: each takes a function of the operation'],
  [{ filter: 'a' }, '"filter" is include, or exclude: each takes a function of the operation'],
  [
    { document: { internet: false } },
    'document: "internet" belongs into network.references: { network: { references: { internet } } }',
  ],
  [{ network: { bytes: 9 } }, 'network: "bytes" belongs into limits: { limits: { bytes } }'],
  [{ network: { baseUrl: 'https://a.example' } }, 'network: "baseUrl" belongs at the top: { baseUrl }'],
  [{ network: { host: [] } }, 'network: "host" is none of hosts, authOrigins, references; nearest: hosts'],
  [
    { document: { overlay: [] } },
    'document: "overlay" is none of deprecated, arguments, hiddenUnicode, duplicateKeys, overlays; nearest: overlays',
  ],
  [
    { limits: { byte: 9 } },
    'limits: "byte" is none of bytes, depth, nodes, aliases, operations, documents, definitionBytes, outputTokens, ' +
      'versions, tokens; nearest: bytes',
  ],
  [{ limits: { tokens: { tools: 9 } } }, 'limits.tokens: "tools" is none of target, tool, document; nearest: tool'],
]
for (const [options, reason] of MISPLACED) {
  test(`an option is told its place: ${reason}`, async (t) => {
    const registry = registryOf()
    const loader = new SpecLoader(registry)
    const path = await folder(t)
    for (const load of [
      () => loader.load(text(['a']), options),
      () => loader.check(text(['a']), options),
      () => loader.loadDirectory(path, options),
    ]) {
      const { code, message, details } = await refusal(load)
      assert.deepEqual(
        [code, message, details],
        ['INVALID_OPTIONS', `option "load": ${reason}`, { option: 'load', reason }],
      )
    }
    assert.equal(registry.revision, 0)
  })
}

test('what is left out at its place is told by its whole name', async () => {
  for (const [options, option] of [
    [{ document: { overlays: {} } }, 'document.overlays'],
    [{ document: { overlays: [5] } }, 'document.overlays/0'],
    [{ network: { authOrigins: ['nowhere'] } }, 'network.authOrigins'],
    [{ include: [() => true] }, 'include/0'],
  ]) {
    const { code, details } = await refusal(() => new SpecLoader(registryOf()).load(text(['a']), options))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', option])
  }
})

test('an override leaves no operation out: the option exclude does', async () => {
  const load = (options) => new SpecLoader(registryOf()).load(text(['a', 'b']), options)
  const { code, details } = await refusal(() => load({ overrides: { a: { exclude: true } } }))
  const message = 'is no key of an override: leave operations out with the option exclude'
  assert.deepEqual([code, details.problems], ['INVALID_OPTIONS', [{ pointer: '/a/exclude', message }]])
  assert.deepEqual((await load({ exclude: { operationIds: ['a'] } })).added, ['b'])
})

test('a registry says validateParams for its option, and offer for its quarantined tools', async () => {
  const { message } = await refusal(() => new ToolRegistry({ validate: false }))
  assert.match(message, /^option "validate": is none of .*; nearest: validateParams$/)
  const clash = { type: 'object', properties: { a: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }
  const registry = registryOf({ name: 'clash', inputSchema: clash }, { name: 'plain' })
  const { quarantined } = registry.offer('gemini-openapi')
  assert.deepEqual(
    quarantined.map(({ name, findings }) => [name, findings.map(({ code }) => code)]),
    [['clash', ['ALLOF_UNMERGEABLE']]],
  )
  assert.deepEqual([registry.quarantined, registry.snapshot().quarantined], [undefined, undefined])
})

/** Options that JSON would leave out or empty, with the option and the pointer that the error names. */
const approval = (requiresApproval) => ({ overrides: { a: { requiresApproval } } })
const LOST = [
  ['a function that decides on approval', approval(() => true), 'overrides', '/a/requiresApproval'],
  ['a symbol for approval', approval(Symbol('yes')), 'overrides', '/a/requiresApproval'],
  ['a toJSON that gives a function', approval({ toJSON: () => () => true }), 'overrides', '/a/requiresApproval'],
  ['overrides that are a function', { overrides: () => ({}) }, 'overrides', ''],
  ['overrides that are a Map', { overrides: new Map([['a', { requiresApproval: true }]]) }, 'overrides', ''],
  ['an override that is a promise', { overrides: { a: Promise.resolve({}) } }, 'overrides', '/a'],
  ['a name with a slash', { overrides: { 'a/b': { rateLimit: () => 5 } } }, 'overrides', '/a~1b/rateLimit'],
  ['a rate limit that is a function', { rateLimit: () => 5 }, 'rateLimit', ''],
  ['a call limit that is a function', { callLimits: { queue: () => 5 } }, 'callLimits', '/queue'],
  ['call limits that are a symbol', { callLimits: Symbol('none') }, 'callLimits', ''],
  ['a limit of a document that is a function', { limits: { versions: () => 5 } }, 'limits', '/versions'],
  ['a gate policy that is a function', { gates: { breaking: () => 'hold' } }, 'gates', '/breaking'],
  ['a watch option that is a function', { watch: { onMissing: () => 'keep' } }, 'watch', '/onMissing'],
]

/** Both loads that take these options. */
const LOADS = {
  'SpecLoader.load': (options) => new SpecLoader(new ToolRegistry()).load(text(['a']), options),
  'ToolModules.add': (options) =>
    new ToolModules(new ToolRegistry()).add({ a: { description: 'A', parameters: {}, execute: () => 1 } }, options),
}

for (const [door, load] of Object.entries(LOADS)) {
  for (const [what, options, option, pointer] of LOST) {
    test(`${what} is refused with its place, never left out in silence, by ${door}`, async () => {
      const { code, details } = await refusal(() => load(options))
      assert.deepEqual(
        [code, details.option, details.problems.map((problem) => problem.pointer)],
        ['INVALID_OPTIONS', option, [pointer]],
      )
    })
  }
}
