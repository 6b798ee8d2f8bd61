// Documents that are small and ask for much: memory and time are measured in a process of their own, and what is honest
// still loads.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SpecLoader, ToolRegistry, ToolrackError } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { document } from './support/documents.mjs'

const Ajv = createRequire(import.meta.url)('ajv/dist/2020').default

/**
 * Loads the text that an expression makes, in a process of its own: what came of it, and the memory in MB that the load
 * took at its peak.
 */
async function loaded(expression, options = {}) {
  const program = `
    const text = ${expression}
    const registry = new ToolRegistry()
    const before = process.resourceUsage().maxRSS
    const outcome = await new SpecLoader(registry).load(text, ${JSON.stringify({ name: 'api', ...options })}).then(
      ({ added, skipped, notes }) =>
        ({ added: added.length, skipped: skipped.length, first: skipped[0], notes: notes.length }),
      ({ code, message, details }) => ({ code, message, details }))
    console.log(JSON.stringify({ ...outcome, mb: (process.resourceUsage().maxRSS - before) / 1024 }))
    registry.close()`
  return JSON.parse(await outputOf(program))
}

const yaml = (aliases, bytes) => `'openapi: 3.0.0\\nx-a: &a "' + 'x'.repeat(${bytes}) + '"\\npaths:\\n' +
  Array.from({ length: ${aliases} }, (_, i) =>
    '  /p' + i + ': {get: {operationId: o' + i + ', description: *a}}').join('\\n')`
const secured = (operations, alternatives) => `JSON.stringify({
  openapi: '3.0.0',
  security: Array.from({ length: ${alternatives} }, (_, i) => ({ ['s' + i]: [] })),
  paths: Object.fromEntries(Array.from({ length: ${operations} }, (_, i) =>
    ['/p' + i, { get: { operationId: 'o' + i } }])),
})`

test('a long text that aliases of YAML repeat counts each time', async () => {
  const bomb = await loaded(yaml(3_000, 180_000))
  assert.equal(bomb.code, 'LIMIT_EXCEEDED')
  assert.equal(bomb.details.limit, 64 << 20)
  assert.ok(bomb.mb < 300, `${bomb.mb} MB`)
  const honest = await loaded(yaml(300, 10_000))
  assert.equal(honest.added, 300)
})

const BOMBS = {
  'lists of lists': `'a0: &a0 [x,x,x,x,x,x,x,x,x]\\n' + Array.from({ length: 8 }, (_, i) =>
    'a' + (i + 1) + ': &a' + (i + 1) + ' [' + Array(9).fill('*a' + i) + ']').join('\\n')`,
  'one list many times': `'a: &a [' + 'x,'.repeat(9_999) + ']\\nb: [' + '*a,'.repeat(9_999) + ']\\n'`,
  'merge keys': `'a0: &a0 {k: v}\\n' + Array.from({ length: 19 }, (_, i) =>
    'a' + (i + 1) + ': &a' + (i + 1) + '\\n  <<: [' + Array(99).fill('*a' + i) + ']\\n  k' + i + ': v').join('\\n')`,
  'open maps': `'x:\\n {a: ' + '{a: '.repeat(1_000_000)`,
}

test('aliases that multiply are refused before they take memory', async () => {
  for (const [what, bomb] of Object.entries(BOMBS)) {
    const { code, mb } = await loaded(bomb)
    assert.equal(code, 'LIMIT_EXCEEDED', what)
    assert.ok(mb < 100, `${what}: ${mb} MB`)
  }
})

test('a security of many alternatives is refused where it stands, and costs those that rely on it', async () => {
  const many = await loaded(secured(2_000, 5_000))
  assert.deepEqual(
    [many.added, many.skipped, many.first.code, many.first.pointer],
    [0, 2_000, 'LIMIT_EXCEEDED', '/security'],
  )
  assert.ok(many.mb < 300, `${many.mb} MB`)
  const own = { security: Array.from({ length: 301 }, () => ({ key: [] })) }
  const report = await new SpecLoader(new ToolRegistry()).load(document(['a', 'b'], { a: own }), { name: 'api' })
  assert.deepEqual(report.added, ['b'])
  assert.equal(report.skipped[0].pointer, '/paths/~1a/get/security')
})

