'use strict'

const { answerCall } = require('../binding')
const { withBytes, withoutFiles } = require('./attachments')
const { execute, held, stream } = require('./call')
const { callerOf, callerText } = require('./caller')
const { ToolrackError, revive, through, fromFault, toolFailed } = require('./error')
const { deepFreeze } = require('./freeze')
const { jsonText } = require('./json')
const { invalidOption, toName, toRevision, toText } = require('./options')
const { Readings } = require('./readings')
const { Sight } = require('./sight')

/** Views of one revision that are kept for calls at most. */
const KEPT = 16

/**
 * For the registry: the view of its newest revision that is chosen for a call, kept for the calls that come after it.
 * @type {(newest: Snapshot, name: string | undefined, params: any, context: any, versions: any) => Snapshot}
 */
let chosen

class Snapshot {
  #desk
  #native
  #revision
  /** @type {Map<string, import('./call').Plan>} */
  #plans = new Map()
  /** @type {Readings} */
  #read
  /** Views that calls were made on, by their keys. @type {Map<string, Snapshot>} */
  #views = new Map()
  /** The metadata that routes look at; null where it makes no difference who calls. @type {readonly string[] | null | undefined} */
  #looksAt

  /** @param {import('./desk').Desk} desk @param {import('../binding').NativeSnapshot} native @param {Readings} read */
  constructor(desk, native, read) {
    this.#desk = desk
    this.#native = native
    this.#revision = native.revision
    this.#read = read
  }

  get revision() {
    return this.#revision
  }

