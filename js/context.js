'use strict'

const { ToolrackError } = require('./error')
const { jsonText } = require('./json')
const { invalidOption } = require('./options')

const CONTEXT_KEYS = Object.freeze(['userId', 'auditingId', 'metadata'])

/** Keys among arguments that carry identity, their bit in `Plan.own`, and what they are called in a context. */
const KEYS = Object.freeze(
  /** @type {const} */ ([
    ['userId', 1, 'userId'],
    ['auditingId', 2, 'auditingId'],
    ['__metadata', 4, 'metadata'],
  ]),
)

/** What a closure learns of its call. Frozen, and no two calls share it. */
class CallContext {
  #signal

  /**
   * @param {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} identity
   * @param {string} toolName @param {number} revision @param {string} callId @param {CallSignal} signal
   */
  constructor(identity, toolName, revision, callId, signal) {
    this.userId = identity.userId
    this.auditingId = identity.auditingId
    this.metadata = frozenCopy(identity.metadata)
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

/** The AbortSignal of one call, made when it is first asked for: an AbortController costs more than a whole call. */
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

  /** For toolrack itself, which needs no AbortController for it; one at a time. @param {() => void} listener */
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
 * A copy of plain data that nobody can change. What is no plain data (a request, a logger) is handed on as it is.
 * @param {any} value @param {Map<object, object>} [seen]
 * @returns {any}
 */
function frozenCopy(value, seen) {
  if (value === null || typeof value !== 'object') return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null && prototype !== Array.prototype) return value
  seen ??= new Map()
  const known = seen.get(value)
  if (known !== undefined) return known
  /** @type {any} */
  const copy = Array.isArray(value) ? [] : Object.create(prototype)
  seen.set(value, copy)
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, { value: frozenCopy(value[key], seen), enumerable: true })
  }
  return Object.freeze(copy)
}

/**
 * Parts identity from arguments, by the rule of `core/src/exec/context.rs`: keys that the tool declares as arguments stay;
 * a context that the caller gave wins and the keys found are told. Objects in the arguments stay the very same ones,
 * which is why this is done here and not in Rust.
 * @param {{ name: string, own: number }} plan @param {any} params @param {any} given @param {boolean} callerOnly
 * @returns {{ args: any, identity: { userId?: unknown, auditingId?: unknown, metadata?: unknown }, spoofed: string[] | undefined }}
 */
function splitContext(plan, params, given, callerOnly) {
  if (params === null || params === undefined) params = {}
  if (typeof params !== 'object' || Array.isArray(params)) throw invalidParams(plan.name, '', 'arguments are a map')
  const { userId: _u, auditingId: _a, __metadata: _m, ...args } = params
  /** @type {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} */
  const named = {}
  /** @type {string[] | undefined} */
  let found
  for (const [key, bit, member] of KEYS) {
    // What is inherited is no argument, and least of all identity.
    if (!Object.hasOwn(params, key)) continue
    if ((plan.own & bit) === 0) {
      named[member] = params[key]
      ;(found ??= []).push(key)
    } else {
      Object.defineProperty(args, key, { value: params[key], writable: true, enumerable: true, configurable: true })
    }
  }
  if (given !== undefined) return { args, identity: checkContext(given), spoofed: found }
  if (callerOnly && found !== undefined) {
    const problems = found.map((key) => ({ pointer: `/${key}`, message: "comes from the caller's context alone" }))
    const told = problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')
    throw new ToolrackError('INVALID_PARAMS', `arguments of "${plan.name}" are not valid: ${told}`, { tool: plan.name, problems })
  }
  return { args, identity: named, spoofed: undefined }
}

/** @param {any} given */
function checkContext(given) {
  if (given === null || typeof given !== 'object') throw invalidOption('context', 'must be an object')
  for (const key of Object.keys(given)) {
    if (!CONTEXT_KEYS.includes(key)) throw invalidOption('context', `"${key}" is none of ${CONTEXT_KEYS.join(', ')}`)
  }
  return given
}

/** @param {string} tool @param {string} pointer @param {string} message */
function invalidParams(tool, pointer, message) {
  return new ToolrackError('INVALID_PARAMS', `arguments of "${tool}" are not valid: ${message}`, { tool, problems: [{ pointer, message }] })
}

/**
 * Identity as Rust reads it: texts and numbers, and metadata as plain data where a closure behind Rust is told of it. What a
 * caller gives may be anything; the rest stays here.
 * @param {any} identity @param {boolean} [tellsMetadata]
 */
function identityText(identity, tellsMetadata) {
  const who = { userId: plain(identity.userId), auditingId: plain(identity.auditingId) }
  if (!tellsMetadata || identity.metadata === undefined) return /** @type {string} */ (jsonText(who))
  try {
    return /** @type {string} */ (jsonText({ ...who, metadata: identity.metadata }))
  } catch (cause) {
    throw invalidOption('context.metadata', `cannot be JSON, which a function of auth is told of: ${/** @type {Error} */ (cause).message}`)
  }
}

/** A user alone, as Rust reads it. @param {unknown} userId */
function userText(userId) {
  return jsonText(plain(userId)) ?? 'null'
}

/** @param {unknown} value */
function plain(value) {
  if (typeof value === 'bigint') return value === 0n ? 0 : String(value)
  return typeof value === 'object' ? null : value
}

exports.CallContext = CallContext
exports.CallSignal = CallSignal
exports.checkContext = checkContext
exports.frozenCopy = frozenCopy
exports.identityText = identityText
exports.splitContext = splitContext
exports.userText = userText
exports.invalidParams = invalidParams