test('a security of the document is shared by its operations', async () => {
  const shared = await loaded(secured(2_000, 300), { auth: false })
  assert.equal(shared.added, 2_000)
  assert.ok(shared.mb < 120, `${shared.mb} MB`)
})

test('what all tools of a load hold is bounded, whatever they repeat', async () => {
  const item = (over) => `JSON.stringify({ openapi: '3.0.0', components: { pathItems: { p: { get: ${over} } } },
    paths: Object.fromEntries(Array.from({ length: 1_500 }, (_, i) =>
      ['/p' + i, { $ref: '#/components/pathItems/p' }])) })`
  const long = `'x'.repeat(100_000)`
  for (const over of [
    `{ description: ${long} }`,
    `{ tags: [${long}] }`,
    `{ servers: [{ url: 'https://a.test/' + ${long} }] }`,
    `{ parameters: [{ name: 'q', in: 'query', schema: { description: ${long} } }] }`,
    `{ security: [{ key: [${long}] }] }`,
  ]) {
    const { added, skipped, first, mb } = await loaded(item(over))
    assert.equal(added + skipped, 1_500)
    // What they ask callers to show is the same, and one.
    if (over.includes('security')) assert.equal(skipped, 0)
    else assert.equal(first?.code, 'LIMIT_EXCEEDED', over.slice(0, 20))
    assert.ok(mb < 300, `${over.slice(0, 20)}: ${mb} MB`)
  }
})

/** A document whose expression has the paths `paths` and the components `components`. */
const api = (paths, components) =>
  `JSON.stringify({ openapi: '3.1.0', paths: Object.fromEntries(${paths}), components: ${components} })`
const paths = (count, item) => `Array.from({ length: ${count} }, (_, i) => ['/p' + i, ${item}])`
const shared = (item) => api(paths(5_000, `{ $ref: '#/components/pathItems/p' }`), `{ pathItems: { p: ${item} } }`)
const body = (schema) => `{ requestBody: { content: { 'application/json': { schema: ${schema} } } } }`
const to = (name) => `{ $ref: '#/components/schemas/${name}' }`

/** A document that asks for more than it has, what is over, and what stands all the same. */
const REPEATING = [
  [
    'a path item with a wide body',
    shared(
      `{ post: ${body(`{ properties: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) =>
        ['p' + i, { type: 'string' }])) }`)} }`,
    ),
    'bytes that',
  ],
  [
    'a path item with many parameters',
    shared(
      `{ get: { parameters: Array.from({ length: 3_000 }, (_, i) => ({ name: 'p' + i, in: 'query', schema: {} })) } }`,
    ),
    'bytes that',
  ],
  [
    'a path item whose parameters are read in vain',
    shared(
      `{ parameters: Array.from({ length: 3_000 }, (_, i) => ({ name: 'p' + i, in: 'query', schema: {} })),
        post: ${body(to('None'))} }`,
    ),
    'has no target',
    0,
  ],
  [
    'a circle of definitions that each operation enters elsewhere',
    api(
      paths(
        5_000,
        `{ post: ${body(`{ properties: { a: ${to("D' + i % 3_000 + '")}, b: ${to("D' + i * 7 % 3_000 + '")} } }`)} }`,
      ),
      `{ schemas: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) =>
        ['D' + i, { properties: { a: ${to("D' + (i + 1) % 3_000 + '")} } }])) }`,
    ),
    'number of definitions',
  ],
  [
    'a long definition that all operations show',
    api(
      paths(5_000, `{ post: ${body(to('Long'))} }`),
      `{ schemas: { Long: { type: 'object', properties: { a: { description: 'x'.repeat(100_000) } } } } }`,
    ),
    'in the definitions of all tools',
  ],
]

