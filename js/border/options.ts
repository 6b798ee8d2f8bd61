// Options: reads options once, and refuses unknown names and wrong values.

import { isFault, reasonOf, textOf } from './error'
import type { ToolrackError } from './error'
import { emptyMembers, givenMember } from './given-members'
import { isOverflow, jsonText, smallJson, unwritable } from './json'
import { noneOf } from './nearest'
import { raise } from './raised-error'
import { isUint8Array } from './realm'

/** Names of the members of the option `context`. */
export const CONTEXT_KEYS = Object.freeze(['userId', 'auditingId', 'metadata'] as const)

export function invalidOption(option: string, reason: string): ToolrackError {
  return raise('INVALID_OPTIONS', { option, reason })
}

/** Makes the error of an unknown option; `listed` are the names that its message has. */
function unknownOption(option: string, known: readonly string[], listed: readonly string[]): ToolrackError {
  if (known.includes('context') && (CONTEXT_KEYS as readonly string[]).includes(option))
    return invalidOption(option, `${option} belongs into context: { context: { ${option} } }`)
  if (listed.includes(option))
    return invalidOption(option, `is an option of the snapshot, not of its calls: registry.snapshot({ ${option} })`)
  return invalidOption(option, noneOf(option, listed))
}

/** Options as they were read: each is there or `undefined`, and of any type. */
export type ReadOptions<Name extends string> = { readonly [Key in Name]?: unknown }

/**
 * Copies options and refuses unknown keys. Each option is read once: a getter may answer differently the next time. An
 * option may be that of a class of the caller, never one that somebody added to `Object.prototype`.
 * `option` is the name of the options, if they are an option themselves. `listed` are the names for the error: a
 * registry takes some of its own before.
 */
export function checkOptions<Name extends string>(
  options: unknown,
  known: readonly Name[],
  option?: string,
  listed: readonly string[] = known,
): ReadOptions<Name> {
  if (options === undefined) return emptyMembers()
  if (options === null || typeof options !== 'object') throw invalidOption(option ?? 'options', 'must be an object')
  const read = emptyMembers<{ [Key in Name]?: unknown }>()
  let unknown: string | undefined
  let key = option ?? 'options'
  try {
    for (const own of Object.keys(options)) if (!(known as readonly string[]).includes(own)) unknown ??= own
    for (const name of known) {
      key = name
      const value = givenMember(options, name)
      if (value !== undefined) read[name] = value
    }
  } catch (thrown) {
    throw unreadableOption(option ?? key, thrown)
  }
  if (unknown === undefined) return read
  throw option === undefined
    ? unknownOption(unknown, known, listed)
    : invalidOption(option, `"${unknown}" ${noneOf(unknown, listed)}`)
}

/** Reads an option that is a path, or an object with a `path` and other options. */
export function pathOptions<Name extends string>(
  option: string,
  given: unknown,
  known: readonly (Name | 'path')[],
): ReadOptions<Name | 'path'> {
  const isObject = typeof given === 'object' && given !== null
  const read: ReadOptions<Name | 'path'> = isObject
    ? checkOptions<Name | 'path'>(given, known)
    : Object.assign(emptyMembers<{ path?: unknown }>(), { path: given })
  const { path }: ReadOptions<'path'> = read
  if (typeof path === 'string' && path !== '') return read
  throw invalidOption(option, 'must be a path, or an object that has one: { path }')
}

/** Reads a caller's value, which may be a proxy or have getters that throw. */
export function readOption<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw unreadableOption(option, thrown)
  }
}

function unreadableOption(option: string, thrown: unknown): ToolrackError {
  // Errors of toolrack pass. Only the class is checked: anything else may be a proxy.
  return isFault(thrown)
    ? thrown
    : invalidOption(option, `cannot be read: ${isOverflow(thrown) ? 'it is nested too deep' : reasonOf(thrown)}`)
}

