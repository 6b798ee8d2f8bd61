// Declarations: tools as TypeScript types that the compiler takes, and that take what the tools take.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { root, runFile } from './support/child.mjs'
import { registryOf } from './support/tools.mjs'

const TSC = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** What the compiler says to files, by their names. */
async function compile(t, files) {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  })
  const { stdout } = await runFile(
    [TSC, '--strict', '--noEmit', '--ignoreConfig', '--target', 'es2022', '--module', 'node16', ...paths],
    {
      cwd: folder,
      killAfterMs: 300_000,
    },
  )
  return stdout
}

/** The declarations of a tool with this input. */
const declare = (inputSchema, more) =>
  registryOf({ name: 'use', description: 'd', inputSchema, ...more }).declarations()
const of = (properties, more) => ({ type: 'object', properties, ...more })

/** The type of each property schema. */
const TYPES = [
  [{ type: 'string' }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 1, null, true, -1.5] }, '"a" | 1 | null | true | -1.5'],
  [{ const: { a: ['x', 1] } }, '{ a: ["x", 1] }'],
  [{ type: 'string', enum: ['it\'s "so"', '`${x}`', '\u2028'] }, '"it\'s \\"so\\"" | "`${x}`" | "\u2028"'],
  [{ type: 'array', items: { type: 'string' } }, 'Array<string>'],
  [{ type: 'array' }, 'Array<unknown>'],
  [
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 1 },
    '[string, number?]',
  ],
  [{ type: 'array', prefixItems: [{ enum: ['a', 'b'] }] }, '[("a" | "b")?, ...Array<unknown>]'],
  [{ type: 'array', items: false }, '[]'],
  [{ type: 'object' }, '{ [key: string]: unknown }'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [key: string]: number }'],
  [{ type: 'object', additionalProperties: false }, '{ [key: string]: never }'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string | number'],
  [{ oneOf: [{ type: 'string' }, {}] }, 'unknown'],
  [{ allOf: [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, { type: 'string' }] }, '("a" | "b") & string'],
  [{ not: { type: 'string' } }, 'unknown'],
  [{ type: 'string', pattern: '^a$', minLength: 3, format: 'uuid' }, 'string'],
  [true, 'unknown'],
  [false, 'never'],
]

test('each schema has the type of its values', () => {
  for (const [schema, type] of TYPES) {
    const text = declare(of({ p: schema }, { required: ['p'] }))
    assert.ok(text.includes(`\n    p: ${type}\n`), `${JSON.stringify(schema)}\n${text}`)
  }
})

test('the declarations of a tool are its description, its arguments and its result', () => {
  const registry = registryOf(
    {
      name: 'crm/find-customer',
      description: 'Finds a customer.\nBy id.',
      deprecated: true,
      inputSchema: of(
        { id: { type: 'string', description: 'The id' }, limit: { type: 'integer' } },
        { required: ['id'] },
      ),
      outputSchema: of({ name: { type: 'string' } }),
    },
    { name: 'ping', description: 'Says hello', inputSchema: of({}) },
  )
  const expected = `/** Tools: each function calls one. */
export interface Tools {
  /**
   * Finds a customer.
   * By id.
   * @tool crm/find-customer
   * @deprecated
   */
  crm_find_customer: (input: {
    /** The id */
    id: string
    limit?: number
  }) => Promise<{
    name?: string
  }>

  /** Says hello */
  ping: () => Promise<unknown>
}
`
  assert.equal(registry.declarations(), expected)
  assert.equal(registry.declarations(undefined, { language: 'typescript' }), expected)
  assert.equal(registry.snapshot().declarations({ name: 'ping' }).includes('crm'), false)
  assert.equal(
    new ToolRegistry().declarations(),
    '/** Tools: each function calls one. */\nexport interface Tools {\n}\n',
  )
})

test('schemas that tools share are declared once, and others of the same name get a number', () => {
  const pet = (type) =>
    of({ pet: { $ref: '#/$defs/Pet' } }, { $defs: { Pet: { type: 'object', properties: { id: { type } } } } })
  const text = registryOf(
    { name: 'a', inputSchema: pet('string') },
    { name: 'b', inputSchema: pet('string') },
    { name: 'c', inputSchema: pet('integer') },
  ).declarations()
  assert.deepEqual(text.match(/export type \w+/g), ['export type Pet', 'export type Pet_2'])
  assert.deepEqual(text.match(/pet\?: \w+/g), ['pet?: Pet', 'pet?: Pet', 'pet?: Pet_2'])
})