for (const [what, expression, over, least = 20] of REPEATING) {
  test(`${what} costs neither memory nor time without an end`, async () => {
    const { added, skipped, first, mb } = await loaded(expression)
    assert.equal(added + skipped, 5_000)
    assert.ok(added >= least && added < 4_000, `${added} tools`)
    assert.match(first.reason, new RegExp(over))
    assert.ok(mb < 300, `${mb} MB`)
  })
}

test('a long document may show a definition in many tools, 16 times its bytes in all', async () => {
  const schemas = `{ schemas: Object.fromEntries(Array.from({ length: 50 }, (_, i) =>
    ['L' + i, { properties: { a: { description: 'x'.repeat(120_000) } } }])) }`
  const { added, skipped } = await loaded(api(paths(700, `{ post: ${body(to("L' + i % 50 + '"))} }`), schemas))
  assert.deepEqual([added, skipped], [700, 0])
})

const large = (count) => ({
  requestBody: {
    content: {
      'application/json': {
        schema: { type: 'object', properties: { e: { enum: Array.from({ length: count }, (_, i) => `value ${i}`) } } },
      },
    },
  },
})

test('a definition beyond definitionBytes is skipped by a load and costs no other', async () => {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  const source = document(['a', 'b'])
  Object.assign(source.paths['/a'].get, large(1_000_000))
  const report = await loader.load(source, { name: 'api' })
  assert.deepEqual(
    [report.added, report.skipped.map(({ code, pointer }) => [code, pointer])],
    [['b'], [['LIMIT_EXCEEDED', '/paths/~1a/get']]],
  )
  assert.match(report.skipped[0].reason, /definition.*2097152.*limits\.definitionBytes/)
  const raised = await loader.load(source, { name: 'api', limits: { definitionBytes: 1 << 26 } })
  assert.deepEqual(raised.added, ['a'])
})

test('a registry says how long a definition may be, of closures and where a load says nothing', async () => {
  const registry = new ToolRegistry({ limits: { definitionBytes: 2_000 } })
  const definition = (count) => ({
    name: 'big',
    description: 'Is big',
    inputSchema: { type: 'object', properties: { e: { enum: Array.from({ length: count }, (_, i) => i) } } },
    execute: () => 1,
  })
  const handle = registry.register(definition(10))
  for (const write of [() => registry.replace(definition(1_000)), () => handle.update(definition(1_000))]) {
    assert.throws(write, ({ code, message, details }) => {
      assert.deepEqual(
        [code, details.tool, details.pointer, details.limit],
        ['LIMIT_EXCEEDED', 'big', '/inputSchema', 2_000],
      )
      return /"big".*2000.*definitionBytes/.test(message)
    })
  }
  const loader = new SpecLoader(registry)
  const source = document(['a'], { a: { description: 'x'.repeat(3_000) } })
  assert.equal((await loader.load(source, { name: 'api' })).skipped[0].code, 'LIMIT_EXCEEDED')
  assert.deepEqual((await loader.load(source, { name: 'api', limits: { definitionBytes: 5_000 } })).added, ['a'])
  for (const definitionBytes of [0, -1, 1.5, '5', NaN]) {
    assert.throws(() => new ToolRegistry({ limits: { definitionBytes } }), { code: 'INVALID_OPTIONS' })
  }
  assert.throws(() => new ToolRegistry({ limits: { definitionByte: 5 } }), ToolrackError)
})

/** What patterns became, and the codes of what is told. */
async function became(patterns) {
  const properties = Object.fromEntries(patterns.map((pattern, i) => [`p${i}`, { type: 'string', pattern }]))
  const registry = new ToolRegistry()
  const { notes } = await new SpecLoader(registry).load(
    document(['a'], { a: { parameters: [{ name: 'q', in: 'query', schema: { type: 'object', properties } }] } }),
    { name: 'api' },
  )
  const { inputSchema } = registry.get('a')
  // `allErrors` writes the checks beside one another. Without it, each lies within the last and 1,500 fill the stack.
  new Ajv({ strict: false, allErrors: true }).compile(inputSchema)
  const told = notes.filter(({ code }) => code === 'PATTERN_DROPPED').length
  return { became: patterns.map((_, i) => inputSchema.properties.q.properties[`p${i}`].pattern), told }
}

