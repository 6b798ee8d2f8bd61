'use strict'

const { NativeLoader } = require('../binding')
const { ToolrackError, revive, through } = require('./error')
const { deepFreeze } = require('./freeze')
const { invalidOption, toName, toText } = require('./options')
const { ToolRegistry, attach } = require('./registry')

class SpecLoader {
  #registry
  #native
  #closed = false

  /** @param {import('./registry').ToolRegistry} registry */
  constructor(registry) {
    if (!(registry instanceof ToolRegistry)) throw invalidOption('registry', 'must be a ToolRegistry')
    this.#registry = attach(registry, this)
    this.#native = through(() => new NativeLoader(this.#registry.native))
  }

  /** @param {any} source @param {any} [options] */
  async load(source, options) {
    this.#open()
    if (options !== undefined && (options === null || typeof options !== 'object')) throw invalidOption('options', 'must be an object')
    const { watch = false, filter, overlays = [], ...rest } = options ?? {}
    if (typeof watch !== 'boolean') throw invalidOption('watch', 'must be a boolean')
    if (filter !== undefined && typeof filter !== 'function') throw invalidOption('filter', 'must be a function')
    if (!Array.isArray(overlays)) throw invalidOption('overlays', 'must be a list')
    const place = toSource('source', source)
    const laid = overlays.map((overlay, i) => toSource(`overlays/${i}`, overlay))
    const text = toText('options', rest)
    return this.#report(() => this.#native.load(place, text, watch, laid, this.#held(filter)))
  }

  /** @param {string} source */
  async reload(source) {
    this.#open()
    return this.#report(() => this.#native.reload(toName('source', source)))
  }

  sources() {
    return JSON.parse(through(() => this.#native.sources()))
  }

  /** @param {string} source @returns {string[]} */
  unload(source) {
    this.#open()
    const removed = through(() => this.#native.unload(toName('source', source)))
    this.#registry.desk.drain()
    return removed
  }

  /** @param {string} source */
  watch(source) {
    this.#open()
    through(() => this.#native.watch(toName('source', source)))
  }

  /** @param {string} source */
  unwatch(source) {
    this.#open()
    through(() => this.#native.unwatch(toName('source', source)))
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    this.#registry.detach()
    this.#native.close()
    this.#registry.desk.tidy()
  }

  /**
   * A filter as Rust knows it: it is kept beside the closures of tools, and let go with its document. All operations
   * cross at once.
   * @param {((operation: any) => unknown) | undefined} filter
   */
  #held(filter) {
    if (filter === undefined) return undefined
    const { desk } = this.#registry
    // Async, so that one that throws after another one has rejected leaves no rejection behind that nobody handles.
    const judge = (/** @type {{ operations: any[] }} */ { operations }) =>
      Promise.all(operations.map(async (operation) => filter(deepFreeze(operation))))
    return { slot: desk.keep(judge, filter), timeoutMs: desk.limits.timeoutMs }
  }

  /** @param {() => Promise<string>} load */
  async #report(load) {
    try {
      return JSON.parse(await load())
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.desk.drain()
    }
  }

  #open() {
    if (this.#closed) throw new ToolrackError('CLOSED', 'loader is closed', { what: 'loader' })
  }
}

/**
 * A path, an address or a document's text as it is; bytes as bytes; an object as the bytes of its JSON.
 * @param {string} option @param {any} source
 */
function toSource(option, source) {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  if (source instanceof Uint8Array) return source
  if (source instanceof ArrayBuffer) return new Uint8Array(source)
  if (source !== null && typeof source === 'object') return Buffer.from(/** @type {string} */ (toText(option, source)))
  throw invalidOption(option, 'must be a path, an address, a text, bytes or an object')
}

exports.SpecLoader = SpecLoader
