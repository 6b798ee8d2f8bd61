// What an output schema says of results: `execute` is checked, and the handle has its type. Compiled, never run.
import { ToolRegistry, registerDynamicTool } from 'toolrack'
import type { AiSdkSchema, StandardJsonSchema } from 'toolrack'

/** Two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}
const words = { name: 'a', description: 'b' }
const registry = new ToolRegistry()
interface Customer {
  id: string
  vip?: boolean
}
const customer: Customer = { id: 'C1' }

// JSON Schema: the type of the result is what the closure returns.
const found = registry.register({
  ...words,
  outputSchema: {
    type: 'object',
    properties: { id: { type: 'string' }, vip: { type: 'boolean' }, kind: { enum: ['a', 'b'] } },
    required: ['id'],
  },
  execute: async () => customer,
})
fact<Same<Awaited<ReturnType<typeof found.execute>>, Customer>>()
const listed = registry.register({
  ...words,
  parameters: { n: { type: 'integer' } },
  outputSchema: { type: 'array', items: { type: 'string' } },
  execute: ({ n }) => (n > 0 ? (['x'] as const) : []),
})
fact<Same<Awaited<ReturnType<typeof listed.execute>>, readonly ['x'] | never[]>>()
registry.register({ ...words, outputSchema: { type: 'object' }, execute: () => customer })
registry.register({ ...words, outputSchema: {}, execute: () => 5 })
registry.register({ ...words, outputSchema: { type: ['string', 'null'] }, execute: () => null })
registry.register({
  ...words,
  outputSchema: { type: 'string' },
  async *execute() {
    yield 'pieces are not checked'
  },
})
registry.register({
  ...words,
  outputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  // @ts-expect-error a member of another type
  execute: () => ({ id: 5 }),
})
registry.register({
  ...words,
  outputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  // @ts-expect-error a member that is missing
  execute: async () => ({}),
})
// @ts-expect-error no result at all
registry.register({ ...words, outputSchema: { type: 'string' }, execute: () => {} })
// @ts-expect-error a type that JSON Schema does not have
registry.register({ ...words, outputSchema: { type: 'strin' }, execute: () => 'a' })
// @ts-expect-error a value that is not listed
registry.register({ ...words, outputSchema: { enum: ['a', 'b'] }, execute: () => 'c' })
found.update({ ...words, outputSchema: { type: 'number' }, execute: () => 1 })
// @ts-expect-error another type
found.update({ ...words, outputSchema: { type: 'number' }, execute: () => 'one' })
// @ts-expect-error another type
registry.replace({ ...words, outputSchema: { type: 'number' }, execute: () => 'one' })
// @ts-expect-error another type
registerDynamicTool(registry, { ...words, outputSchema: { type: 'number' }, execute: () => 'one' })

// Standard Schema: the closure returns its input, the caller gets its output.
declare const dated: StandardJsonSchema<{ at: string; tries?: number }, { at: string; tries: number }>
const standard = registry.register({ ...words, outputSchema: dated, execute: async () => ({ at: '2026-01-01' }) })
fact<Same<Awaited<ReturnType<typeof standard.execute>>, { at: string; tries: number }>>()
// @ts-expect-error another type
registry.register({ ...words, outputSchema: dated, execute: async () => ({ at: 5 }) })
declare const silent: { '~standard': { validate: (value: unknown) => { value: unknown } } }
// @ts-expect-error a library whose schema says no JSON Schema
registry.register({ ...words, outputSchema: silent, execute: () => 1 })

// A schema of the AI SDK.
declare const counted: AiSdkSchema<{ n: number }>
const typed = registry.register({ ...words, outputSchema: counted, execute: () => ({ n: 1 }) })
fact<Same<Awaited<ReturnType<typeof typed.execute>>, { n: number }>>()
// @ts-expect-error another type
registry.register({ ...words, outputSchema: counted, execute: () => ({ n: 'x' }) })

// A definition of its own type says nothing of its results.
const schema: object = { type: 'string' }
registry.register({ ...words, outputSchema: schema, execute: () => 'x' })