/** Reads a duration in ms. */
export function milliseconds(option: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !(value > 0)) throw invalidOption(option, 'must be a number of ms above zero')
  return value
}

/** Reads a boolean. */
export function toBoolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw invalidOption(option, 'must be a boolean')
  return value
}

/** Writes a value as JSON for Rust; `undefined` stays nothing. `most` limits the number of values. */
export function toText(option: string, value: object, most?: number): string
export function toText(option: string, value: unknown, most?: number): string | undefined
export function toText(option: string, value: unknown, most?: number): string | undefined {
  if (value === undefined) return undefined
  try {
    const text = jsonText(value, most)
    if (text !== undefined) return text
  } catch (thrown) {
    throw unwritable(thrown, `option "${option}"`, (reason) => invalidOption(option, reason))
  }
  throw invalidOption(option, `cannot be JSON: it is a ${typeof value}`)
}

/** Writes a value that must be there as JSON for Rust. */
export function requiredText(option: string, value: unknown): string {
  const text = toText(option, value)
  if (text === undefined) throw invalidOption(option, 'is missing')
  return text
}

/** Copies a value as JSON has it. It is read once. */
export function ownJson(option: string, value: unknown): unknown {
  const small = value !== null && typeof value === 'object' ? smallJson(value) : undefined
  if (small !== undefined) return small
  const text = toText(option, value)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Checks the size limits of a registry. */
export function registryLimits(limits: unknown): { definitionBytes: unknown } {
  const { definitionBytes } = checkOptions(limits, ['definitionBytes'], 'limits')
  if (definitionBytes !== undefined && !(isSafeInteger(definitionBytes) && definitionBytes > 0)) {
    throw invalidOption('limits', 'definitionBytes must be a whole number of bytes above zero')
  }
  return { definitionBytes }
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

export function toName(what: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw invalidOption(what, `must be a string, is ${value === null ? 'null' : typeof value}`)
}

export function toNames(what: string, value: unknown): string[] | undefined {
  if (value === undefined) return undefined
  const names = readOption(what, () => (Array.isArray(value) ? [...(value as unknown[])] : undefined))
  if (names !== undefined) return names.map((one, i) => toName(`${what}/${i}`, one))
  throw invalidOption(what, 'must be a list of names')
}

export function toRevision(what: string, value: unknown): number {
  if (isSafeInteger(value) && value >= 0) return value
  throw invalidOption(what, 'must be the number of a revision')
}

/** Checks that a value is one of the allowed words, or nothing. */
export function oneOf<Word extends string>(
  option: string,
  value: unknown,
  allowed: readonly Word[],
): asserts value is Word | undefined {
  if (value !== undefined && !(allowed as readonly unknown[]).includes(value)) {
    throw invalidOption(option, describeUnknown(value, allowed))
  }
}

/** Says that a value is none of the allowed words, and which is nearest. */
export function describeUnknown(value: unknown, allowed: readonly string[]): string {
  return `${describeValue(value)} ${noneOf(typeof value === 'string' ? value : '', allowed)}`
}

/** Shows a wrong value in a message. */
function describeValue(value: unknown): string {
  const text = textOf(value, 100)
  return text === undefined ? (value === null ? 'null' : `a value of type ${typeof value}`) : `"${text}"`
}

/** The shortest secret, in characters or bytes. */
const LEAST_KEY = 32

/** Reads the option `stateKey`. */
export function readStateKey(key: unknown): string | Uint8Array | undefined {
  if (key === undefined) return undefined
  if (
    (typeof key === 'string' || (typeof key === 'object' && key !== null && isUint8Array(key))) &&
    key.length >= LEAST_KEY
  )
    // A copy: a buffer may be wiped.
    return typeof key === 'string' ? key : Uint8Array.from(key)
  throw invalidOption(
    'stateKey',
    `must be a text or bytes, ${LEAST_KEY} at least: a secret of all processes that share an address`,
  )
}
