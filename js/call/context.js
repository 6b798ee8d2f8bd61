'use strict'

// Call context: separates identity (user id, auditing id, metadata) from arguments.

const { ToolrackError, limitExceeded, reasonOf } = require('../border/error')
const { MOST_VALUES, jsonText, unwritable } = require('../border/json')
const { checkOptions, invalidOption, readOption } = require('../border/options')
const { isPlainArray, isPlainObject } = require('../border/realm')

const CONTEXT_KEYS = Object.freeze(['userId', 'auditingId', 'metadata'])

/** Argument keys that carry identity, their bit in `Plan.own`, and their name in a context. */
const KEYS = Object.freeze(
  /** @type {const} */ ([
    ['userId', 1, 'userId'],
    ['auditingId', 2, 'auditingId'],
    ['__metadata', 4, 'metadata'],
  ]),
)

/** What a closure gets about its call. Frozen, and never shared by two calls. */
class CallContext {
  #signal

  /**
   * @param {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} identity with a copy of the metadata, see
   * {@link frozenMetadata}
   * @param {string} toolName @param {number} revision @param {string} callId @param {CallSignal} signal
   */
  constructor(identity, toolName, revision, callId, signal) {
    this.userId = identity.userId
    this.auditingId = identity.auditingId
    this.metadata = identity.metadata
    this.toolName = toolName
    this.revision = revision
    this.callId = callId
    this.#signal = signal
    Object.freeze(this)
  }

  get signal() {
    return this.#signal.signal
  }
}

/** The AbortSignal of one call, made on first use: an AbortController costs more than a whole call. */
class CallSignal {
  /** @type {AbortController | undefined} */
  #controller
  /** @type {unknown} */
  #reason
  /** @type {(() => void) | undefined} */
  #listener

  get signal() {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Sets the internal listener, which needs no AbortController; one at a time. @param {() => void} listener */
  onAbort(listener) {
    if (this.#reason === undefined) this.#listener = listener
    else listener()
  }

  /** @param {unknown} reason */
  abort(reason) {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#listener?.()
    this.#controller?.abort(reason)
  }
}

/**
 * Makes a frozen copy of plain data. Other objects (a request, a logger) are passed on; shared parts stay shared.
 * @param {any} metadata
 * @returns {any}
 */
function frozenMetadata(metadata) {
  if (metadata === null || typeof metadata !== 'object') return metadata
  return readOption('context.metadata', () => frozenCopy(metadata, { known: new Map(), left: MOST_VALUES }))
}

/** @param {any} value @param {{ known: Map<object, object>, left: number }} state @returns {any} */
function frozenCopy(value, state) {
  if (--state.left < 0) throw limitExceeded('number of values in option "context.metadata"', MOST_VALUES)
  if (value === null || typeof value !== 'object') return value
  const known = state.known.get(value)
  if (known !== undefined) return known
  const isList = isPlainArray(value)
  if (!isList && !isPlainObject(value)) return value
  /** @type {any} */
  const copy = isList ? [] : Object.create(Object.getPrototypeOf(value))
  state.known.set(value, copy)
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, { value: frozenCopy(value[key], state), enumerable: true })
  }
  // Keeps empty places at the end of a list.
  if (isList) copy.length = value.length
  return Object.freeze(copy)
}

/**
 * Separates identity from arguments, by the rule of `core/src/exec/context.rs`: keys that the tool declares as
 * arguments stay; a context given by the caller wins, and the keys found are reported. It is done here because objects
 * in the arguments must keep their identity.
 * @param {{ name: string, own: number }} plan @param {any} params @param {any} given @param {boolean} callerOnly
 * @returns
 * {{ args: any, identity: { userId?: unknown, auditingId?: unknown, metadata?: unknown }, spoofed: string[] | undefined }}
 */
function splitContext(plan, params, given, callerOnly) {
  const { args, named, found } = splitParams(plan, params)
  if (given !== undefined) return { args, identity: checkContext(given), spoofed: found }
  if (callerOnly && found !== undefined) {
    const problems = found.map((key) => ({
      pointer: `/${key}`,
      message: 'must be left out: identity comes from the context of the call alone',
    }))
    const told = problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')
    throw new ToolrackError('INVALID_PARAMS', `arguments of "${plan.name}" are not valid: ${told}`, {
      tool: plan.name,
      problems,
    })
  }
  return { args, identity: named, spoofed: undefined }
}

/**
 * @param {{ name: string, own: number }} plan @param {any} params
 * @returns
 * {{ args: any, named: { userId?: unknown, auditingId?: unknown, metadata?: unknown }, found: string[] | undefined }}
 */
function splitParams(plan, params) {
  if (params === null || params === undefined) return { args: {}, named: {}, found: undefined }
  try {
    if (typeof params === 'object' && !Array.isArray(params)) return splitMap(plan, params)
  } catch (thrown) {
    throw invalidParams(plan.name, '', `cannot be read: ${reasonOf(thrown)}`)
  }
  throw invalidParams(plan.name, '', 'arguments must be an object')
}

/** Separates the identity keys of a map. @param {{ own: number }} plan @param {any} params */
function splitMap(plan, params) {
  const { userId: _u, auditingId: _a, __metadata: _m, ...args } = params
  /** @type {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} */
  const named = {}
  /** @type {string[] | undefined} */
  let found
  for (const [key, bit, member] of KEYS) {
    // Inherited members are no arguments, and never identity.
    if (!Object.hasOwn(params, key)) continue
    if ((plan.own & bit) === 0) {
      named[member] = params[key]
      ;(found ??= []).push(key)
    } else {
      Object.defineProperty(args, key, { value: params[key], writable: true, enumerable: true, configurable: true })
    }
  }
  return { args, named, found }
}

/** Copies the identity now: a waiting call must run for the caller it was validated for. @param {any} given */
function checkContext(given) {
  return checkOptions(given, CONTEXT_KEYS, 'context')
}

/** @param {string} tool @param {string} pointer @param {string} message */
function invalidParams(tool, pointer, message) {
  return new ToolrackError('INVALID_PARAMS', `arguments of "${tool}" are not valid: ${message}`, {
    tool,
    problems: [{ pointer, message }],
  })
}

/**
 * Writes identity for Rust: texts and numbers, and plain metadata if a credential function gets it. Other values stay
 * here.
 * @param {any} identity @param {boolean} [tellsMetadata]
 */
function identityText(identity, tellsMetadata) {
  const who = { userId: plain(identity.userId), auditingId: plain(identity.auditingId) }
  // Two such users would be one to a credential function.
  if (tellsMetadata && typeof who.userId === 'string' && !who.userId.isWellFormed()) {
    throw invalidOption(
      'context.userId',
      'has half of a surrogate pair, and a function of auth is told of it: a userId is well-formed text',
    )
  }
  if (!tellsMetadata || identity.metadata === undefined) return /** @type {string} */ (jsonText(who))
  try {
    return /** @type {string} */ (jsonText({ ...who, metadata: identity.metadata }))
  } catch (thrown) {
    const refuse = (/** @type {string} */ reason) =>
      invalidOption('context.metadata', `${reason}; a function of auth is told of it`)
    throw unwritable(thrown, 'option "context.metadata"', refuse)
  }
}

/** @param {unknown} value */
function plain(value) {
  if (typeof value === 'bigint') return value === 0n ? 0 : String(value)
  return typeof value === 'object' ? null : value
}

exports.CallContext = CallContext
exports.CallSignal = CallSignal
exports.checkContext = checkContext
exports.frozenMetadata = frozenMetadata
exports.identityText = identityText
exports.splitContext = splitContext
exports.invalidParams = invalidParams
