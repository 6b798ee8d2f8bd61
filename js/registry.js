'use strict'

// ToolRegistry: registration, snapshots, calls, events and changes.

const { NativeRegistry, validateDefinition } = require('../binding')
const { auditText } = require('./observe/audit')
const { BoundCaller } = require('./call/bound-caller')
const { callerText } = require('./call/caller')
const { Changes } = require('./observe/changes')
const { splitCallOptions } = require('./call/call-options')
const { checkContext } = require('./call/context')
const { COPY, HERE, invalidRegistry } = require('./border/package-copies')
const { writeDefinition } = require('./definition/definition')
const { Closures, wakeFunction } = require('./closures')
const { ToolrackError, revive, callNative } = require('./border/error')
const { deepFreeze } = require('./border/freeze')
const { ToolHandle } = require('./tool-handle')
const { checkOptions, invalidOption, milliseconds, oneOf, registryLimits, toName, toText } = require('./border/options')
const { SnapshotCache } = require('./snapshot-cache')
const { checkSignal } = require('./call/abort-signals')
const { Snapshot, chosen, keptPartOf, partOf } = require('./snapshot')
const { Telemetry } = require('./observe/telemetry')
const { checkToolErrors } = require('./reply/tool-errors')
const { Uncloneable } = require('./border/uncloneable')

const OPTIONS = Object.freeze([
  'onConflict',
  'contextFrom',
  'validate',
  'timeoutMs',
  'coerce',
  'enforceRateLimits',
  'callLimits',
  'hiddenUnicode',
  'limits',
  'names',
  'audit',
  'telemetry',
  'toolErrors',
])
const TIMEOUT_MS = 60_000
/** Events that registry changes cause. */
const OF_REVISIONS = Object.freeze(['change', 'versionReturned', 'versionMissing'])

/**
 * For the loader: attaches it to the registry and returns the native registry. Only the class can read its private
 * fields.
 * @type
 * {(registry: ToolRegistry, loader: object) => { native: import('../binding').NativeRegistry, closures: import('./closures').Closures, detach: () => void }}
 */
let attach

/**
 * Whether a value is a registry of this copy of toolrack, and no proxy of one.
 * @type {(value: any) => value is ToolRegistry}
 */
let isRegistry

class ToolRegistry extends Uncloneable {
  #closures
  #native
  /**
   * Cached snapshot of the newest revision.
   * @type {import('./snapshot').Snapshot | undefined}
   */
  #current
  #caches = new SnapshotCache()
  #listening = false
  #closed = false
  /** Loaders of this registry; they live as long as it does. @type {Set<object>} */
  #loaders = new Set()
  /** Ends loops over changes. @type {Set<() => void>} */
  #loops = new Set()

  /** @param {any} [options] */
  constructor(options) {
    super()
    const {
      onConflict,
      contextFrom,
      validate = true,
      timeoutMs,
      coerce = false,
      enforceRateLimits = false,
      callLimits,
      hiddenUnicode,
      limits: given,
      names,
      audit,
      telemetry,
      toolErrors,
    } = checkOptions(options, OPTIONS)
    oneOf('onConflict', onConflict, ['refuse', 'replace'])
    oneOf('hiddenUnicode', hiddenUnicode, ['keep', 'flag', 'strip'])
    oneOf('contextFrom', contextFrom, ['params', 'caller'])
    if (typeof validate !== 'boolean') throw invalidOption('validate', 'must be a boolean')
    if (typeof coerce !== 'boolean') throw invalidOption('coerce', 'must be a boolean')
    if (typeof enforceRateLimits !== 'boolean') throw invalidOption('enforceRateLimits', 'must be a boolean')
    const log = auditText(audit)
    const limits = {
      validate,
      toolErrors: checkToolErrors(toolErrors),
      callerOnly: contextFrom === 'caller',
      timeoutMs: milliseconds('timeoutMs', timeoutMs, TIMEOUT_MS),
    }
    this.#closures = new Closures(
      { ...limits, records: log !== undefined && JSON.parse(log).calls === true },
      Telemetry.of(telemetry),
    )
    const wake = wakeFunction(new WeakRef(this.#closures))
    const told = /** @type {string} */ (
      toText('options', {
        onConflict,
        contextFrom,
        coerce,
        timeoutMs: Math.min(limits.timeoutMs, 1e12),
        enforceRateLimits,
        callLimits,
        hiddenUnicode,
        limits: registryLimits(given),
      })
    )
    this.#native = callNative(() => new NativeRegistry(wake, told, toText('names', names), log))
    this.#closures.native = this.#native
  }

  get size() {
    this.#open()
    return this.#native.size
  }

  get revision() {
    return this.#native.revision
  }

  /** @param {any} definition */
  register(definition) {
    return this.#register(definition, false)
  }

  /** @param {any} definition */
  replace(definition) {
    return this.#register(definition, true)
  }

  /** @param {any} definition @param {boolean} replace */
  #register(definition, replace) {
    const { text, name, slot, unsaid } = this.#keep(definition)
    const id = this.#write(() => this.#native.register(text, slot, replace, unsaid))
    return new ToolHandle(name, {
      update: (/** @type {string} */ former, /** @type {any} */ next) => {
        const { text, name, slot, unsaid } = this.#keep(next)
        this.#write(() => this.#native.update(id, former, text, slot, unsaid))
        return name
      },
      enable: (/** @type {string} */ name, /** @type {boolean} */ enabled) =>
        this.#write(() => this.#native.setEnabled(id, name, enabled)),
      remove: (/** @type {string} */ name) => this.#write(() => this.#native.unregister(name, id)),
    })
  }

