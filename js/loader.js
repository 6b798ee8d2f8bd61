'use strict'

// SpecLoader: loads, reloads, watches and reviews API documents.

const { fileURLToPath } = require('node:url')
const { NativeLoader } = require('../binding')
const { credentialCallback, splitAuth } = require('./load/auth')
const { invalidRegistry } = require('./border/package-copies')
const { Reloads } = require('./webhook/webhook-deliveries')
const { ToolrackError, revive, callNative } = require('./border/error')
const { fetchExecutor } = require('./load/custom-fetch')
const { deepFreeze } = require('./border/freeze')
const { splitGates } = require('./load/custom-gates')
const { jsonText, unwritable } = require('./border/json')
const { checkOptions, invalidOption, readOption, toName, toNames, toText } = require('./border/options')
const { isArrayBuffer, isUint8Array, isUrl, unref } = require('./border/realm')
const { attach, isRegistry } = require('./registry')
const { stateText } = require('./load/state-file')
const { Uncloneable } = require('./border/uncloneable')
const { webhookOf } = require('./webhook/webhook')

/** Extra time for the answer of custom gates after their deadline, in ms. */
const GRACE_MS = 5_000

/**
 * Loaders with a watch and a user listener. A program may hold only a promise that a listener settles; listener,
 * promise and registry would be a collectable cycle, and the program would wait forever. A watch without listeners is
 * collected with its registry.
 * @type {Set<SpecLoader>}
 */
const awaited = new Set()

class SpecLoader extends Uncloneable {
  #registry
  #native
  #closed = false
  /** Fires when a held change expires. @type {NodeJS.Timeout | undefined} */
  #timer
  /** Names of watched documents. @type {Set<string>} */
  #watched = new Set()
  /** Watched directories. @type {Set<string>} */
  #directories = new Set()
  #reloads = new Reloads((source) => this.#told(source))

