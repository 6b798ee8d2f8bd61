// HTTP tool definition: splits it into JSON for Rust and a credential function, and reports what JSON would drop.

import type { Problem } from '../../index'
import type { ToolrackError } from '../border/error'
import { isFault } from '../border/error'
import { unwritable } from '../border/json'
import { isList, kindOf } from '../border/kind'
import { raise } from '../border/raised-error'
import { splitAuth } from '../load/auth'
import type { SplitAuth } from '../load/auth'
import { isAiSdkSchema } from './ai-sdk-schema'
import { MAPS, PREDICATE, invalidDefinition, plainText } from './definition'
import type { Members } from './definition'
import { libraryOf } from './standard-schema'

/** The definition of an HTTP tool, split for Rust. */
export interface WrittenHttpDefinition {
  /** Its plain data, as JSON. */
  readonly text: string
  /** Problems of values that JSON cannot hold, as JSON; `text` leaves those values out. */
  readonly unsaid: string | undefined
  /** Its credential, under one name. */
  readonly auth: SplitAuth
}

/** Members that are maps, where JSON would drop a function. */
const HTTP_MAPS: readonly string[] = Object.freeze([
  ...MAPS,
  'in',
  'headers',
  'query',
  'body',
  'auth',
  'authScheme',
  'response',
])

const NOT_JSON_SCHEMA =
  'is a schema of a library, whose own checks no HTTP call runs: give its JSON Schema, such as z.toJSONSchema(schema)'

/** Splits a definition; `signature` is the function that takes it. Throws `INVALID_DEFINITION`. */
export function writeHttpDefinition(signature: string, definition: unknown): WrittenHttpDefinition {
  if (typeof definition !== 'object' || definition === null || isList(definition))
    throw noDefinition(signature, definition)
  let name = ''
  try {
    const { auth, ...rest } = definition as Members
    if (typeof rest.name === 'string') name = rest.name
    // A function here is refused where the definition is read, and so is a text.
    if (['function', 'string'].includes(typeof rest.requiresApproval)) rest.requiresApproval = PREDICATE
    if (typeof rest.execute === 'function') rest.execute = {}
    const split = splitAuth(auth === undefined || auth === null ? undefined : { auth })
    const plain = (split.said as { readonly auth?: unknown } | undefined)?.auth
    const problems: Problem[] = []
    for (const key of ['inputSchema', 'outputSchema'] as const) {
      if (libraryOf(rest[key]) === undefined && !isAiSdkSchema(rest[key])) continue
      delete rest[key]
      problems.push({ pointer: `/${key}`, message: NOT_JSON_SCHEMA })
    }
    return {
      ...plainText(plain === undefined ? rest : { ...rest, auth: plain }, problems, HTTP_MAPS),
      auth: split,
    }
  } catch (cause) {
    if (isFault(cause)) throw cause
    throw unwritable(cause, `the definition of "${name}"`, (reason) => invalidDefinition(name, reason, cause))
  }
}

function noDefinition(signature: string, definition: unknown): ToolrackError {
  const message = `takes one object { name, description, endpoint }, got ${kindOf(definition)}`
  const details = { tool: '', problems: [{ pointer: '', message }] }
  return raise('INVALID_DEFINITION', details, { words: { ...details, function: signature } })
}
