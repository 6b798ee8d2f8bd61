// Arguments of a call on the command line: JSON, stdin, or pairs whose values have the types of the schema.

import { text } from 'node:stream/consumers'
import type { JsonSchema } from '../../../index'
import { reasonOf } from '../../border/error'
import { parseExactly } from '../../border/exact-integers'
import { UsageError } from '../command'

/** The arguments of a call, for a tool with this schema. */
export type ReadArguments = (schema: JsonSchema | undefined) => object

/** Reads the words behind the name of a tool. Throws {@link UsageError}. */
export async function readCallArguments(words: readonly string[]): Promise<ReadArguments> {
  const [first, ...more] = words
  if (first === '-' || first?.trimStart().startsWith('{')) {
    if (more.length > 0) throw new UsageError('a JSON object is the only argument of a call')
    const params = parseObject(first === '-' ? await text(process.stdin) : first, first === '-' ? 'stdin' : 'arguments')
    return () => params
  }
  const pairs = readPairs(words)
  // `fromEntries` makes `__proto__` a key of its own.
  return (schema) => Object.fromEntries(pairs.map(([key, value]) => [key, typed(value, propertyOf(schema, key))]))
}

function parseObject(json: string, place: string): object {
  let value: unknown
  try {
    // It is checked as it is: the rewriting of long integers takes valid JSON.
    JSON.parse(json)
    value = parseExactly(json)
  } catch (thrown) {
    throw new UsageError(`${place}: no JSON: ${reasonOf(thrown)}`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new UsageError(`${place}: must be a JSON object`)
  return value
}

/** Pairs by key; the values of a key that is given several times are a list. */
function readPairs(words: readonly string[]): [key: string, value: string | string[]][] {
  const values = new Map<string, string | string[]>()
  for (const word of words) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (key === undefined || value === undefined)
      throw new UsageError(`"${word}" is no argument: give KEY=VALUE, a JSON object, or - for stdin`)
    const before = values.get(key)
    values.set(key, before === undefined ? value : [before, value].flat())
  }
  return [...values]
}

function propertyOf(schema: JsonSchema | undefined, key: string): unknown {
  const properties: unknown = typeof schema === 'object' ? schema.properties : undefined
  const isOwn = properties !== null && typeof properties === 'object' && Object.hasOwn(properties, key)
  return isOwn ? (properties as Readonly<Record<string, unknown>>)[key] : undefined
}

/** A value of the type that a schema names. Where it names none, the core converts the text, if it has one meaning. */
function typed(value: string | string[], schema: unknown): unknown {
  const { type, items } = (schema ?? {}) as { readonly type?: unknown; readonly items?: unknown }
  if (Array.isArray(value)) return value.map((one) => typed(one, items))
  const types = [type].flat()
  if (type === undefined || types.includes('string')) return value
  const parsed = parsedJson(value)
  // One value of a list is a list.
  if (types.includes('array') && !Array.isArray(parsed)) return [typed(value, items)]
  return parsed
}

/** Text that is JSON as its value, another text as it is. */
function parsedJson(text: string): unknown {
  try {
    JSON.parse(text)
    return parseExactly(text)
  } catch {
    return text
  }
}
