// What `register` infers from a definition, and the mistakes that do not compile. Compiled, never run.
import { ToolRegistry, registerDynamicTool } from 'toolrack'
import type { StandardJsonSchema, ToolDefinition } from 'toolrack'

/** Two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}
const words = { name: 'a', description: 'b' }
const registry = new ToolRegistry()

// Parameters: required unless they say otherwise; a default is filled in for the closure.
const weather = registry.register({
  ...words,
  parameters: {
    city: { type: 'string', description: 'The city', minLength: 1 },
    days: { type: 'integer', default: 1 },
    units: { enum: ['metric', 'imperial'], required: false },
    where: {
      type: 'object',
      properties: { lat: { type: 'number' }, note: { type: ['string', 'null'], required: false } },
    },
    listed: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'boolean' } }, required: ['b'] },
    tags: { type: 'array', items: { type: 'object', properties: { key: { type: 'string' } } }, required: false },
    anything: {},
  },
  execute: (params) => {
    fact<
      Same<
        typeof params,
        {
          city: string
          days: number
          units?: 'metric' | 'imperial'
          where: { lat: number; note?: string | null }
          listed: { b: boolean; a?: string }
          tags?: { key: string }[]
          anything: unknown
        }
      >
    >()
    return params.city.length
  },
})
const length: Promise<number> = weather.execute({ city: 'Oslo', where: { lat: 1 }, listed: { b: true }, anything: 1 })
// @ts-expect-error a caller gives what is required
void weather.execute({ city: 'Oslo' })
// @ts-expect-error a wrong type
void weather.execute({ city: 5, where: { lat: 1 }, listed: { b: true }, anything: 1 })
// @ts-expect-error a misspelt parameter
registry.register({ ...words, parameters: { city: { type: 'string' } }, execute: ({ town }) => town })
// @ts-expect-error a misspelt keyword
registry.register({ ...words, parameters: { city: { tipe: 'string' } }, execute: () => 1 })
registry.register({
  ...words,
  // @ts-expect-error a misspelt keyword, deeper
  parameters: { a: { type: 'array', items: { type: 'object', properties: { b: { typ: 'string' } } } } },
  execute: () => 1,
})
// @ts-expect-error a type that JSON Schema does not have
registry.register({ ...words, parameters: { city: { type: 'int' } }, execute: () => 1 })
// @ts-expect-error a parameter is a map
registry.register({ ...words, parameters: { city: 'string' }, execute: () => 1 })
registry.register({
  ...words,
  // @ts-expect-error parameters or inputSchema, not both
  parameters: { city: { type: 'string' } },
  inputSchema: { type: 'object' },
  execute: () => 1,
})
// @ts-expect-error a misspelt member
registry.register({ ...words, paramters: { city: { type: 'string' } }, execute: () => 1 })

// A tool without parameters has no arguments.
const bare = registry.register({ ...words, execute: () => 'x' })
const text: Promise<string> = bare.execute()
// @ts-expect-error it has none
registry.register({ ...words, execute: ({ city }) => city })

// JSON Schema, given as const by the call itself.
const looked = registry.register({
  ...words,
  inputSchema: {
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      page: { type: 'integer', default: 1 },
      kind: { anyOf: [{ const: 'all' }, { type: 'array', items: { enum: [1, 2] } }] },
      node: { $ref: '#/$defs/Node' },
      pair: { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'boolean' } },
      counts: { type: 'object', additionalProperties: { type: 'number' } },
      both: {
        allOf: [
          { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] },
          { type: 'object', properties: { y: { type: 'null' } } },
        ],
      },
    },
    required: ['id'],
    additionalProperties: false,
    $defs: {
      Node: {
        type: 'object',
        properties: { value: { type: 'number' }, next: { $ref: '#/$defs/Node' } },
        required: ['value'],
      },
    },
  },
  execute: async (params) => {
    fact<Same<typeof params.id, string>>()
    fact<Same<typeof params.page, number>>()
    fact<Same<typeof params.kind, 'all' | (1 | 2)[] | undefined>>()
    const deep: number | undefined = params.node?.next?.next?.value
    const first: string | boolean | undefined = params.pair?.[0]
    const count: number | undefined = params.counts?.['a']
    const x: string | undefined = params.both?.x
    // @ts-expect-error no such property
    void params.idd
    return { deep, first, count, x }
  },
})
void looked.execute({ id: 'x' })
// @ts-expect-error a caller gives what is required
void looked.execute({})
// @ts-expect-error a type that JSON Schema does not have, in a schema
registry.register({ ...words, inputSchema: { type: 'objekt' }, execute: () => 1 })
registry.register({
  ...words,
  // @ts-expect-error the same, deeper
  inputSchema: { type: 'object', properties: { a: { type: 'int' } } },
  execute: () => 1,
})

// Standard Schema: the closure gets the output, the caller gives the input.
declare const dated: StandardJsonSchema<{ at: string }, { at: Date }>
const when = registry.register({ ...words, inputSchema: dated, execute: ({ at }) => at.getTime() })
const time: Promise<number> = when.execute({ at: '2026-01-01' })
// @ts-expect-error the input is a text
void when.execute({ at: new Date() })

// Definitions from elsewhere: what the compiler does not know is checked at run time.
const wide: { [keyword: string]: unknown } = {}
registry.register({ ...words, inputSchema: wide, execute: (params: { city: string }) => params.city })
const loose = { type: 'object', properties: { id: { type: 'string' } } }
registry.register({ ...words, inputSchema: loose, execute: (params: { id?: string }) => params.id })
const parameters: Record<string, { type: string }> = { city: { type: 'string' } }
registry.register({ ...words, parameters, execute: ({ city }) => city })
declare const configured: ToolDefinition[]
for (const definition of configured) registry.register(definition)

// Results: awaited; the pieces of a stream joined.
const streamed = registry.register({
  ...words,
  execute: async function* () {
    yield 'a'
  },
})
const joined: Promise<string> = streamed.execute({})
const ended = registry.register({
  ...words,
  execute: async function* () {
    yield 'a'
    return 5
  },
})
const end: Promise<number> = ended.execute()

// Replace, update and registerDynamicTool infer in the same way.
registry.replace({ ...words, parameters: { n: { type: 'number' } }, execute: ({ n }) => n.toFixed() })
weather.update({ ...words, parameters: { n: { type: 'number' } }, execute: ({ n }) => n.toFixed() })
registerDynamicTool(registry, { ...words, parameters: { n: { type: 'number' } }, execute: ({ n }) => n.toFixed() })
// @ts-expect-error a misspelt parameter
registerDynamicTool(registry, { ...words, parameters: { n: { type: 'number' } }, execute: ({ m }) => m })

// A typed context, in closures and in what callers give.
const typed = new ToolRegistry<{ context: { userId: number; metadata?: { tenant: string } } }>()
const finding = typed.snapshot().finder('plain', { limit: 3 }).next(typed.snapshot())
finding.respond({ name: 'a', arguments: {} }, { context: { userId: 7 } })
// @ts-expect-error a finder takes the contexts of its registry
finding.respond({ name: 'a', arguments: {} }, { context: { userId: 'ada' } })
typed.register({
  ...words,
  execute: (_params, context) => {
    fact<Same<typeof context.userId, number>>()
    fact<Same<typeof context.metadata, { tenant: string } | undefined>>()
    return context.userId
  },
})
void typed.execute('a', {}, { context: { userId: 7 } })
void typed.snapshot({ context: { userId: 7, metadata: { tenant: 'acme' } } }).execute('a')
registerDynamicTool(typed, { ...words, execute: (_params, { userId }) => userId.toFixed() })
// @ts-expect-error a user is a number
void typed.execute('a', {}, { context: { userId: '7' } })
// @ts-expect-error a user is a number, for a snapshot as well
typed.snapshot({ context: { userId: '7' } })

export { end, joined, length, text, time }