test('many patterns that are dear to compile cost no more than the budget of the document', async () => {
  const dear = Array.from({ length: 1_500 }, (_, i) => `(\\p{L}{1,${i + 100}})`)
  const { became: kept, told } = await became(dear)
  assert.ok(kept.filter(Boolean).length < 60)
  assert.equal(told, kept.filter((pattern) => pattern === undefined).length)
  const plain = Array.from({ length: 1_500 }, (_, i) => `^[a-z]{${i % 50}}x${i}$`)
  assert.deepEqual((await became(plain)).told, 0)
})

// V8 takes 54 s for the first of them on 31 characters: what is not bounded does not end.
test('no argument keeps a pattern busy', async () => {
  const patterns = ['^(a+)+$', '^(?=a)(a+)+$', '^(a|a)*$', String.raw`^(a+)+\1$`]
  const registry = new ToolRegistry()
  const parameters = patterns.map((pattern, i) => ({ name: `p${i}`, in: 'query', schema: { type: 'string', pattern } }))
  await new SpecLoader(registry).load(document(['a'], { a: { parameters } }), { name: 'api' })
  for (const [i, pattern] of patterns.entries()) {
    for (const length of [31, 200_000]) {
      const call = registry.call('a', { [`p${i}`]: `${'a'.repeat(length)}!` })
      await assert.rejects(call, { code: 'INVALID_PARAMS' }, `${pattern} on ${length} characters`)
    }
  }
})

test('no name of a document changes a prototype', async () => {
  const source = JSON.parse(`{"openapi": "3.1.0", "info": {"title": "__proto__", "version": "1"},
    "servers": [{"url": "https://api.example.com"}],
    "components": {"schemas": {"__proto__": {"type": "object",
      "properties": {"__proto__": {"type": "object", "properties": {"polluted": {"default": "yes"}}}}}}},
    "paths": {"/__proto__": {"post": {"operationId": "__proto__", "tags": ["constructor"],
      "x-toolrack": {"__proto__": {"polluted": "yes"}},
      "parameters": [{"name": "__proto__", "in": "header", "schema": {"type": "string"}},
        {"name": "hasOwnProperty", "in": "query", "schema": {"default": {"__proto__": {"polluted": "yes"}}}}],
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/__proto__"}}}}}},
      "/constructor": {"get": {"operationId": "constructor"}}}}`)
  const registry = new ToolRegistry()
  const report = await new SpecLoader(registry).load(source)
  assert.deepEqual(report.added, ['__proto__', 'constructor'])
  for (const target of ['openai', 'anthropic', 'gemini']) registry.definitions(target)
  registry.summary()
  registry.names()
  assert.ok(Object.hasOwn(registry.get('__proto__').inputSchema.properties, 'hasOwnProperty'))
  assert.equal(await registry.call('toString', {}).catch(({ code }) => code), 'UNKNOWN_TOOL')
  assert.deepEqual([{}.polluted, Object.prototype.polluted, Object.polluted], [undefined, undefined, undefined])
})

