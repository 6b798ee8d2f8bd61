// First mistakes: what people get wrong in their first hour, and the message that says what would be right.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SpecLoader, ToolRegistry, verifyAudit } from 'toolrack'
import { document, text } from './support/documents.mjs'
import { never, refusal, registryOf, tool } from './support/tools.mjs'

const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
const registry = registryOf({
  name: 'a',
  inputSchema: undefined,
  parameters: {
    city: { type: 'string', required: false },
    n: { type: 'number', required: false },
    level: { enum: ['low', 'high'], required: false },
    where: { type: 'object', required: false },
    nothing: { type: 'null', required: false },
  },
})
const loader = new SpecLoader(registry)
const standing = new SpecLoader(registryOf())
await standing.load(text(['a']), { name: 'pets' })
const locked = new SpecLoader(registryOf(), { state: join(folder, 'state') })
after(() => {
  locked.close()
  rmSync(folder, { recursive: true })
})

const busy = registryOf(
  { name: 'full', execute: never, callLimits: { concurrency: 1, queue: 0 } },
  { name: 'free', execute: never },
)
busy.execute('full').catch(() => {})
const moved = registryOf({})
for (let i = 0; i < 100; i++) moved.replace(tool({ description: 'x'.repeat(100_000 + i) }))

const secured = document(['secured'], { secured: { security: [{ key: [] }] } })
secured.components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } } }
await loader.load(JSON.stringify(secured), { name: 'secured' })

const remote = new SpecLoader(registryOf(), {
  fetch: () => Promise.reject(new Error('is not called')),
})
const referring = join(folder, 'refers.json')
const paths = { '/p': { get: { operationId: 'p', responses: {}, parameters: [{ $ref: 'http://127.0.0.1:9/x#/a' }] } } }
writeFileSync(referring, JSON.stringify({ openapi: '3.0.3', info: { title: 'p', version: '1' }, paths }))

/** Registers a tool with one parameter. */
const typed = (type) => () => new ToolRegistry().register(tool({ inputSchema: undefined, parameters: { q: { type } } }))
const types = 'is none of string, number, integer, boolean, array, object, null; nearest: '
const load = (options) => () => loader.load(text(['x']), options)
const call = (args, options) => () => registry.execute('a', args, options)
/** What a model reads of a call of Anthropic's. */
const answer = async (input) => {
  const { content } = await registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'a', input })
  throw Object.assign(await refusal(call({ n: '1' })), JSON.parse(content).error)
}

/** Escapes a text for a pattern. */
const exactly = (part) => new RegExp(part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))

const missing = join(process.cwd(), 'specs/nowhere.yaml')

