// What a user of TypeScript may write, and what the compiler must refuse. Compiled, never run.
import { createServer } from 'node:http'
import {
  CallProgress,
  Snapshot,
  SpecLoader,
  ToolError,
  ToolHandle,
  ToolRegistry,
  ToolrackError,
  registerDynamicTool,
  verifyAudit,
} from 'toolrack'
import type {
  AnthropicPart,
  AnthropicTool,
  CallContext,
  CallResult,
  CatalogEntry,
  ChangeSet,
  Credential,
  DirectoryReport,
  ErrorCode,
  GeminiTool,
  BedrockTool,
  Quarantined,
  Rendering,
  Json,
  LoadOptions,
  LoadReport,
  OpenAiPart,
  OpenAiTool,
  OperationOverride,
  RegisteredTool,
  RouteStatus,
  SavedName,
  SavedNames,
  SpecSource,
  StandardJsonSchema,
  Target,
  ToolDefinition,
  ToolFilter,
  ToolParameter,
  TokenCount,
  WatchOptions,
  WebhookHandler,
} from 'toolrack'

/** Two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}

// A registry and its options.
const registry = new ToolRegistry({
  onConflict: 'replace',
  contextFrom: 'caller',
  validateParams: true,
  timeoutMs: 5000,
})
new ToolRegistry()
new ToolRegistry({ toolErrors: 'generic' })
new ToolRegistry({
  toolErrors: (error, { toolName, callId, userId }) => `${toolName} ${callId ?? ''} ${String(userId)} ${String(error)}`,
})
// @ts-expect-error a text is given at once
new ToolRegistry({ toolErrors: async () => 'x' })
const meant: Error = new ToolError('Ask later', { cause: 1 })
// @ts-expect-error an option that does not exist
new ToolRegistry({ onConflicts: 'replace' })
// @ts-expect-error a word that is none of the union
new ToolRegistry({ onConflict: 'keep' })

// Names, which JSON hands on with any number for a format.
const names: SavedNames = registry.names()
const entry: SavedName | undefined = names.names[0]
const inNamespace: string | undefined = entry?.namespace
new ToolRegistry({ names })
new ToolRegistry({ names: JSON.parse(JSON.stringify(names)) })
const imported = {
  format: 1,
  names: [
    { source: 'a', method: 'GET', path: '/a', name: 'a' },
    { source: 'a', method: 'PUT', path: '/a', operationId: 'b', name: 'b' },
  ],
}
new ToolRegistry({ names: imported })
const released: number = registry.forgetNames() + registry.forgetNames('a')
// @ts-expect-error names are a list with a format, not a map
new ToolRegistry({ names: { a: 'b' } })
// @ts-expect-error a source is known by its name
registry.forgetNames(5)

// The audit log.
new ToolRegistry({ audit: 'audit.jsonl' })
new ToolRegistry({ audit: { path: 'audit.jsonl', calls: true, sync: 'each', onBroken: 'begin' } })
const newest: { seq: number; hash: string } | undefined = registry.audit()
const badLine: number | undefined = (await verifyAudit('audit.jsonl', newest && { anchor: newest })).bad?.line
registry.on('auditFailed', ({ missing }) => missing.toFixed())
registry.on('stateFailed', ({ path, reason }) => path.concat(reason))
const saving: SpecLoader = new SpecLoader(registry, { state: { path: 'toolrack.state', onBroken: 'begin' } })
const onDisk: Promise<void> = saving.save()
const forgotten: boolean = saving.forget('crm')
// @ts-expect-error: it is refused, or a new one begins
new SpecLoader(registry, { state: { path: 'toolrack.state', onBroken: 'ignore' } })
// @ts-expect-error a log has a file
new ToolRegistry({ audit: { calls: true } })

// Webhooks, for whoever answers requests.
new SpecLoader(registry, { fetch })
new SpecLoader(registry, {
  fetch: async (url, { method, headers, body, signal }) =>
    new Response(body ?? `${method} ${url} ${headers.accept} ${signal.aborted}`),
})
// @ts-expect-error an own fetch answers with a Response
new SpecLoader(registry, { fetch: async () => 'text' })
const hook: WebhookHandler = new SpecLoader(registry).webhook({
  secrets: ['a', new Uint8Array(8)],
  source: (headers, body) => (headers['x-kind'] === 'a' ? body.name : []),
})
createServer(hook)
new SpecLoader(registry).webhook({ secrets: 'a', source: 'crm', respond: 'immediately' })
// @ts-expect-error a webhook has a secret
new SpecLoader(registry).webhook({ source: 'crm' })

// Versions of one source.
registry.route('crm', {
  use: '2.x',
  tenants: { acme: '^2' },
  tenantKey: 'org',
  shares: { '2.x': 0.1 },
  salt: 's',
  fallback: { failureRate: 0.2, windowMs: 60_000, minCalls: 20 },
})
registry.route('crm', null)
const routes: RouteStatus[] = registry.routes()
const versionOf: string | undefined = routes[0]?.versions[0]?.version
fact<Same<ReturnType<typeof registry.snapshot>, Snapshot>>()
registry.snapshot({ context: { userId: 1 }, versions: { crm: '^2' } })
registry.execute('a', {}, { context: { userId: 1 }, versions: { crm: '2' }, timeoutMs: 5 })
registry.respond(
  'anthropic',
  { type: 'tool_use', id: 'a', name: 'b', input: {} },
  { versions: { crm: '2' }, strict: true },
)
registry.on('versionReturned', ({ from, to, calls }) => [from.length, to.length, calls.toFixed()])
registry.on('versionMissing', ({ unmet }) => unmet.map(({ rule, version }) => rule + version))
// @ts-expect-error a snapshot has its versions
registry.snapshot().execute('a', {}, { versions: { crm: '2' } })
// @ts-expect-error a version is a text
registry.snapshot({ versions: { crm: 2 } })
// @ts-expect-error a rule that there is not
registry.route('crm', { uses: '2' })
// @ts-expect-error no route is null, not nothing
registry.route('crm')

// Definitions.
const lookup: ToolDefinition = {
  name: 'crm-lookup',
  description: 'Look up a customer',
  parameters: {
    customerId: { type: 'string', pattern: '^C[0-9]+$' },
    limit: { type: 'integer', default: 10, minimum: 1 },
    where: { type: 'object', required: ['city'], properties: { city: { type: ['string', 'null'] } } },
    tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
  },
  requiresAuth: true,
  requiresApproval: async (params, { userId }) => params.limit > 5 && userId !== 1,
  annotations: { readOnlyHint: true },
  execute: async (
    params,
    { userId, auditingId, metadata, signal, toolName, revision, callId, approved, progress, log },
  ) => {
    progress(1, 2, 'half')
    log('warning', { left: 3 }, 'disk')
    // @ts-expect-error a level of another logger
    log('warn', 'x')
    // @ts-expect-error an amount is a number
    progress('1')
    const aborted: boolean = signal.aborted
    const words: [string, number, string, boolean] = [toolName, revision, callId, approved]
    return { params, userId, auditingId, metadata, aborted, words }
  },
}
const handle: ToolHandle = registry.register(lookup)
fact<Same<ReturnType<typeof registerDynamicTool>, void>>()
registerDynamicTool(registry, lookup)
registry.register({ name: 'a', description: 'b', inputSchema: { type: 'object', $defs: {} }, execute: () => 1 })
// @ts-expect-error a tool without parameters has no arguments
registry.register({ name: 'a', description: 'b', execute: ({ city }: { city: string }) => city })
registry.register({ name: 'a', description: 'b', execute: (_: object, context: CallContext) => context.callId })
const standard = {
  '~standard': {
    version: 1,
    vendor: 'test',
    jsonSchema: { input: ({ target }: { target: string }) => ({ $schema: target }) },
  },
} as const
registry.register({ name: 'a', description: 'b', inputSchema: standard, execute: () => 1 })
registry.register({ name: 'a', description: 'b', inputSchema: standard, execute: ({ city }) => city })
const dated: StandardJsonSchema<{ at: string }, { at: Date }> = {
  '~standard': { ...standard['~standard'], validate: (value) => ({ value }) },
}
registry.register({
  name: 'a',
  description: 'b',
  inputSchema: dated,
  execute: (params) => void fact<Same<typeof params, { at: Date }>>(),
})
registry.replace({ name: 'a', description: 'b', inputSchema: dated, execute: ({ at }) => at.getTime() })
registerDynamicTool(registry, { name: 'a', description: 'b', inputSchema: dated, execute: ({ at }) => at.getTime() })
handle.update({ name: 'a', description: 'b', inputSchema: dated, execute: ({ at }) => at.getTime() })
// @ts-expect-error what the schema takes is not what the closure gets
registry.register({ name: 'a', description: 'b', inputSchema: dated, execute: ({ at }) => at.slice(1) })
const kept: ToolDefinition<typeof dated> = {
  name: 'a',
  description: 'b',
  inputSchema: dated,
  execute: ({ at }) => at.getTime(),
}
const all: ToolDefinition[] = [kept, lookup]
for (const one of all) registry.register(one)
// @ts-expect-error no execute
registry.register({ name: 'a', description: 'b' })
// @ts-expect-error no description
registry.register({ name: 'a', execute: () => 1 })
// @ts-expect-error a key that does not exist
registry.register({ name: 'a', description: 'b', categry: 'x', execute: () => 1 })
// @ts-expect-error execute that is no function
registry.register({ name: 'a', description: 'b', execute: 'code' })
// @ts-expect-error the context is frozen
const forge = (context: CallContext): unknown => (context.userId = 1)
const parameter: ToolParameter = { type: 'string', examples: ['a'] }
// @ts-expect-error a parameter has the keywords of JSON Schema and no others
const unknownKeyword: ToolParameter = { type: 'string', 'x-own': true }

// Handles.
handle.update(lookup)
handle.disable()
handle.enable()
const gone: boolean = handle.remove()
// @ts-expect-error a handle comes from a registry
new ToolHandle()
// @ts-expect-error the name of a handle is its tool's
handle.name = 'b'

// Readings, of a registry and of a snapshot alike.
const turn: Snapshot = registry.snapshot()
for (const from of [registry, turn]) {
  const filter: ToolFilter = {
    category: ['a', 'b'],
    tags: 'x',
    allTags: ['y'],
    version: '^1',
    enabled: true,
    name: 's*',
  }
  fact<Same<typeof from.revision, number>>()
  const names: string[] = from.list(filter)
  const tools: readonly RegisteredTool[] = from.tools({ requiresAuth: true, requiresApproval: false })
  const asks: Promise<boolean> = from.needsApproval('plain', { name: 'a', arguments: {} }, { context: { userId: 1 } })
  // @ts-expect-error a call of another target
  from.needsApproval('anthropic', { toolUse: {} })
  from.execute('a', {}, { approved: true })
  const tool: RegisteredTool | undefined = from.get('a')
  const cost: TokenCount = from.tokens('openai', filter)
  const first: number | undefined = cost.tools[0]?.tokens
  // @ts-expect-error a target that does not exist
  from.tokens('bedrocks')
  const entries: readonly CatalogEntry[] = from.catalog({ mode: 'externalOnly', filter })
  const count: number | undefined = from.summary().sources['code']
  // @ts-expect-error a condition that does not exist
  from.list({ categories: 'a' })
  // @ts-expect-error a mode that does not exist
  from.catalog({ mode: 'internal' })
  // @ts-expect-error what is read is frozen
  tools.push(tool)
  // @ts-expect-error a tool may not be there
  from.get('a').name
  // @ts-expect-error what is read is frozen
  from.tools()[0]!.tags.push('mine')
  void [names, entries, count]
}
// @ts-expect-error a snapshot comes from a registry
new Snapshot()
turn.release()

// Definitions for providers.
fact<Same<ReturnType<typeof turn.definitions<'openai'>>, OpenAiTool[]>>()
fact<Same<ReturnType<typeof turn.definitions<'anthropic'>>, AnthropicTool[]>>()
fact<Same<ReturnType<typeof turn.definitions<'gemini'>>, GeminiTool[]>>()
fact<Same<ReturnType<typeof turn.definitions<'bedrock'>>, BedrockTool[]>>()
fact<
  Same<
    Target,
    | 'openai'
    | 'openai-responses'
    | 'openai-chat'
    | 'anthropic'
    | 'gemini'
    | 'gemini-openapi'
    | 'bedrock'
    | 'mcp'
    | 'ai-sdk'
    | 'mistral'
    | 'cohere'
    | 'plain'
  >
>()
registry.definitions(
  'anthropic',
  {},
  { strict: 'auto', cache: true, deferLoading: { tags: 'rare' }, overLimit: 'trim' },
)
// @ts-expect-error a mode that does not exist
registry.definitions('anthropic', {}, { strict: 'always' })
const weights: ('advised' | 'disputed' | 'refused')[] = registry.validate({}, 'mcp').map(({ weight }) => weight)
const quarantined: readonly Quarantined[] = turn.offer('gemini-openapi').quarantined
const explained: Rendering = turn.explain('a', 'mcp', { revision: '2026-07-28' })
const strict: boolean | undefined = registry.definitions('openai')[0]?.strict
const declared: string | undefined = registry.definitions('gemini', { tags: 'x' })[0]?.functionDeclarations[0]?.name
// @ts-expect-error a target that does not exist
registry.definitions('coherent')
const anyTarget = (target: Target): unknown => registry.definitions(target)

// Calls.
const untyped: Promise<any> = registry.execute('a')
const typed: Promise<string> = turn.execute<string>(
  'a',
  { q: 1 },
  { context: { userId: 7, metadata: {} }, signal: AbortSignal.timeout(5), timeoutMs: 5 },
)
// @ts-expect-error an option that does not exist
registry.execute('a', {}, { timeout: 5 })
// @ts-expect-error a key that no context has
registry.execute('a', {}, { context: { userID: 7 } })
// @ts-expect-error arguments are a map
registry.execute('a', 'text')

// Calls in full, and piece by piece.
const { value: sum, coerced, status }: CallResult<number> = await registry.call<number>('add', { a: 1 })
for await (const piece of turn.stream<string>('write', {}, { signal: AbortSignal.timeout(5) }))
  void (piece instanceof CallProgress
    ? [piece.done.toFixed(), piece.total?.toFixed(), piece.message?.length]
    : piece.length)
registry.on('call', ({ outcome, durationMs }) => void [outcome === 'ok', durationMs.toFixed(1)])
const definition: RegisteredTool | undefined = registry.definition('a', 'f')
void [sum.toFixed(), coerced[0]?.to, status, definition?.name]

// Answers to providers.
const openai: Promise<{ type: 'function_call_output'; call_id: string; output: string | OpenAiPart[] }> =
  registry.respond('openai', { type: 'function_call', call_id: '1', name: 'a', arguments: '{}' })
const anthropic: Promise<{
  type: 'tool_result'
  tool_use_id: string
  content: string | AnthropicPart[]
  is_error?: true
}> = turn.respond('anthropic', { id: '1', name: 'a', input: {} }, { context: { userId: 7 } })
const gemini = await registry.respond('gemini', [{ functionCall: { name: 'a', args: {} } }, { name: 'b' }])
const name: string | undefined = gemini[0]?.functionResponse.name
// @ts-expect-error a call as another provider sends it
registry.respond('openai', { id: '1', name: 'a', input: {} })
// @ts-expect-error one call has one answer, not a list
const one: unknown[] = await registry.respond('anthropic', { id: '1', name: 'a', input: {} })

// Events.
const off: () => void = registry.onChange(({ revision, added, source }: ChangeSet) => void [revision, added, source])
registry.on('spoofAttempt', ({ toolName, keys, userId }) => void [toolName, keys[0], userId])
registry.on('reloaded', (report) => fact<Same<typeof report, LoadReport>>())
registry.on('reloadFailed', ({ source, error }) => void [source, error.code])
registry.on('watchPolling', ({ reason, intervalMs }) => void [reason, intervalMs])
registry.on('watchBlind', ({ source, location }) => void [source, location])
registry.on('listenerFailed', async ({ event, error }) => [event, error])
// @ts-expect-error an event that does not exist
registry.on('changed', () => {})

// Documents.
const loader = new SpecLoader(registry)
const places: SpecSource[] = [
  './a.yaml',
  new URL('https://example.com/a.json'),
  new Uint8Array(),
  Buffer.from(''),
  new ArrayBuffer(1),
  { openapi: '3.1.0' },
]
for (const place of places) {
  const report: LoadReport = await loader.load(place, {
    name: 'a',
    namespace: 'b',
    watch: false,
    limits: { bytes: 5 },
    headers: { a: 'b' },
    document: { deprecated: 'include' },
  })
  for (const { pointer, code, operationId } of report.skipped) void [pointer, code satisfies ErrorCode, operationId]
}
const watching: WatchOptions[] = [
  {},
  { pollMs: 100, stabilityMs: 0, maxWaitMs: 5, truncationMs: 0, onMissing: 'keep' },
  { onMissing: 'remove' },
  { onMissing: { removeAfterMs: 5 } },
]
for (const watch of [true, false, ...watching]) loader.load('./a.yaml', { watch })
loader.watch('a', watching[0])
const auth: Record<string, Credential> = {
  key: 'a',
  other: { env: 'KEY' },
  login: { username: 'a', password: { env: 'PASSWORD' } },
  machine: {
    clientId: 'a',
    clientSecret: { env: 'SECRET' },
    scopes: ['a'],
    tokenUrl: 'https://a.example/',
    audience: 'b',
    clientAuth: 'body',
  },
  user: { refreshToken: 'a', clientId: 'b' },
  asked: async ({ userId }: CallContext, { scheme, isRefused }) =>
    isRefused ? { token: `${userId}`, expiresAt: new Date() } : scheme,
}
loader.load('./a.yaml', { auth, network: { authOrigins: ['https://a.example'] } })
// @ts-expect-error a client that proves nothing
loader.load('./a.yaml', { auth: { machine: { clientId: 'a' } } })
// @ts-expect-error a function that gives no credential
loader.load('./a.yaml', { auth: { asked: () => 5 } })
loader
  .loadDirectory(new URL('file:///specs'), { watch: true, namespace: 'a' })
  .then(({ reports, failed }: DirectoryReport) => void [reports[0]?.source, failed[0]?.location, failed[0]?.error.code])
// @ts-expect-error the sources of a directory are named by their files
loader.loadDirectory('./specs', { name: 'a' })
// @ts-expect-error a word that means nothing
loader.watch('a', { onMissing: 'drop' })
const choosing: LoadOptions = {
  include: [
    { tags: ['a'], methods: ['GET'] },
    { paths: ['/a/**'], operationIds: ['list*'] },
  ],
  exclude: { tags: ['internal'] as const },
  overrides: {
    getPet: {
      name: 'a',
      description: 'b',
      category: 'c',
      tags: ['d'],
      requiresAuth: true,
      requiresApproval: true,
      rateLimit: 5,
      parameters: { tenant: { value: 'acme' }, verbose: { hidden: true, description: 'e' } },
    },
  },
  document: {
    overlays: ['./overlay.yaml', new URL('https://example.com/a.yaml'), new Uint8Array(), { overlay: '1.0.0' }],
  },
}
loader
  .load('./a.yaml', choosing)
  .then(({ excluded }) => fact<Same<typeof excluded, { deprecated: number; unselected: number }>>())
loader.load('./a.yaml', {
  include: async ({ operationId, method, path, tags, summary, deprecated }) =>
    !deprecated && `${operationId}${method}${path}${tags[0]}${summary}` !== '',
  exclude: ({ tags }) => tags.includes('internal'),
})
// @ts-expect-error a function says yes or no
loader.load('./a.yaml', { include: () => 'yes' })
// @ts-expect-error what is told of an operation is frozen
loader.load('./a.yaml', { exclude: (operation) => (operation.path = '/') === '/' })
// @ts-expect-error a kind of choice that does not exist
loader.load('./a.yaml', { include: { tag: ['a'] } })
// @ts-expect-error a key that no override has
const override: OperationOverride = { title: 'a' }
const removed: string[] = loader.unload('a')
// @ts-expect-error an option that does not exist
loader.load('./a.yaml', { names: 'a' })
// @ts-expect-error a loader has a registry
new SpecLoader()

// Errors.
try {
  registry.replace(lookup)
} catch (error) {
  if (error instanceof ToolrackError) {
    const nearest: string[] = error.details.nearest
    if (error.code === 'UNKNOWN_TOOL') void nearest
    // @ts-expect-error a code that does not exist
    if (error.code === 'UNKNOWN') void nearest
    // @ts-expect-error a code does not change
    error.code = 'CLOSED'
  }
}
const mine: ErrorCode = new ToolrackError('TIMEOUT', 'too late', { tool: 'a' }, { cause: new Error('why') }).code
// @ts-expect-error a code that does not exist
new ToolrackError('TOO_LATE', 'too late')
const json: Json = { a: [1, 'b', null, { c: true }] }
void [
  inNamespace,
  released,
  forge,
  parameter,
  gone,
  strict,
  declared,
  anyTarget,
  untyped,
  typed,
  openai,
  anthropic,
  name,
  one,
  off,
  removed,
  mine,
  json,
  override,
  forgotten,
  onDisk,
]

// A snapshot for a turn: what it holds, and for whom it is.
registry.snapshot({
  filter: { names: ['a'], predicate: ({ category }) => category === 'x' },
  context: { userId: 7 },
  versions: { crm: '2' },
})
// @ts-expect-error a predicate answers at once
registry.snapshot({ filter: { predicate: async () => true } })
// @ts-expect-error a call on a snapshot is bounded by the snapshot
turn.respond('plain', { name: 'a' }, { filter: {} })
registry
  .respond('plain', { name: 'a', arguments: {} }, { filter: { category: 'x' } })
  .then((answer) => (answer.ok ? answer.value : answer.error.code))
const known: string | undefined = turn.resolve('crm_find', 'openai')
void known

// Calls that wait for approval.
registry.on('approval', ({ id, toolName, arguments: args, expiresAt, approve, reject }) => {
  const texts: string[] = [id, toolName, String(args.amount), String(expiresAt)]
  if (texts.length > 3) approve({ by: 'ann' })
  else reject({ by: 'ann', reason: 'no' })
  // @ts-expect-error -- a reason belongs to a rejection
  approve({ reason: 'fine' })
})
registry.on('approvalSettled', ({ outcome, by }) => {
  const ends: 'approved' | 'rejected' | 'expired' | 'cancelled' = outcome
  const name: string | undefined = by
  return [ends, name]
})
for (const waiting of registry.approvals()) registry.approve(waiting.id, { by: 'ann' })
registry.reject('1', { reason: 'no' })
// @ts-expect-error -- a name is a text
registry.approve('1', { by: 5 })
new ToolRegistry({ approvalTimeoutMs: 1000, maxApprovals: 5 })