const RECURSIVE = {
  tree: of(
    { node: { $ref: '#/$defs/Node' } },
    { $defs: { Node: of({ children: { type: 'array', items: { $ref: '#/$defs/Node' } } }) } },
  ),
  self: { type: 'object', $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } },
  mutual: of(
    { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/B' } },
    {
      $defs: {
        A: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/B' }] },
        B: { allOf: [{ $ref: '#/$defs/A' }, { type: 'string' }] },
      },
    },
  ),
  root: of({ inner: { $ref: '#' } }),
  anchor: of({ a: { $ref: '#there' } }, { $defs: { X: { $anchor: 'there', type: 'string' } } }),
  escaped: of({ a: { $ref: '#/$defs/a~1b%20c' } }, { $defs: { 'a/b c': { type: 'string' } } }),
}

test('a chain of 2,000 schemas is declared', () => {
  const link = (_, i) => [`d${i}`, of(i < 1_999 ? { next: { $ref: `#/$defs/d${i + 1}` } } : {})]
  const $defs = Object.fromEntries(Array.from({ length: 2_000 }, link))
  const text = declare(of({ first: { $ref: '#/$defs/d0' } }, { $defs }))
  assert.equal(text.match(/export type/g).length, 2_000)
})

const NAMES = ['constructor', '__proto__', 'new', 'get', 'delete', 'a-b', 'a.b', 'x/y', '9lives', 'Tools', 'readonly']

test('the compiler takes hostile names, texts and schemas in strict mode', async (t) => {
  const hostile = '*/ } export const x = 1 /* @ts-ignore `${1}` \\ \u2028 \u0000 \r\n // */'
  const properties = Object.fromEntries(
    [...NAMES, '', 'a b', '"', "'", '\n', '*/', 'é', '$'].map((key) => [key, { description: hostile }]),
  )
  const registry = registryOf(
    ...NAMES.map((name) => ({
      name,
      description: hostile,
      inputSchema: of(properties, { required: ['constructor', 'gone'] }),
    })),
    ...Object.entries(RECURSIVE).map(([name, inputSchema]) => ({ name, inputSchema })),
    ...TYPES.map(([schema], i) => ({
      name: `t${i}`,
      inputSchema: of({ p: schema, q: true }),
      outputSchema: typeof schema === 'object' ? schema : {},
    })),
    {
      name: 'reserved',
      inputSchema: of(
        Object.fromEntries(
          ['string', 'class', 'Promise', 'Tools', '9'].map((name) => [name, { $ref: `#/$defs/${name}` }]),
        ),
        {
          $defs: Object.fromEntries(
            ['string', 'class', 'Promise', 'Tools', '9'].map((name) => [name, of({ name: { const: name } })]),
          ),
        },
      ),
    },
    { name: 'deep', inputSchema: Array.from({ length: 60 }).reduce((inner) => of({ inner }), of({})) },
  )
  const text = registry.declarations()
  const use = `import type { Tools } from './tools'
export const run = async (tools: Tools) => {
  const found = await tools.tree({ node: { children: [{ children: [] }] } })
  // @ts-expect-error: a list is no node
  await tools.tree({ node: [] })
  // @ts-expect-error: a required argument
  await tools.a_b({})
  return [found, tools.new, tools._9lives, tools.delete, tools.constructor]
}
`
  assert.equal(await compile(t, { 'tools.ts': text, 'use.ts': use }), '')
})

test('the same tools have the same text in another registry', () => {
  const one = registryOf({ name: 'a', inputSchema: RECURSIVE.mutual }, { name: 'b', inputSchema: RECURSIVE.tree })
  const other = registryOf({ name: 'a', inputSchema: RECURSIVE.mutual }, { name: 'b', inputSchema: RECURSIVE.tree })
  assert.equal(one.declarations(), other.declarations())
})

test('options and filters are checked', () => {
  const registry = registryOf({ name: 'a' })
  for (const options of [{ language: 'python' }, { language: 7 }, { lang: 'typescript' }, 'typescript', null])
    assert.throws(() => registry.declarations({}, options), { code: 'INVALID_OPTIONS' }, JSON.stringify(options))
  assert.throws(() => registry.declarations({ colour: 'red' }), { code: 'INVALID_OPTIONS' })
  registry.close()
  assert.throws(() => registry.declarations(), { code: 'CLOSED' })
})

const specs = fileURLToPath(new URL('../../shared/specs/dev', import.meta.url))

test(
  'the compiler takes the tools of every document in strict mode',
  { skip: !existsSync(specs) && 'no documents beside this checkout' },
  async (t) => {
    const files = {}
    for (const file of readdirSync(specs).filter((name) => /\.(json|ya?ml)$/.test(name))) {
      const registry = new ToolRegistry()
      await new SpecLoader(registry).load(join(specs, file), {
        outputSchemas: true,
        baseUrl: 'https://api.example.com',
      })
      files[`${file.replaceAll(/\W/g, '_')}.ts`] = registry.declarations()
    }
    assert.ok(Object.keys(files).length >= 10)
    assert.equal(await compile(t, files), '')
  },
)
