// Call context: separates identity (user id, auditing id, metadata) from arguments.

import type { CallContext as PublicCallContext } from '../../index'
import { reasonOf } from '../border/error'
import type { ToolrackError } from '../border/error'
import { emptyMembers } from '../border/given-members'
import { MOST_VALUES, jsonText, unwritable } from '../border/json'
import { kindOf } from '../border/kind'
import { CONTEXT_KEYS, checkOptions, invalidOption, readOption } from '../border/options'
import { limitExceeded, raise } from '../border/raised-error'
import { isPlainArray, isPlainObject } from '../border/realm'
import type { Arguments, Identity, ToolPlan } from './interfaces'
import { makeLogMessage } from './log'
import { progressReporter } from './progress'
import { inputRequired, readQuestion } from './questions'
import type { CallSignal, PieceReader } from './abort-signals'
import type { CallAsking, Question } from './questions'

/** Argument keys that carry identity, their bit in `ToolPlan.own`, and their name in a context. */
const IDENTITY_KEYS = Object.freeze([
  ['userId', 1, 'userId'],
  ['auditingId', 2, 'auditingId'],
  ['__metadata', 4, 'metadata'],
] as const)

/** What a closure gets about its call. Frozen, and never shared by two calls. */
export class CallContext implements PublicCallContext {
  readonly #signal: CallSignal
  readonly userId: unknown
  readonly auditingId: unknown
  readonly metadata: unknown
  readonly toolName: string
  readonly revision: number
  readonly callId: string
  readonly approved: boolean

  /** `identity` has a copy of the metadata; see {@link frozenMetadata}. */
  constructor(
    identity: Identity,
    toolName: string,
    revision: number,
    callId: string,
    signal: CallSignal,
    approved: boolean,
  ) {
    this.userId = identity.userId
    this.auditingId = identity.auditingId
    this.metadata = identity.metadata
    this.toolName = toolName
    this.revision = revision
    this.callId = callId
    this.approved = approved
    this.#signal = signal
    Object.freeze(this)
  }

  get signal(): AbortSignal {
    return this.#signal.signal
  }

  /** A getter, so that `{ progress }` of a context works by itself, and costs nothing where it is not used. */
  get progress(): PublicCallContext['progress'] {
    return progressReporter(this.#signal)
  }

  /** A getter, as that of `progress`. */
  get log(): PublicCallContext['log'] {
    return (level, data, logger) => {
      const message = makeLogMessage(level, data, logger)
      const { listeners, events } = this.#signal
      listeners?.log?.(message)
      if (events?.has('toolLog') !== true) return
      const { toolName, callId, revision, userId, auditingId } = this
      events.emit('toolLog', Object.freeze({ toolName, callId, revision, ...message, userId, auditingId }))
    }
  }

  /** A getter, as that of `progress`. */
  get ask(): PublicCallContext['ask'] {
    return (key: unknown, request: unknown) => {
      const answer = this.#ask(key, request)
      // A closure that does not wait for it must not end the process.
      answer.catch(() => {})
      return answer as Promise<never>
    }
  }

  async #ask(key: unknown, request: unknown): Promise<unknown> {
    const question = readQuestion(key, request)
    return CallContext.askOf(this, question)
  }

  /** Asks the caller. */
  static askOf(context: CallContext, question: Question): Promise<unknown> {
    const call = context.#signal
    if (call.isAborted) return Promise.reject(call.signal.reason as Error)
    const { asking } = call
    return asking === undefined
      ? Promise.reject(inputRequired(context.toolName, question))
      : asking.ask(question, context)
  }

  /** What the caller can answer; undefined where that is nothing. */
  static roundsOf(context: CallContext): CallAsking['rounds'] | undefined {
    return #signal in context ? context.#signal.asking?.rounds : undefined
  }

  /** Who gets the pieces of the call's result; undefined where they are collected alone. */
  static readerOf(context: CallContext): PieceReader | undefined {
    return context.#signal.reader
  }
}

/** Makes a frozen copy of plain data. Other objects (a request, a logger) are passed on; shared parts stay shared. */
export function frozenMetadata(metadata: unknown): unknown {
  if (metadata === null || typeof metadata !== 'object') return metadata
  return readOption('context.metadata', () => frozenCopy(metadata, { known: new Map(), left: MOST_VALUES }))
}

/** Copy of metadata that is being made. */
interface MetadataCopy {
  /** Copies by original. */
  readonly known: Map<object, object>
  /** Number of values that may still come. */
  left: number
}

function frozenCopy(value: unknown, state: MetadataCopy): unknown {
  if (--state.left < 0) throw limitExceeded('number of values in option "context.metadata"', MOST_VALUES)
  if (value === null || typeof value !== 'object') return value
  const known = state.known.get(value)
  if (known !== undefined) return known
  const isList = isPlainArray(value)
  if (!isList && !isPlainObject(value)) return value
  const members = value as Record<string, unknown>
  const copy = (isList ? [] : Object.create(Object.getPrototypeOf(value) as object | null)) as Record<string, unknown>
  state.known.set(value, copy)
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, { value: frozenCopy(members[key], state), enumerable: true })
  }
  // Keeps empty places at the end of a list.
  if (isList) copy.length = members.length
  return Object.freeze(copy)
}