  get size() {
    return through(() => this.#native.size)
  }

  /** @param {string} name */
  has(name) {
    return through(() => this.#native.has(toName('name', name)))
  }

  /** @param {string} name */
  get(name) {
    const text = through(() => this.#native.get(toName('name', name)))
    return text === null ? undefined : deepFreeze(JSON.parse(text))
  }

  /** @param {string} name @param {string} schemaHash */
  definition(name, schemaHash) {
    const text = through(() => this.#native.definition(toName('name', name), toName('schemaHash', schemaHash)))
    return text === null ? undefined : deepFreeze(JSON.parse(text))
  }

  /** @param {string} name */
  history(name) {
    return deepFreeze(JSON.parse(through(() => this.#native.history(toName('name', name)))))
  }

  /** @param {any} [filter] */
  list(filter) {
    return this.#once('list', filter, (text) => this.#native.list(text)).slice()
  }

  /** @param {any} [filter] */
  tools(filter) {
    return this.#once('tools', filter, (text) => deepFreeze(JSON.parse(this.#native.tools(text))))
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  definitions(target, filter, options) {
    const [which, how] = [toText('filter', filter), toText('options', options)]
    const read = (/** @type {string | undefined} */ known) => through(() => this.#native.definitions(target, which, how, known))
    const request = this.#read.definitions(`definitions ${toName('target', target)} ${how} ${which}`, read)
    if (target !== 'gemini-openapi') return request
    // Google's SDK writes into the declarations that it is handed (tTool of @google/genai 2.32): each caller has their own.
    return request.map((/** @type {any} */ tool) => ({ functionDeclarations: tool.functionDeclarations.map((/** @type {any} */ one) => ({ ...one })) }))
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  offer(target, filter, options) {
    const [which, how] = [toText('filter', filter), toText('options', options)]
    const report = JSON.parse(through(() => this.#native.offer(toName('target', target), which, how)))
    // Whoever is told which limits break gets the definitions all the same.
    const overLimit = options?.overLimit === 'trim' ? 'trim' : 'send'
    return { revision: this.#revision, definitions: this.definitions(target, filter, { ...options, overLimit }), ...report }
  }

  /** @param {number} fromRevision @param {string} target @param {any} [filter] @param {any} [options] */
  delta(fromRevision, target, filter, options) {
    const from = toRevision('fromRevision', fromRevision)
    const [which, how] = [toText('filter', filter), toText('options', options)]
    return JSON.parse(through(() => this.#native.delta(from, toName('target', target), which, how)))
  }

  /** @param {string} target @param {any} [options] */
  quarantined(target, options) {
    const how = toText('options', options)
    const read = () => through(() => this.#native.offer(target, undefined, how))
    return this.#read.once(`quarantined ${toName('target', target)} ${how}`, () => deepFreeze(JSON.parse(read()).quarantined))
  }

  /** @param {string} name @param {string} target @param {any} [options] */
  explain(name, target, options) {
    const how = toText('options', options)
    return JSON.parse(through(() => this.#native.explain(toName('name', name), toName('target', target), how)))
  }

  /** @param {string} target @param {any} [filter] */
  tokens(target, filter) {
    const read = (/** @type {string | undefined} */ text) => deepFreeze(JSON.parse(this.#native.tokens(target, text)))
    return this.#once(`tokens ${toName('target', target)}`, filter, read)
  }

  /** @param {any} [options] */
  catalog(options) {
    return this.#once('catalog', options, (text) => deepFreeze(JSON.parse(this.#native.catalog(text))))
  }

  summary() {
    return JSON.parse(through(() => this.#native.summary()))
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  execute(name, params, options) {
    return this.#execute(name, params, options)
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  async call(name, params, options) {
    const { sight, result } = this.#seen(name, params, options)
    return sight.result(await result)
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {AsyncIterableIterator<any>} */
  stream(name, params, options) {
    const desk = this.#desk
    // The tool of this revision, whenever the first piece is asked for and whoever has released the revision by then.
    const plan = held(through(() => this.#plan(name)))
    if (!desk.isWatched) return stream(desk, plan, params, options)
    const sight = this.#sight(name)
    return stream(desk, sight.of(plan), params, options, sight)
  }

  /** @param {string} target @param {any} sent @param {any} [options] @returns {Promise<any>} */
  async respond(target, sent, options) {
    if (Array.isArray(sent)) return Promise.all(sent.map((one) => this.respond(target, one, options)))
    const text = toText('call', sent)
    if (text === undefined) throw invalidOption('call', 'is missing')
    const { strict, revision, ...callOptions } = options ?? {}
    const form = toText('options', { strict, revision })
    const meant = JSON.parse(through(() => this.#native.incoming(toName('target', target), text, form)))
    const answer = (/** @type {boolean} */ ok, /** @type {string} */ outcome, /** @type {any[]} */ files = []) =>
      withBytes(target, JSON.parse(through(() => answerCall(target, text, JSON.stringify(meant.reply), ok, outcome, files.length === 0 ? undefined : JSON.stringify(files)))))
    try {
      if (meant.fault !== undefined) throw fromFault(meant.fault)
      // A model's arguments are never identity: there is always a context, if an empty one.
      const how = { ...callOptions, context: callOptions.context ?? {} }
      const result = await this.#execute(meant.name, meant.arguments, how, { target, sent })
      const { value, files } = await withoutFiles(result)
      return answer(true, resultText(meant.name, value), files)
    } catch (thrown) {
      const error = revive(thrown)
      if (!(error instanceof ToolrackError) || CALLERS_OWN.has(error.code)) throw error
      return answer(false, /** @type {string} */ (jsonText({ code: error.code, message: error.message, details: error.details })))
    }
  }

  release() {
    for (const plan of this.#plans.values()) plan.native.release()
    this.#plans.clear()
    for (const view of this.#views.values()) view.release()
    this.#views.clear()
    this.#read = new Readings(this.#revision)
    this.#native.release()
    this.#desk.tidy()
  }

  /**
   * A call, seen from outside where somebody looks.
   * @param {string} name @param {any} params @param {any} options @param {{ target: string, sent: any }} [asked]
   * @returns {Promise<any>}
   */
  #execute(name, params, options, asked) {
    const desk = this.#desk
    try {
      return desk.isWatched ? this.#seen(name, params, options, asked).result : execute(desk, this.#plan(name), params, options)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /**
   * A call that is seen from outside.
   * @param {string} name @param {any} params @param {any} options @param {{ target: string, sent: any }} [asked]
   */
  #seen(name, params, options, asked) {
    const sight = this.#sight(name, asked)
    return { sight, result: sight.follow(() => execute(this.#desk, sight.of(this.#plan(name)), params, options, sight)) }
  }

  /** @param {string} name @param {{ target: string, sent: any }} [asked] */
  #sight(name, asked) {
    return new Sight(this.#desk, toName('name', name), this.#revision, this.#native, asked)
  }

  /** @param {string | undefined} name @param {any} params @param {any} context @param {any} versions */
  #chosen(name, params, context, versions) {
    if (this.#looksAt === undefined) this.#looksAt = through(() => this.#native.looksAt())
    const keys = this.#looksAt
    if (keys === null && versions === undefined) return this
    const caller = callerOf(params, context, this.#desk.limits.callerOnly, () => this.#own(name))
    const [who, which] = [callerText(caller, keys ?? []), toText('versions', versions)]
    const key = through(() => this.#native.choose(who, which))
    if (key === '') return this
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = new Snapshot(this.#desk, through(() => this.#native.view(who, which)), new Readings(this.#revision))
    this.#views.set(key, view)
    if (this.#views.size > KEPT) {
      const [oldest, former] = /** @type {[string, Snapshot]} */ (this.#views.entries().next().value)
      this.#views.delete(oldest)
      former.release()
    }
    return view
  }

  /** The context keys that are arguments of a tool, where it is shown to everybody. @param {string | undefined} name */
  #own(name) {
    try {
      return name === undefined ? 0 : this.#plan(name).own
    } catch {
      return 0
    }
  }

  /** @param {string} name @returns {import('./call').Plan} */
  #plan(name) {
    const made = this.#plans.get(name)
    if (made !== undefined) return made
    const native = this.#native.callable(toName('name', name))
    const { slot } = native
    const closure = slot < 0 ? undefined : this.#desk.closure(slot)
    /** @type {{ source: string, schemaHash: string } | undefined} */
    let known
    const origin = () => {
      if (known === undefined) {
        const [source, schemaHash] = native.identity()
        known = { source, schemaHash }
      }
      return known
    }
    const plan = { native, name, slot, own: native.ownContextKeys, requiresAuth: native.requiresAuth, isLimited: native.isLimited, timeoutMs: native.timeoutMs ?? undefined, revision: this.#revision, closure, origin, hold: () => this.#native.callable(name) }
    this.#plans.set(name, plan)
    return plan
  }

  /**
   * @template T
   * @param {string} what @param {any} options @param {(text: string | undefined) => T} read
   * @returns {T}
   */
  #once(what, options, read) {
    const text = toText('filter', options)
    return this.#read.once(`${what} ${text}`, () => through(() => read(text)))
  }

  static {
    chosen = (newest, name, params, context, versions) => newest.#chosen(name, params, context, versions)
  }
}

/** A result as a model reads it. One that cannot be JSON is a failure of its tool. @param {string} tool @param {unknown} result */
function resultText(tool, result) {
  try {
    return jsonText(result) ?? ''
  } catch (thrown) {
    throw toolFailed(tool, thrown)
  }
}

/** Faults that no model can mend: the caller hears of them. */
const CALLERS_OWN = new Set(['CLOSED', 'INVALID_OPTIONS', 'INTERNAL'])

exports.Snapshot = Snapshot
exports.chosen = chosen