  /** @param {string} name @returns {boolean} */
  unregister(name) {
    return this.#write(() => this.#native.unregister(toName('name', name)))
  }

  /** @param {string} source @returns {string[]} */
  unregisterSource(source) {
    return this.#write(() => this.#native.unregisterSource(toName('source', source)))
  }

  sources() {
    this.#open()
    return [...this.#loaders].flatMap((loader) => /** @type {any} */ (loader).sources())
  }

  names() {
    return JSON.parse(callNative(() => this.#native.names()))
  }

  /** @param {string} [source] @returns {number} */
  forgetNames(source) {
    return callNative(() => this.#native.forgetNames(source === undefined ? undefined : toName('source', source)))
  }

  /** @param {string} name */
  has(name) {
    this.#open()
    return callNative(() => this.#native.has(toName('name', name)))
  }

  /** @param {string} name */
  get(name) {
    return this.#newest().get(name)
  }

  /** @param {string} word @param {string} [target] */
  resolve(word, target) {
    return this.#newest().resolve(word, target)
  }

  /** @param {string} name @param {string} schemaHash */
  definition(name, schemaHash) {
    return this.#newest().definition(name, schemaHash)
  }

  /** @param {string} name */
  history(name) {
    return this.#newest().history(name)
  }

  /** @param {any} [filter] */
  list(filter) {
    return this.#newest().list(filter)
  }

  /** @param {any} [filter] */
  tools(filter) {
    return this.#newest().tools(filter)
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  definitions(target, filter, options) {
    return this.#newest().definitions(target, filter, options)
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  offer(target, filter, options) {
    return this.#newest().offer(target, filter, options)
  }

  /** @param {number} fromRevision @param {string} target @param {any} [filter] @param {any} [options] */
  delta(fromRevision, target, filter, options) {
    return this.#newest().delta(fromRevision, target, filter, options)
  }

  /** @param {string} target @param {any} [options] */
  quarantined(target, options) {
    return this.#newest().quarantined(target, options)
  }

  /** @param {string} name @param {string} target @param {any} [options] */
  explain(name, target, options) {
    return this.#newest().explain(name, target, options)
  }

  /** @param {any} definition @param {string} target @param {any} [options] */
  validate(definition, target, options) {
    this.#open()
    const text = toText('definition', definition)
    if (text === undefined) throw invalidOption('definition', 'is missing')
    return JSON.parse(callNative(() => validateDefinition(text, toName('target', target), toText('options', options))))
  }

  /** @param {string} target @param {any} [filter] */
  tokens(target, filter) {
    return this.#newest().tokens(target, filter)
  }

  /** @param {any} [options] */
  catalog(options) {
    return this.#newest().catalog(options)
  }

  summary() {
    return this.#newest().summary()
  }

  /** @param {string} source @param {any} route */
  route(source, route) {
    const text = toText('route', route)
    if (text === undefined) throw invalidOption('route', 'is missing')
    this.#write(() => this.#native.route(toName('source', source), route === null ? undefined : text))
  }

  routes() {
    this.#open()
    return JSON.parse(callNative(() => this.#native.routes()))
  }

  /** @param {any} [options] */
  snapshot(options) {
    const { filter, context, versions } = checkOptions(options, ['filter', 'context', 'versions'])
    this.#open()
    // Read once: who the tools are shown to is who calls them.
    const who = context === undefined ? undefined : checkContext(context)
    const { native, key } =
      who === undefined && versions === undefined
        ? { native: this.#native.snapshot(), key: '' }
        : this.#view(who ?? {}, versions)
    const caller = who === undefined ? undefined : new BoundCaller(who, callNative(() => native.looksAt()) ?? [])
    const cacheOf = (/** @type {string} */ bound) => this.#caches.of(key + bound, native.revision)
    const whole = new Snapshot(this.#closures, native, cacheOf(''), { caller })
    if (filter === undefined) return whole
    try {
      return partOf(whole, filter, caller, cacheOf)
    } finally {
      whole.release()
    }
  }

  audit() {
    const status = callNative(() => this.#native.audit())
    return status === null ? undefined : deepFreeze(JSON.parse(status))
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  execute(name, params, options) {
    try {
      const { context, versions, rest } = splitCallOptions(options)
      return chosen(this.#newest(), name, params, context, versions).execute(name, params, rest)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  async call(name, params, options) {
    const { context, versions, rest } = splitCallOptions(options)
    return chosen(this.#newest(), name, params, context, versions).call(name, params, rest)
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {AsyncIterableIterator<any>} */
  stream(name, params, options) {
    const { context, versions, rest } = splitCallOptions(options)
    return chosen(this.#newest(), name, params, context, versions).stream(name, params, rest)
  }

  get lateResults() {
    return this.#closures.lateResults
  }

  /** @param {string} target @param {any} call @param {any} [options] @returns {Promise<any>} */
  respond(target, call, options) {
    try {
      // A model's arguments never carry identity.
      const { context = {}, versions, filter, rest } = splitCallOptions(options, ['versions', 'filter'])
      const view = chosen(this.#newest(), undefined, undefined, context ?? {}, versions)
      const shown = filter === undefined ? view : keptPartOf(view, filter)
      return shown.respond(target, call, rest)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /** @param {(change: any) => void} listener */
  onChange(listener) {
    return this.on('change', listener)
  }

  /** @param {any} [options] */
  changes(options) {
    const { signal } = checkOptions(options, ['signal'])
    checkSignal(signal)
    this.#open()
    return new Changes((event, listener) => this.on(event, listener), signal, this.#loops)
  }

  /** @param {string} event @param {(event: any) => void} listener */
  on(event, listener) {
    this.#open()
    const off = this.#closures.events.on(event, listener)
    if (OF_REVISIONS.includes(event) && !this.#listening) {
      this.#listening = true
      this.#native.listen()
    }
    return off
  }

  close() {
    this.#closed = true
    for (const loader of this.#loaders) /** @type {any} */ (loader).close()
    this.#loaders.clear()
    for (const end of [...this.#loops]) end()
    this.#current?.release()
    this.#current = undefined
    this.#caches.clear()
    this.#native.close()
    this.#closures.tidy()
  }

  /** The internal snapshot of the newest revision. */
  #newest() {
    this.#open()
    const revision = this.#native.revision
    if (this.#current === undefined || this.#current.revision !== revision) {
      this.#current?.release()
      this.#current = this.#snapshot()
    }
    return this.#current
  }

  #snapshot() {
    const native = this.#native.snapshot()
    return new Snapshot(this.#closures, native, this.#caches.of('', native.revision))
  }

  /**
   * The view of the newest revision for a caller, with its key.
   * @param {any} context
   * @param {any} versions
   */
  #view(context, versions) {
    const [who, which] = [callerText(context), toText('versions', versions)]
    const native = this.#native.snapshot()
    try {
      return { key: callNative(() => native.choose(who, which)), native: callNative(() => native.view(who, which)) }
    } finally {
      native.release()
    }
  }

  /** Stores the closure of a definition and writes the rest for Rust. @param {any} definition */
  #keep(definition) {
    this.#open()
    const { text, name, unsaid, execute, guard } = writeDefinition(definition)
    return {
      text,
      name,
      unsaid,
      slot: typeof execute === 'function' ? this.#closures.keep(execute, definition, guard) : undefined,
    }
  }

  /**
   * Runs a change: listeners get its events before this returns, and unused closures are freed.
   * @template T
   * @param {() => T} write
   * @returns {T}
   */
  #write(write) {
    try {
      return callNative(write)
    } finally {
      if (this.#current !== undefined && this.#current.revision !== this.#native.revision) {
        this.#current.release()
        this.#current = undefined
      }
      if (this.#listening) this.#closures.drain()
      this.#closures.tidy()
    }
  }

  #open() {
    if (this.#closed) throw new ToolrackError('CLOSED', 'registry is closed', { what: 'registry' })
  }

  static {
    Object.defineProperty(this.prototype, COPY, { value: HERE })
    isRegistry = /** @type {typeof isRegistry} */ (
      (value) => value !== null && typeof value === 'object' && #closures in value
    )
    attach = (registry, loader) => {
      registry.#open()
      registry.#loaders.add(loader)
      return {
        native: registry.#native,
        closures: registry.#closures,
        detach: () => void registry.#loaders.delete(loader),
      }
    }
  }
}

/** @param {ToolRegistry} registry @param {any} definition */
function registerDynamicTool(registry, definition) {
  if (typeof registry?.register !== 'function') throw invalidRegistry(registry)
  registry.register(definition)
}

exports.ToolRegistry = ToolRegistry
exports.attach = attach
exports.isRegistry = isRegistry
exports.registerDynamicTool = registerDynamicTool
