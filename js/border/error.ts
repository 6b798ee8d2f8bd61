// Errors: ToolrackError, errors from Rust, and failures of closures as plain data.

import { types } from 'node:util'
import type { ErrorCode, ToolrackError as PublicError } from '../../index'
import { plainMembers } from './plain-members'
import { isError } from './realm'
import { isToolError } from './tool-error'

// Prefix of the JSON in the message of a native error; `src/error.rs` writes it.
const MARK = 'toolrack:'

/** Marks every ToolrackError, of any copy of toolrack and any realm. */
const BRAND = Symbol.for('toolrack.ToolrackError')

/** Details of an error: plain data, or what a caller gave. */
export type ErrorDetails = Record<string, unknown>

/**
 * The error class of toolrack. Two copies of toolrack, or several realms (Jest), have a class each. An error of one is
 * an instance of all: a caller cannot know which copy threw it.
 */
export class ToolrackError extends Error implements PublicError {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === ToolrackError ? isFault(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  // Only declared: a field would be defined, over an accessor of a subclass, where the constructor assigns.
  declare readonly code: ErrorCode
  declare readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  override get name(): 'ToolrackError' {
    return 'ToolrackError'
  }

  /** The error for `JSON.stringify`, which never fails: details may hold anything. Cause and stack are left out. */
  toJSON(): ReturnType<PublicError['toJSON']> {
    return plainMembers(this, ['name', 'code', 'message', 'details']) as ReturnType<PublicError['toJSON']>
  }
}

/** Whether a value is a ToolrackError of any copy and realm. A proxy never is. */
export function isFault(thrown: unknown): thrown is ToolrackError {
  try {
    return (
      thrown !== null && typeof thrown === 'object' && !types.isProxy(thrown) && Reflect.get(thrown, BRAND) === true
    )
  } catch {
    return false
  }
}

/**
 * Converts an error from Rust into a ToolrackError; any other native error is `INTERNAL`. It is recognized by the
 * prefix of its message: the addon makes errors in the main realm, and this code may run in another one.
 */
export function revive(thrown: unknown): ToolrackError {
  if (isFault(thrown)) return thrown
  const message = nativeText(thrown) ?? failureOf(thrown, 0).message
  const fault = faultIn(message)
  if (fault !== undefined) return fromFault(fault)
  const reason = boundedText(message, LONGEST.message)
  return new ToolrackError('INTERNAL', `internal fault: ${reason}`, { reason }, { cause: thrown })
}

/** The full message of an error that may come from Rust. */
function nativeText(thrown: unknown): string | undefined {
  try {
    return isError(thrown) ? String(thrown.message) : undefined
  } catch {
    return undefined
  }
}

/** Parses the error in a message, if it has one. */
function faultIn(message: string): Fault | undefined {
  if (!message.startsWith(MARK)) return undefined
  try {
    const fault: unknown = JSON.parse(message.slice(MARK.length))
    return isWrittenFault(fault) ? fault : undefined
  } catch {
    return undefined
  }
}

function isWrittenFault(value: unknown): value is Fault {
  if (value === null || typeof value !== 'object') return false
  const { code, message, details } = value as { readonly [Key in keyof Fault]?: unknown }
  return typeof code === 'string' && typeof message === 'string' && details !== null && typeof details === 'object'
}

/** An error as Rust writes it. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
}

export function fromFault({ code, message, details }: Fault): ToolrackError {
  return new ToolrackError(code, message, details)
}

/** Throws the first of several errors, with the others in `details.errors`. */
export function throwFirst(errors: readonly ToolrackError[]): void {
  const [first, ...others] = errors
  if (first === undefined) return
  Object.assign(first.details, { errors: others })
  throw first
}

/** Calls a native function and converts its errors. */
export function callNative<T>(door: () => T): T {
  try {
    return door()
  } catch (thrown) {
    throw isSuperseded(thrown) ? SUPERSEDED : revive(thrown)
  }
}

/**
 * Thrown for a call on a revision that is not the newest any more, before anything of the call is done: the registry
 * starts the call again on the newest one. It never reaches a caller of the package.
 */
export const SUPERSEDED: Error = Object.freeze(new Error('the revision is not the newest any more'))

/** Whether Rust has refused a call for its revision; `src/error.rs` writes the message. */
function isSuperseded(thrown: unknown): boolean {
  return thrown === SUPERSEDED || nativeText(thrown) === `${MARK}superseded`
}

/** Depth limit for causes of causes. */
const CAUSES = 4
/** Length limits for the texts of a failure, in characters: they are copied to logs, threads and models. */
const LONGEST = Object.freeze({ name: 256, code: 256, message: 8_192, stack: 16_384 })

/** An error without stack and causes. */
export interface ErrorWords {
  readonly name: string
  readonly message: string
  readonly code?: string
}

/** A thrown value as plain data. */
export interface Failure extends ErrorWords {
  readonly stack?: string
  /** The message is meant for the model: it is that of a ToolError. */
  readonly forModel?: true
  readonly cause?: Failure
}

/**
 * Describes a thrown value as plain data. Nothing in it is trusted: a function, a proxy or a getter may throw at every
 * access.
 */
export function failureOf(thrown: unknown, causes = CAUSES): Failure {
  if (!isObject(thrown)) return { name: 'Error', message: boundedText(String(thrown), LONGEST.message) }
  const [name, message] = [memberOf(thrown, 'name'), memberOf(thrown, 'message')]
  const failure: Failure = wordsOf(name, message, memberOf(thrown, 'code'))
  // V8 formats the stack on first read, from name and message, whatever those are: read them first.
  const stack = isObject(name) || isObject(message) ? undefined : textOf(memberOf(thrown, 'stack'), LONGEST.stack)
  if (stack !== undefined) Object.assign(failure, { stack })
  if (isToolError(thrown)) Object.assign(failure, { forModel: true })
  const cause = causes > 0 ? (memberOf(thrown, 'cause') ?? undefined) : undefined
  return cause === undefined ? failure : { ...failure, cause: failureOf(cause, causes - 1) }
}

/** Describes an error without stack and causes, which are for maintainers. */
export function errorWords(error: object): ErrorWords {
  return wordsOf(memberOf(error, 'name'), memberOf(error, 'message'), memberOf(error, 'code'))
}

function wordsOf(name: unknown, message: unknown, code: unknown): ErrorWords {
  const codeText = textOf(code, LONGEST.code)
  const words = {
    name: textOf(name, LONGEST.name) || 'Error',
    message: textOf(message, LONGEST.message) ?? 'failed without a message',
  }
  return codeText === undefined ? words : { ...words, code: codeText }
}

function memberOf(thrown: object, key: string): unknown {
  try {
    return (thrown as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
}

/**
 * Converts a primitive into text of bounded length. Objects are left out: converting one may run any code. `most` is in
 * characters.
 */
export function textOf(value: unknown, most: number): string | undefined {
  if (value === undefined || value === null || isObject(value)) return undefined
  // oxlint-disable-next-line typescript/no-base-to-string -- no object is left here
  return boundedText(String(value), most)
}

function boundedText(text: string, most: number): string {
  if (text.length <= most) return text
  const isHalf = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, isHalf ? most - 1 : most)}…`
}

/** One line about a failure, for another message. */
export function reasonOf(thrown: unknown): string {
  const { message } = failureOf(thrown, 0)
  return message.split('\n', 1)[0] ?? message
}

/** Ignores a promise where a value was expected. Its rejection must not end the process. */
export function ignoreRejection(value: unknown): void {
  const nothing = () => {}
  // Handles both outcomes: a value might become a thenable at the next access.
  void new Promise((resolve) => resolve(value)).then(nothing, nothing)
}