  /** @param {import('./registry').ToolRegistry} registry @param {any} [options] */
  constructor(registry, options) {
    super()
    if (!isRegistry(registry)) throw invalidRegistry(registry)
    const { state, fetch } = checkOptions(options, ['state', 'fetch'])
    const saved = stateText(state)
    if (fetch !== undefined && typeof fetch !== 'function') throw invalidOption('fetch', 'must be a function')
    this.#registry = attach(registry, this)
    const carrier = fetch && this.#registry.closures.keep(fetchExecutor(fetch), fetch)
    try {
      this.#native = callNative(() => new NativeLoader(this.#registry.native, saved, carrier))
    } catch (error) {
      this.#registry.detach()
      throw error
    }
    const { events } = this.#registry.closures
    events.on('held', ({ expiresAt }) => expiresAt !== undefined && this.#expire(), true)
    events.turns.add(this.#hold)
  }

  /** @param {any} source @param {any} [options] */
  async load(source, options) {
    this.#open()
    const { watch, ...rest } = toOptions(options)
    const place = toSource('source', source, rest.limits)
    const native = this.#asked(rest)
    const timing = toWatch(watch)
    const report = await this.#report(() => this.#native.load(place, native(), timing))
    if (timing !== undefined) this.#watches(report.source)
    return report
  }

  /** @param {string | URL} directory @param {any} [options] */
  async loadDirectory(directory, options) {
    this.#open()
    const path = readOption('directory', () =>
      isUrl(directory) && directory.protocol === 'file:'
        ? fileURLToPath(directory.href)
        : toName('directory', directory),
    )
    const { watch, ...rest } = toOptions(options)
    const native = this.#asked(rest)
    const timing = toWatch(watch)
    const { reports, failed } = await this.#report(() => this.#native.loadDirectory(path, native(), timing))
    if (timing !== undefined) {
      this.#directories.add(path)
      for (const { source } of reports) this.#watched.add(source)
      this.#hold()
    }
    return {
      reports,
      failed: failed.map((/** @type {any} */ { location, error }) => ({
        location,
        error: revive(new Error(`toolrack:${JSON.stringify(error)}`)),
      })),
    }
  }

  /** @param {string} source @param {any} [options] */
  async reload(source, options) {
    this.#open()
    const gates = toPolicy(options)
    return this.#report(() => this.#native.reload(toName('source', source), gates, false))
  }

  /** @param {any} source @param {any} [options] */
  async check(source, options) {
    this.#open()
    if (typeof source === 'string' && this.sources().some((/** @type {any} */ { name }) => name === source)) {
      const gates = toPolicy(options)
      return this.#report(() => this.#native.check(source, gates))
    }
    const rest = toOptions(options)
    const place = toSource('source', source, rest.limits)
    const native = this.#asked(rest)
    return this.#report(() => this.#native.checkLoad(place, native()))
  }

  held() {
    this.#open()
    return this.#decided(() => JSON.parse(this.#native.held()))
  }

  /** @param {string} id */
  approve(id) {
    this.#open()
    return this.#decided(() => JSON.parse(this.#native.approve(toName('id', id))))
  }

  /** @param {string} id */
  reject(id) {
    this.#open()
    this.#decided(() => this.#native.reject(toName('id', id)))
  }

  /** @param {string} source */
  history(source) {
    this.#open()
    return JSON.parse(callNative(() => this.#native.history(toName('source', source))))
  }

  /** @param {string} source @param {string} [version] */
  rollback(source, version) {
    this.#open()
    const wanted = version === undefined ? undefined : toName('version', version)
    return this.#decided(() => JSON.parse(this.#native.rollback(toName('source', source), wanted)))
  }

  /** @param {string} source @param {string[]} [tools] */
  pin(source, tools) {
    this.#open()
    return JSON.parse(callNative(() => this.#native.pin(toName('source', source), toNames('tools', tools))))
  }

  /** @param {string} source @param {string[]} [tools] */
  unpin(source, tools) {
    this.#open()
    return JSON.parse(callNative(() => this.#native.unpin(toName('source', source), toNames('tools', tools))))
  }

  sources() {
    this.#open()
    return JSON.parse(callNative(() => this.#native.sources()))
  }

  /** @param {string} source @returns {string[]} */
  unload(source) {
    this.#open()
    const removed = callNative(() => this.#native.unload(toName('source', source)))
    this.#watched.delete(source)
    this.#hold()
    this.#registry.closures.drain()
    return removed
  }

  async save() {
    this.#open()
    try {
      await this.#native.save()
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.closures.drain()
    }
  }

  /** @param {string} source @returns {boolean} */
  forget(source) {
    this.#open()
    return callNative(() => this.#native.forget(toName('source', source)))
  }

  /** @param {string} source @param {any} [options] */
  watch(source, options = {}) {
    this.#open()
    if (options === null || typeof options !== 'object') throw invalidOption('watch', 'must be an object')
    callNative(() => this.#native.watch(toName('source', source), /** @type {string} */ (toText('watch', options))))
    this.#watches(source)
  }

  /** @param {string} source */
  unwatch(source) {
    this.#open()
    callNative(() => this.#native.unwatch(toName('source', source)))
    this.#watched.delete(source)
    this.#directories.delete(source)
    this.#hold()
  }

  /** @param {any} options */
  webhook(options) {
    this.#open()
    return webhookOf(
      {
        names: () => this.#names(),
        watched: () => [...this.#watched],
        reload: (source) => this.#reloads.ask(source),
        failed: (error) =>
          this.#registry.closures.events.emit('listenerFailed', Object.freeze({ event: 'webhook', error })),
      },
      options,
    )
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    this.#hold()
    this.#registry.closures.events.turns.delete(this.#hold)
    this.#registry.detach()
    this.#native.close()
    this.#registry.closures.tidy()
  }

  /** The names of all documents. @returns {string[]} */
  #names() {
    this.#open()
    return this.sources().map((/** @type {any} */ { name }) => name)
  }

  /** Reloads a document for a webhook; listeners get the result. @param {string} source */
  async #told(source) {
    const { events } = this.#registry.closures
    try {
      this.#open()
      const report = deepFreeze(await this.#report(() => this.#native.reload(source, undefined, true)))
      events.emit('reloaded', report)
      return report
    } catch (error) {
      events.emit('reloadFailed', Object.freeze({ source, error }))
      throw error
    }
  }

  /**
   * Writes checked options for Rust. Functions are stored as closures and released with their document. The returned
   * function stores them, so that refused options store none.
   * @param {any} options
   */
  #asked({ filter, overlays = [], gates, auth, ...rest }) {
    if (filter !== undefined && typeof filter !== 'function') throw invalidOption('filter', 'must be a function')
    const given = readOption('overlays', () => (Array.isArray(overlays) ? [...overlays] : undefined))
    if (given === undefined) throw invalidOption('overlays', 'must be a list')
    const laid = given.map((overlay, i) => toSource(`overlays/${i}`, overlay, rest.limits))
    const { closures } = this.#registry
    const { policy, ask, timeoutMs } = readOption('gates', () => splitGates(gates, closures.limits.timeoutMs))
    const { said, functions } = readOption('auth', () => splitAuth(auth))
    const text = toText('options', {
      ...rest,
      ...(policy !== undefined && { gates: policy }),
      ...(said !== undefined && { auth: said }),
    })
    // Async: a filter that throws after another has rejected must leave no unhandled rejection. All operations cross at
    // once.
    const judge = (/** @type {{ operations: any[] }} */ { operations }) =>
      Promise.all(operations.map(async (operation) => filter(deepFreeze(operation))))
    return () => ({
      text,
      overlays: laid,
      filter: filter && { slot: closures.keep(judge, filter), timeoutMs: closures.limits.timeoutMs },
      // Each gate has its own timeout.
      auth: functions.map(([scheme, give]) => {
        closures.tellsMetadata = true
        return {
          scheme,
          asked: { slot: closures.keep(credentialCallback(give), give), timeoutMs: closures.limits.timeoutMs },
        }
      }),
      gates: ask && {
        slot: closures.keep((/** @type {any} */ { change }) => ask(change), ask),
        timeoutMs: timeoutMs + GRACE_MS,
      },
    })
  }

  /** @param {string} source */
  #watches(source) {
    this.#watched.add(source)
    this.#hold()
  }

  #hold = () => {
    const isAwaited =
      !this.#closed && this.#watched.size + this.#directories.size > 0 && this.#registry.closures.events.isHeard
    if (isAwaited) awaited.add(this)
    else awaited.delete(this)
  }

  /** @param {() => Promise<string>} load */
  async #report(load) {
    try {
      return JSON.parse(await load())
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.closures.drain()
    }
  }

  /**
   * Applies a review decision; listeners get its events before this returns.
   * @template T
   * @param {() => T} decide
   * @returns {T}
   */
  #decided(decide) {
    try {
      return callNative(decide)
    } finally {
      this.#registry.closures.drain()
    }
  }

  /** Settles expired held changes, and sets the timer for the next one. */
  #expire() {
    clearTimeout(this.#timer)
    if (this.#closed) return
    const next = this.#native.expire()
    this.#registry.closures.drain()
    if (next == null) return
    const wait = Math.min(Math.max(next - Date.now(), 0) + 1, 2 ** 31 - 1)
    this.#timer = setTimeout(() => this.#expire(), wait)
    unref(this.#timer)
  }

  #open() {
    if (this.#closed) throw new ToolrackError('CLOSED', 'loader is closed', { what: 'loader' })
  }
}

/** @param {any} options */
function toOptions(options) {
  if (options !== undefined && (options === null || typeof options !== 'object'))
    throw invalidOption('options', 'must be an object')
  return readOption('options', () => ({ ...options }))
}

/** The gate policy of a reload, without functions. @param {any} options */
function toPolicy(options) {
  const { gates } = checkOptions(options, ['gates'])
  if (readOption('gates', () => gates?.custom !== undefined))
    throw invalidOption('gates.custom', 'is an option of load alone')
  return toText('gates', gates)
}

/** Writes watch options for Rust; nothing without a watch. @param {any} watch */
function toWatch(watch = false) {
  if (typeof watch !== 'boolean' && (watch === null || typeof watch !== 'object'))
    throw invalidOption('watch', 'must be a boolean or an object')
  return watch === false ? undefined : toText('watch', watch)
}

/** Default limit of values in a document (`limits.nodes`). */
const MOST_NODES = 3_000_000

/**
 * Converts a source for Rust: a path, URL or text stays text, bytes stay bytes, an object becomes JSON bytes.
 * @param {string} option @param {any} source @param {any} [limits]
 */
function toSource(option, source, limits) {
  if (typeof source === 'string') return source
  const read = readOption(option, () => {
    if (isUrl(source)) return source.href
    if (isUint8Array(source)) return source
    return isArrayBuffer(source) ? new Uint8Array(source) : undefined
  })
  if (read !== undefined) return read
  if (source !== null && typeof source === 'object') return documentBytes(option, source, limits)
  throw invalidOption(option, 'must be a path, an address, a text, bytes or an object')
}

/** @param {string} option @param {object} document @param {any} limits */
function documentBytes(option, document, limits) {
  const nodes = readOption('limits', () => limits?.nodes)
  const most = Number.isSafeInteger(nodes) && nodes > 0 ? nodes : MOST_NODES
  try {
    // Limits the values here: Rust checks the document, but a heavily shared object would never get there.
    return Buffer.from(/** @type {string} */ (jsonText(document, most)))
  } catch (thrown) {
    throw unwritable(thrown, 'the document', (reason) => invalidOption(option, reason))
  }
}

exports.SpecLoader = SpecLoader
