// What schema libraries give is taken as inputSchema, and the closure gets its output. Compiled, never run.
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import { ToolRegistry } from 'toolrack'
import * as v from 'valibot'
import { z } from 'zod'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}
const registry = new ToolRegistry()
const words = { name: 'a', description: 'b' }

registry.register({
  ...words,
  inputSchema: z.object({ at: z.iso.datetime().transform((text) => new Date(text)), n: z.int().default(1) }),
  execute: (params) => void fact<Same<typeof params, { at: Date; n: number }>>(),
})
registry.register({
  ...words,
  inputSchema: z.object({ id: z.string().brand('Id') }),
  execute: ({ id }) => {
    const branded: string & z.core.$brand<'Id'> = id
    return branded
  },
})
registry.register({
  ...words,
  inputSchema: toStandardJsonSchema(v.object({ n: v.pipe(v.string(), v.digits(), v.transform(Number)) })),
  execute: (params) => void fact<Same<typeof params, { n: number }>>(),
})
registry.register({ ...words, inputSchema: type({ at: 'string.date.iso.parse' }), execute: ({ at }) => at.getTime() })
registry.register({
  ...words,
  inputSchema: z.object({ n: z.string().transform(Number) }),
  // @ts-expect-error a number is no text
  execute: ({ n }) => n.slice(1),
})
// @ts-expect-error Valibot says no JSON Schema by itself
registry.register({ ...words, inputSchema: v.object({ n: v.string() }), execute: () => 1 })