/** Arguments and identity of a call, separated. */
interface SplitCall {
  readonly args: Arguments
  readonly identity: Identity
  /** Identity keys among the arguments of a caller who gave a context. */
  readonly spoofed: string[] | undefined
}

/**
 * Separates identity from arguments, by the rule of `core/src/exec/context.rs`: keys that the tool declares as
 * arguments stay; a context given by the caller wins, and the keys found are reported. It is done here because objects
 * in the arguments must keep their identity.
 */
export function splitContext(
  plan: Pick<ToolPlan, 'name' | 'own'>,
  params: unknown,
  context: unknown,
  callerOnly: boolean,
): SplitCall {
  const { args, identity, found } = splitParams(plan, params)
  if (context !== undefined) return { args, identity: checkContext(context), spoofed: found }
  if (callerOnly && found !== undefined) {
    const problems = found.map((key) => ({
      pointer: `/${key}`,
      message: 'must be left out: identity comes from the context of the call alone',
    }))
    throw raise('INVALID_PARAMS', { tool: plan.name, problems })
  }
  return { args, identity, spoofed: undefined }
}

/** Parameters of a call, with the identity that they carry. */
interface SplitParams {
  readonly args: Arguments
  readonly identity: Identity
  /** Identity keys that were found. */
  readonly found: string[] | undefined
}

function splitParams(plan: Pick<ToolPlan, 'name' | 'own'>, params: unknown): SplitParams {
  if (params === null || params === undefined) return { args: {}, identity: emptyMembers(), found: undefined }
  try {
    // Any object is read by its own keys.
    if (typeof params === 'object' && !Array.isArray(params)) return splitMap(plan, params as Record<string, unknown>)
  } catch (thrown) {
    throw invalidParams(plan.name, '', `cannot be read: ${reasonOf(thrown)}`)
  }
  throw invalidParams(plan.name, '', `must be an object, got ${kindOf(params)}${adviceFor(params)}`)
}

/** What to do about arguments that are a JSON text, as providers send them. */
function adviceFor(params: unknown): string {
  return typeof params === 'string' && /^\s*\{/.test(params) ? ': parse it with JSON.parse and give the object' : ''
}

/** Separates the identity keys of a map. */
function splitMap(plan: Pick<ToolPlan, 'own'>, params: Record<string, unknown>): SplitParams {
  const { userId: _u, auditingId: _a, __metadata: _m, ...args } = params
  const identity = emptyMembers<Identity>()
  let found: string[] | undefined
  for (const [key, bit, member] of IDENTITY_KEYS) {
    // Inherited members are no arguments, and never identity.
    if (!Object.hasOwn(params, key)) continue
    if ((plan.own & bit) === 0) {
      identity[member] = params[key]
      ;(found ??= []).push(key)
    } else {
      Object.defineProperty(args, key, { value: params[key], writable: true, enumerable: true, configurable: true })
    }
  }
  return { args, identity, found }
}

/** Copies the identity now: a waiting call must run for the caller it was validated for. */
export function checkContext(context: unknown): Identity {
  return checkOptions(context, CONTEXT_KEYS, 'context') as Identity
}

/** Makes the error of arguments that are not valid. */
export function invalidParams(tool: string, pointer: string, message: string): ToolrackError {
  return raise('INVALID_PARAMS', { tool, problems: [{ pointer, message }] })
}

/**
 * Writes identity for Rust: texts and numbers, and plain metadata if a credential function gets it. Other values stay
 * here.
 */
export function identityText(identity: Identity, tellsMetadata?: boolean): string {
  const caller = { userId: plainId(identity.userId), auditingId: plainId(identity.auditingId) }
  // Two such users would be one to a credential function.
  if (tellsMetadata && typeof caller.userId === 'string' && !caller.userId.isWellFormed()) {
    throw invalidOption(
      'context.userId',
      'has half of a surrogate pair, and a credential function or an HTTP tool gets it: use well-formed text',
    )
  }
  // An object of our own is never `undefined` in JSON.
  if (!tellsMetadata || identity.metadata === undefined) return jsonText(caller) as string
  try {
    return jsonText({ ...caller, metadata: identity.metadata }) as string
  } catch (thrown) {
    const refuse = (reason: string) =>
      invalidOption('context.metadata', `${reason}; a credential function or an HTTP tool gets it`)
    throw unwritable(thrown, 'option "context.metadata"', refuse)
  }
}

/** An id as JSON has it: zero for a bigint that is zero, null for an object. */
function plainId(value: unknown): unknown {
  if (typeof value === 'bigint') return value === 0n ? 0 : String(value)
  return typeof value === 'object' ? null : value
}