/** [mistake, the call, the code, what the message says] */
const CASES = [
  ['type: int', typed('int'), 'INVALID_DEFINITION', exactly(`/parameters/q/type ${types}integer`)],
  ['type: date', typed('date'), 'INVALID_DEFINITION', exactly(`${types}string with format: "date-time"`)],
  ['type: String', typed('String'), 'INVALID_DEFINITION', exactly(`${types}string`)],
  ['type: any', typed('any'), 'INVALID_DEFINITION', exactly(`${types}no type at all, leave it out`)],
  [
    'type: int in a list of types',
    typed(['int', 'null']),
    'INVALID_DEFINITION',
    exactly(`/parameters/q/type has "int", which ${types}integer`),
  ],
  [
    'type: int in inputSchema',
    () => new ToolRegistry().register(tool({ inputSchema: { type: 'object', properties: { q: { type: 'int' } } } })),
    'INVALID_DEFINITION',
    exactly(`/inputSchema/properties/q/type ${types}integer`),
  ],
  ['a number as text', call({ n: '1' }), 'INVALID_PARAMS', /: \/n must be a number, got "1"$/],
  ['a text as number', call({ city: 1 }), 'INVALID_PARAMS', /\/city must be a string, got 1$/],
  ['a word of no enum', call({ level: 'x' }), 'INVALID_PARAMS', /\/level must be one of low, high, got "x"$/],
  ['a list for an object', call({ where: [1] }), 'INVALID_PARAMS', /\/where must be an object, got a list$/],
  ['an object for a text', call({ city: { a: 1 } }), 'INVALID_PARAMS', /\/city must be a string, got an object$/],
  ['a long value', call({ nothing: 'x'.repeat(1_000) }), 'INVALID_PARAMS', /\/nothing must be null, got "x{60}…"$/],
  ['what a model reads of it', () => answer({ n: '1' }), 'INVALID_PARAMS', /: \/n must be a number, got "1"$/],
  [
    'arguments of a model as text of text',
    () => answer(JSON.stringify('{"city":"x"}')),
    'INVALID_PARAMS',
    /must be an object, got a string: parse it with JSON\.parse and give the object$/,
  ],
  [
    'baseURL',
    load({ baseURL: 'http://a.example' }),
    'INVALID_OPTIONS',
    /^option "load": "baseURL" is none of name, .*, watch; nearest: baseUrl$/,
  ],
  [
    'overlay',
    load({ document: { overlay: [] } }),
    'INVALID_OPTIONS',
    /document: "overlay" is none of .*; nearest: overlays$/,
  ],
  [
    'limits.bites',
    load({ limits: { bites: 1 } }),
    'INVALID_OPTIONS',
    /"load": limits: "bites" is none of bytes, .*, versions, tokens; nearest: bytes$/,
  ],
  [
    'limits.bytes as text',
    load({ limits: { bytes: '5' } }),
    'INVALID_OPTIONS',
    /limits\.bytes must be a whole number from 0, got "5"$/,
  ],
  ['tags as text', load({ tags: 'a' }), 'INVALID_OPTIONS', /tags must be a list, got a string$/],
  ['headers as text', load({ headers: 'Bearer s3cret' }), 'INVALID_OPTIONS', /headers must be a map, got a string$/],
  [
    'deprecated: skipp',
    load({ document: { deprecated: 'skipp' } }),
    'INVALID_OPTIONS',
    /document\.deprecated: "skipp" is none of skip, include; nearest: skip$/,
  ],
  [
    'references.host',
    load({ network: { references: { host: [] } } }),
    'INVALID_OPTIONS',
    /network\.references: "host" is none of outsideFolder, internet, hosts; nearest: hosts$/,
  ],
  [
    'gates.braking',
    load({ gates: { braking: 'hold' } }),
    'INVALID_OPTIONS',
    /^option "gates": "braking" is none of preset, .*, custom, timeoutMs; nearest: breaking$/,
  ],
  [
    'gates: prod',
    load({ gates: 'productions' }),
    'INVALID_OPTIONS',
    /"productions" is none of development, production; nearest: production$/,
  ],
  [
    'callLimits.retrys',
    load({ callLimits: { retrys: 1 } }),
    'INVALID_OPTIONS',
    /^option "callLimits": \/retrys is none of burst, .*, depth; nearest: retries$/,
  ],
  [
    'overrides: descripton',
    load({ overrides: { x: { descripton: 'y' } } }),
    'INVALID_OPTIONS',
    /\/x\/descripton is none of name, description, .*; nearest: description$/,
  ],
  [
    'include: tag',
    load({ include: { tag: 'a' } }),
    'INVALID_OPTIONS',
    /\/tag is none of tags, methods, paths, operationIds; nearest: tags/,
  ],
  [
    'auth: userName',
    load({ auth: { key: { userName: 'a', password: 'b' } } }),
    'INVALID_OPTIONS',
    /\/key\/userName is none of username, password; nearest: username/,
  ],
  [
    'watch.pollMS',
    load({ watch: { pollMS: 500 } }),
    'INVALID_OPTIONS',
    /^option "watch": "pollMS" is none of pollMs, .*; nearest: pollMs$/,
  ],
  [
    'filter: tag',
    () => registry.list({ tag: 'a' }),
    'INVALID_OPTIONS',
    /^option "filter": "tag" is none of category, tags, .*, predicate; nearest: tags$/,
  ],
  [
    'filter: tags of numbers',
    () => registry.list({ tags: 5 }),
    'INVALID_OPTIONS',
    /^option "filter": tags must be a string or a list of strings$/,
  ],
  [
    'target: openapi',
    () => registry.definitions('openay'),
    'INVALID_OPTIONS',
    /"openay" is none of .*; nearest: openai$/,
  ],
  [
    'definitions: strickt',
    () => registry.definitions('openai', {}, { strickt: true }),
    'INVALID_OPTIONS',
    /^option "strickt": is none of strict, .*; nearest: strict$/,
  ],
  [
    'route: tenant',
    () => registry.route('pets', { tenant: {} }),
    'INVALID_OPTIONS',
    /\/tenant is none of .*; nearest: tenants$/,
  ],
  [
    'anchor: sequence',
    () => verifyAudit('x', { anchor: { seqs: 1, hash: '' } }),
    'INVALID_OPTIONS',
    /"seqs" is none of seq, hash; nearest: seq$/,
  ],
  [
    'arguments as JSON text',
    call('{"city":"x"}'),
    'INVALID_PARAMS',
    /: must be an object, got a string: parse it with JSON\.parse and give the object$/,
  ],
  [
    'a missing file',
    () => loader.load('specs/nowhere.yaml'),
    'SOURCE_UNREADABLE',
    exactly(`there is no ${missing}; relative paths start at the working directory, ${process.cwd()}`),
  ],
  [
    'a missing file by its whole path',
    () => loader.load(join(folder, 'none.yaml')),
    'SOURCE_UNREADABLE',
    /none\.yaml: there is no \/.*none\.yaml$/,
  ],
  [
    'no credential',
    () => registry.execute('secured'),
    'AUTH_FAILED',
    /load the document with auth: \{ "key": … \}, or with auth: false$/,
  ],
  [
    'a refused change',
    () => standing.load(text(['b']), { name: 'pets', gates: { breaking: 'refuse' } }),
    'GATE_REFUSED',
    /; loader\.reload or modules\.add with \{ gates: "development" \} applies it, .* "hold" keeps it until approve/,
  ],
  [
    'a change that an own gate refuses',
    () =>
      standing.load(text(['b']), {
        name: 'pets',
        gates: {
          custom: function ada() {
            return 'refuse'
          },
        },
      }),
    'GATE_REFUSED',
    /; the gate "ada" decides: let it say "hold" to keep the change until approve\(id\) is called$/,
  ],
  [
    'a full queue',
    () => busy.execute('full'),
    'BUSY',
    /: try again later, or raise callLimits\.concurrency or callLimits\.queue$/,
  ],
  [
    'a revision of long ago',
    () => moved.delta(1, 'openai'),
    'STALE_REVISION',
    /: call definitions\(\) again for all tools instead of a delta$/,
  ],
  [
    'a state file in use',
    () => new SpecLoader(registryOf(), { state: join(folder, 'state') }),
    'STATE_LOCKED',
    exactly(
      `another loader of process ${process.pid}: close that one, or give this one another file in the option state`,
    ),
  ],
  [
    'maxResultBytes of 999',
    () => new ToolRegistry({ callLimits: { maxResultBytes: 999 } }),
    'INVALID_OPTIONS',
    /\/maxResultBytes must be a whole number from 1000 to 1073741824$/,
  ],
]

for (const [mistake, make, code, message] of CASES) {
  test(`${mistake} is answered with what would be right`, async () => {
    const error = await refusal(make)
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message)
  })
}

test('each problem of arguments has its own message', async () => {
  const { details } = await refusal(call({ n: '1', level: 'x' }))
  assert.deepEqual(details.problems, [
    { pointer: '/n', message: 'must be a number, got "1"', expected: 'number', got: '"1"' },
    { pointer: '/level', message: 'must be one of low, high, got "x"', expected: '["low","high"]', got: '"x"' },
  ])
})

test('a private address that a document refers to is told the option that lets it through', async () => {
  const { skipped } = await remote.load(referring)
  assert.equal(skipped[0].code, 'SOURCE_FORBIDDEN')
  assert.match(
    skipped[0].reason,
    /; if references may lead there, load .* with network: \{ references: \{ hosts: \["127\.0\.0\.1:9"\] \} \}/,
  )
})

test('the least of maxResultBytes is one number in types and pages', () => {
  const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  assert.match(read('types/limits.d.ts'), /Truncation limit of a result .*, in bytes of JSON, 1,000 to 1 GiB/)
  assert.match(read('docs/limits.md'), /`maxResultBytes` .* 1,000 to 1 GiB/)
})
