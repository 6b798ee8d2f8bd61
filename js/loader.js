'use strict'

const { NativeLoader } = require('../binding')
const { ToolrackError, revive, through } = require('./error')
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
    const { watch = false, ...rest } = options ?? {}
    if (typeof watch !== 'boolean') throw invalidOption('watch', 'must be a boolean')
    return this.#report(() => this.#native.load(toSource(source), toText('options', rest), watch))
  }

  /** @param {string} source */
  async reload(source) {
    this.#open()
    return this.#report(() => this.#native.reload(toName('source', source)))
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

/** A path, an address or a document's text as it is; bytes as bytes; an object as the bytes of its JSON. @param {any} source */
function toSource(source) {
  if (typeof source === 'string') return source
  if (source instanceof URL) return source.href
  if (source instanceof Uint8Array) return source
  if (source instanceof ArrayBuffer) return new Uint8Array(source)
  if (source !== null && typeof source === 'object') return Buffer.from(/** @type {string} */ (toText('source', source)))
  throw invalidOption('source', 'must be a path, an address, a text, bytes or an object')
}

exports.SpecLoader = SpecLoader