/** A pattern of another dialect, what goes out for it, what both take, and what neither takes. */
const DIALECTS = [
  [String.raw`\A[a-z]+\z`, '^[a-z]+$', ['ab'], ['a1', 'ab\n']],
  [String.raw`\Aab\Z`, String.raw`^ab\n?$`, ['ab', 'ab\n'], ['abc']],
  ['(?i)abc', '[Aa][Bb][Cc]', ['abc', 'xABc'], ['ab']],
  [String.raw`^(\.(?i)(jpeg|pdf))$`, String.raw`^(\.([Jj][Pp][Ee][Gg]|[Pp][Dd][Ff]))$`, ['.JPeg'], ['.gif']],
  ['(?x) ^ a b $ # both', '^ab$', ['ab'], ['a b']],
  ['^[a-z]++$', '^[a-z]+$', ['ab'], ['']],
  ['^(?>a|ab)c', '^(?=((?:a|ab)))(?:\\1)c', ['ac'], ['abc']],
  ['^a++a', '^(?=(a+))(?:\\1)a', [], ['aaa']],
  ['^[[:alpha:]]+$', '^[A-Za-z]+$', ['ab'], ['a1', ':']],
  ['^(?P<y>[0-9])-(?P=y)$', String.raw`^(?<y>[0-9])-(?:\1)$`, ['1-1'], ['1-2']],
  [String.raw`^\p{XDigit}{2}$`, '^[0-9A-Fa-f]{2}$', ['aF'], ['ag']],
  [String.raw`^\p{Han}$`, String.raw`^\p{Script=Han}$`, ['雪'], ['a']],
  [String.raw`^[\w-.]+\_\:$`, String.raw`^[\w\-.]+_:$`, ['a-._:'], ['a b_:']],
  ['^{a}]$', String.raw`^\{a\}\]$`, ['{a}]'], ['a']],
  [String.raw`^[^\000-\037]+$`, String.raw`^[^\x00-\x1f]+$`, ['a'], ['\n']],
]

test('patterns of other dialects go out as equal ones of ECMA-262', async () => {
  const { became: written, told } = await became(DIALECTS.map(([pattern]) => pattern))
  assert.equal(told, 0)
  DIALECTS.forEach(([pattern, expected, takes, refuses], i) => {
    assert.equal(written[i], expected, pattern)
    const compiled = new RegExp(written[i], 'u')
    for (const text of takes) assert.ok(compiled.test(text), `${pattern} takes ${text}`)
    for (const text of refuses) assert.ok(!compiled.test(text), `${pattern} refuses ${text}`)
  })
})

test('patterns that have no equal one of ECMA-262 are left out and told', async () => {
  const patterns = [
    String.raw`\h+`,
    '[0-9]{,2}',
    '[a-z]{1-70}',
    '(?R)',
    '(?(1)a|b)',
    String.raw`(?i)\p{Lu}`,
    '[]a]',
    '((',
    String.raw`\R`,
  ]
  assert.deepEqual(await became(patterns), { became: patterns.map(() => undefined), told: patterns.length })
})

const specs = fileURLToPath(new URL('../../shared/specs', import.meta.url))

test(
  'every pattern of every document compiles with the flag u',
  { skip: !existsSync(specs) && 'no documents beside this checkout' },
  async () => {
    const broken = []
    let seen = 0
    const files = readdirSync(specs, { recursive: true }).filter(
      (path) => /\.(json|ya?ml)$/.test(path) && readFileSync(join(specs, path), 'utf8').includes('pattern'),
    )
    for (const file of files) {
      const registry = new ToolRegistry()
      await new SpecLoader(registry)
        .load(join(specs, file), {
          name: 'api',
          document: { deprecated: 'include' },
          network: { references: { internet: false } },
        })
        .catch(() => {})
      const patterns = new Set(registry.list().flatMap((name) => patternsOf(registry.get(name).inputSchema)))
      registry.close()
      seen += patterns.size
      for (const pattern of patterns) {
        try {
          new RegExp(pattern, 'u')
        } catch ({ message }) {
          broken.push(`${file}: ${message}`)
        }
      }
    }
    assert.ok(seen > 100, `${seen} patterns`)
    assert.deepEqual(broken, [])
  },
)

/** The patterns of a schema, at schema positions or not: what is called so is one in nearly every document. */
function patternsOf(schema) {
  if (schema === null || typeof schema !== 'object') return []
  const own = typeof schema.pattern === 'string' && !Array.isArray(schema) ? [schema.pattern] : []
  const keys = Object.keys(schema.patternProperties ?? {})
  return [...own, ...keys, ...Object.values(schema).flatMap(patternsOf)]
}
