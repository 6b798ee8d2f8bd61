'use strict'

// Snapshot: the tools of one revision: lists, definitions, deltas, token counts and calls.

const { ModelReply } = require('./reply/model-reply')
const { execute, stream } = require('./call/call')
const { keepNative } = require('./call/executor')
const { callerOf, callerText } = require('./call/caller')
const { revive, callNative, fromFault } = require('./border/error')
const { namesOf, splitFilter } = require('./filter')
const { deepFreeze, ownCopy } = require('./border/freeze')
const { invalidOption, readOption, toName, toRevision, toText } = require('./border/options')
const { RevisionCache } = require('./snapshot-cache')
const { Observation } = require('./observe/observation')
const { modelMessage } = require('./reply/tool-errors')
const { Uncloneable } = require('./border/uncloneable')

/** Limit of cached views, and of cached filtered snapshots, of one revision. */
const KEPT = 16

/**
 * Options of a snapshot.
 * @typedef {object} Bounds
 * @property {any} [filter] a filter with a predicate; Rust knows only conditions
 * @property {import('./call/bound-caller').BoundCaller} [caller] the caller of all calls on it
 */

/**
 * For the registry: returns the view of its newest revision for a call, cached for later calls.
 * @type {(newest: Snapshot, name: string | undefined, params: any, context: any, versions: any) => Snapshot}
 */
let chosen

/**
 * For the registry: returns a filtered snapshot. `cacheOf` returns its cache.
 * @type
 * {(snapshot: Snapshot, filter: any, caller: Bounds['caller'], cacheOf: (key: string) => RevisionCache) => Snapshot}
 */
let partOf

/**
 * For the registry: returns a filtered snapshot, cached for later calls.
 * @type {(snapshot: Snapshot, filter: any) => Snapshot}
 */
let keptPartOf

class Snapshot extends Uncloneable {
  #closures
  #native
  #revision
  /** @type {Map<string, import('./call/call').Plan>} */
  #plans = new Map()
  /** @type {RevisionCache} */
  #cache
  /** Views used by calls, by key. @type {Map<string, Snapshot>} */
  #views = new Map()
  /** Filtered snapshots used by calls, by filter. @type {Map<string, Snapshot>} */
  #parts = new Map()
  /**
   * Metadata keys that routes read; null if the caller makes no difference.
   * @type {readonly string[] | null | undefined}
   */
  #looksAt
  #bounds

  /**
   * @param {import('./closures').Closures} closures
   * @param {import('../binding').NativeSnapshot} native
   * @param {RevisionCache} read
   * @param {Bounds} [bounds]
   */
  constructor(closures, native, read, bounds = {}) {
    super()
    this.#closures = closures
    this.#native = native
    this.#revision = native.revision
    this.#cache = read
    this.#bounds = bounds
  }

  get revision() {
    return this.#revision
  }

  get size() {
    return callNative(() => this.#native.size)
  }

  /** @param {string} name */
  has(name) {
    return callNative(() => this.#native.has(toName('name', name)))
  }

  /** @param {string} name */
  get(name) {
    // A copy, not frozen: frameworks write into schemas (`__absolute_uri__` of @langchain/core).
    const text = callNative(() => this.#native.get(toName('name', name)))
    return text === null ? undefined : JSON.parse(text)
  }

  /** @param {string} word @param {string} [target] @returns {string | undefined} */
  resolve(word, target) {
    const to = target === undefined ? undefined : toName('target', target)
    return callNative(() => this.#native.resolve(toName('name', word), to)) ?? undefined
  }

  /** @param {string} name @param {string} schemaHash */
  definition(name, schemaHash) {
    const text = callNative(() => this.#native.definition(toName('name', name), toName('schemaHash', schemaHash)))
    return text === null ? undefined : JSON.parse(text)
  }

  /** @param {string} name */
  history(name) {
    return deepFreeze(JSON.parse(callNative(() => this.#native.history(toName('name', name)))))
  }

  /** @param {any} [filter] */
  list(filter) {
    return this.#once('list', filter, (text) => this.#native.list(text)).slice()
  }

  /** @param {any} [filter] */
  tools(filter) {
    // A copy for each caller, as in `get`; the cache keeps the text.
    return JSON.parse(this.#once('tools', filter, (text) => this.#native.tools(text)))
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  definitions(target, filter, options) {
    const [which, how] = [this.#filter(filter), this.#how(options)]
    const read = (/** @type {string | undefined} */ known) =>
      callNative(() => this.#native.definitions(target, which, how, known))
    const request = this.#cache.definitions(`definitions ${toName('target', target)} ${how} ${which}`, read)
    // Targets without a provider are frameworks, which may write into schemas, as LangChain does.
    if (target === 'plain') return ownCopy(request)
    if (target !== 'gemini-openapi') return request
    // A copy: Google's SDK writes into declarations (tTool of @google/genai 2.32).
    return request.map((/** @type {any} */ tool) => ({
      functionDeclarations: tool.functionDeclarations.map((/** @type {any} */ one) => ({ ...one })),
    }))
  }

  /** @param {string} target @param {any} [filter] @param {any} [options] */
  offer(target, filter, options) {
    const [which, how] = [this.#filter(filter), this.#how(options)]
    const report = JSON.parse(callNative(() => this.#native.offer(toName('target', target), which, how)))
    // The report lists broken limits, so the definitions are read without failing.
    const sent = readOption('options', () => ({
      ...options,
      overLimit: options?.overLimit === 'trim' ? 'trim' : 'send',
    }))
    return { revision: this.#revision, definitions: this.definitions(target, filter, sent), ...report }
  }

  /** @param {number} fromRevision @param {string} target @param {any} [filter] @param {any} [options] */
  delta(fromRevision, target, filter, options) {
    const from = toRevision('fromRevision', fromRevision)
    const [which, how] = [this.#filter(filter), this.#how(options, 'delta')]
    // A predicate sees only tools that the filtered snapshot had then.
    const bound = this.#formerFilter(from, this.#bounds.filter, (conditions) => ({ bound: conditions }))
    const then = { bound, filter: this.#formerFilter(from, filter, (conditions) => ({ filter: conditions, bound })) }
    return JSON.parse(callNative(() => this.#native.delta(from, toName('target', target), which, how, then)))
  }

  /** @param {string} target @param {any} [options] */
  quarantined(target, options) {
    const how = this.#how(options)
    const read = () => callNative(() => this.#native.offer(target, undefined, how))
    return this.#cache.once(`quarantined ${toName('target', target)} ${how}`, () =>
      deepFreeze(JSON.parse(read()).quarantined),
    )
  }

  /** @param {string} name @param {string} target @param {any} [options] */
  explain(name, target, options) {
    const filter = readOption('options', () => options?.filter ?? undefined)
    const own = filter === undefined ? options : readOption('options', () => ({ ...options, filter: undefined }))
    const [which, how] = [this.#filter(filter), this.#how(own)]
    return JSON.parse(
      callNative(() => this.#native.explain(toName('name', name), toName('target', target), which, how)),
    )
  }

  /** @param {string} target @param {any} [filter] */
  tokens(target, filter) {
    const read = (/** @type {string | undefined} */ text) => deepFreeze(JSON.parse(this.#native.tokens(target, text)))
    return this.#once(`tokens ${toName('target', target)}`, filter, read)
  }

  /** @param {any} [options] */
  catalog(options) {
    const filtered = readOption('options', () =>
      options?.filter === undefined ? options : { ...options, filter: this.#conditions(options.filter) },
    )
    const text = toText('catalog', filtered)
    return this.#cache.once(`catalog ${text}`, () =>
      callNative(() => deepFreeze(JSON.parse(this.#native.catalog(text)))),
    )
  }

  summary() {
    return JSON.parse(callNative(() => this.#native.summary()))
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  execute(name, params, options) {
    return this.#execute(name, params, options)
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {Promise<any>} */
  async call(name, params, options) {
    const { observation, result } = this.#seen(name, params, options)
    return observation.result(await result)
  }

  /** @param {string} name @param {any} [params] @param {any} [options] @returns {AsyncIterableIterator<any>} */
  stream(name, params, options) {
    const closures = this.#closures
    // Keeps the tool of this revision: the stream may start after the revision is released.
    const plan = keepNative(callNative(() => this.#plan(name)))
    const how = this.#called(options)
    if (!closures.isWatched) return stream(closures, plan, params, how)
    const observation = this.#observation(name)
    return stream(closures, observation.of(plan), params, how, observation)
  }

  /** @param {string} target @param {any} sent @param {any} [options] @returns {Promise<any>} */
  async respond(target, sent, options) {
    const all = readOption('call', () => (Array.isArray(sent) ? [...sent] : undefined))
    if (all !== undefined) return Promise.all(all.map((one) => this.respond(target, one, options)))
    const text = toText('call', sent)
    if (text === undefined) throw invalidOption('call', 'is missing')
    const { strict, revision, ...callOptions } = readOption('options', () => ({ ...options }))
    const form = toText('options', { strict, revision })
    const meant = JSON.parse(callNative(() => this.#native.incoming(toName('target', target), text, form)))
    const answer = new ModelReply(target, meant)
    /** @type {import('./call/call').Asked & { callId?: string }} */
    const asked = { target, sent, answer }
    try {
      if (meant.fault !== undefined) throw fromFault(meant.fault)
      // A model's arguments never carry identity: the context is always set, even if empty.
      const how = { ...callOptions, context: callOptions.context ?? {} }
      const result = await this.#execute(meant.name, meant.arguments, how, asked)
      return await answer.value(meant.name, result)
    } catch (thrown) {
      const error = revive(thrown)
      if (CALLERS_OWN.has(error.code)) throw error
      const made = { toolName: meant.name, callId: asked.callId, context: () => this.#called(callOptions).context }
      return answer.fault(error, modelMessage(error, this.#closures.limits.toolErrors, made))
    }
  }

  release() {
    for (const plan of this.#plans.values()) plan.native.release()
    this.#plans.clear()
    for (const other of [...this.#views.values(), ...this.#parts.values()]) other.release()
    this.#views.clear()
    this.#parts.clear()
    this.#cache = new RevisionCache(this.#revision)
    this.#native.release()
    this.#closures.tidy()
  }

  /**
   * Starts a call, with an observation if anything observes it.
   * @param {string} name
   * @param {any} params
   * @param {any} options
   * @param {import('./call/call').Asked} [asked] where a model made it
   * @returns {Promise<any>}
   */
  #execute(name, params, options, asked) {
    const closures = this.#closures
    try {
      return closures.isWatched
        ? this.#seen(name, params, options, asked).result
        : execute(closures, this.#plan(name), params, this.#called(options), undefined, asked)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /**
   * Starts an observed call.
   * @param {string} name @param {any} params @param {any} options @param {import('./call/call').Asked} [asked]
   */
  #seen(name, params, options, asked) {
    const observation = this.#observation(name, asked)
    return {
      observation,
      result: observation.follow(() =>
        execute(this.#closures, observation.of(this.#plan(name)), params, this.#called(options), observation, asked),
      ),
    }
  }

  /** Adds the snapshot's caller to call options. @param {any} options */
  #called(options) {
    const { caller } = this.#bounds
    return caller === undefined ? options : caller.options(options)
  }

  /**
   * Makes the observation of a call, under the tool's own name.
   * @param {string} word
   * @param {import('./call/call').Asked} [asked]
   */
  #observation(word, asked) {
    const name = this.#plans.get(word)?.name ?? this.resolve(word) ?? word
    return new Observation(this.#closures, name, this.#revision, this.#native, asked)
  }

  /** @param {string | undefined} name @param {any} params @param {any} context @param {any} versions */
  #chosen(name, params, context, versions) {
    if (this.#looksAt === undefined) this.#looksAt = callNative(() => this.#native.looksAt())
    const keys = this.#looksAt
    if (keys === null && versions === undefined) return this
    const caller = callerOf(params, context, this.#closures.limits.callerOnly, () => this.#own(name))
    const [who, which] = [callerText(caller, keys ?? []), toText('versions', versions)]
    const key = callNative(() => this.#native.choose(who, which))
    if (key === '') return this
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = new Snapshot(
      this.#closures,
      callNative(() => this.#native.view(who, which)),
      new RevisionCache(this.#revision),
    )
    return keepSnapshot(this.#views, key, view)
  }

  /** @param {any} filter */
  #keptPart(filter) {
    const key = toText('filter', this.#conditions(filter)) ?? ''
    return (
      this.#parts.get(key) ??
      keepSnapshot(
        this.#parts,
        key,
        this.#part(filter, undefined, () => new RevisionCache(this.#revision)),
      )
    )
  }

  /** @param {any} filter @param {Bounds['caller']} caller @param {(key: string) => RevisionCache} cacheOf */
  #part(filter, caller, cacheOf) {
    const text = /** @type {string} */ (this.#filter(filter))
    const native = callNative(() => this.#native.bounded(text))
    return new Snapshot(this.#closures, native, cacheOf(text), {
      filter: splitFilter(filter).predicate && filter,
      caller,
    })
  }

  /**
   * Writes a filter as conditions. A predicate is evaluated once for a revision and becomes a list of names.
   * @param {any} filter
   */
  #conditions(filter) {
    const { conditions, predicate } = splitFilter(filter)
    if (predicate === undefined) return conditions
    const text = toText('filter', conditions)
    const read = () => ({ ...conditions, names: namesOf(predicate, deepFreeze(this.tools(conditions))) })
    return this.#cache.onceOf(predicate, `now ${text}`, read)
  }

  /** @param {any} filter */
  #filter(filter) {
    return toText('filter', this.#conditions(filter))
  }

  /**
   * Evaluates a predicate on a former revision; nothing for a filter without one.
   * @param {number} from
   * @param {any} filter
   * @param {(conditions: string) => import('../binding').NativeThen} asked the native arguments for conditions
   */
  #formerFilter(from, filter, asked) {
    const { conditions, predicate } = splitFilter(filter)
    if (predicate === undefined) return undefined
    const text = /** @type {string} */ (toText('filter', conditions))
    const tools = () => deepFreeze(JSON.parse(callNative(() => this.#native.formerTools(from, asked(text)))))
    return this.#cache.onceOf(predicate, `${from} ${text}`, () =>
      toText('filter', { ...conditions, names: namesOf(predicate, tools()) }),
    )
  }

  /**
   * Writes offer options for Rust.
   * @param {any} options
   * @param {string} [door] a function that cannot evaluate a predicate
   */
  #how(options, door) {
    const deferred = readOption('options', () => options?.deferLoading)
    if (deferred === undefined || deferred === null) return toText('options', options)
    const conditions = (/** @type {any} */ filter) => {
      if (door !== undefined && splitFilter(filter).predicate !== undefined)
        throw invalidOption('deferLoading', `a ${door} takes no predicate here: give conditions or names`)
      return this.#conditions(filter)
    }
    return toText(
      'options',
      readOption('options', () => ({
        ...options,
        deferLoading: Array.isArray(deferred) ? deferred.map(conditions) : conditions(deferred),
      })),
    )
  }

  /** Context keys that a tool declares as arguments, if all callers see it. @param {string | undefined} name */
  #own(name) {
    try {
      return name === undefined ? 0 : this.#plan(name).own
    } catch {
      return 0
    }
  }

  /** @param {string} word name or wire name of the tool @returns {import('./call/call').Plan} */
  #plan(word) {
    const made = this.#plans.get(word)
    if (made !== undefined) return made
    const native = this.#native.callable(toName('name', word))
    const { slot } = native
    const closure = slot < 0 ? undefined : this.#closures.closure(slot)
    /** @type {{ source: string, schemaHash: string } | undefined} */
    let known
    const origin = () => {
      if (known === undefined) {
        const [source, schemaHash] = native.identity()
        known = { source, schemaHash }
      }
      return known
    }
    const plan = {
      native,
      name: native.name,
      slot,
      own: native.ownContextKeys,
      requiresAuth: native.requiresAuth,
      isLimited: native.isLimited,
      timeoutMs: native.timeoutMs ?? undefined,
      depth: native.depth,
      revision: this.#revision,
      closure,
      origin,
      hold: () => this.#native.callable(word),
    }
    this.#plans.set(word, plan)
    return plan
  }

  /**
   * @template T
   * @param {string} what @param {any} filter @param {(text: string | undefined) => T} read
   * @returns {T}
   */
  #once(what, filter, read) {
    const text = this.#filter(filter)
    return this.#cache.once(`${what} ${text}`, () => callNative(() => read(text)))
  }

  static {
    chosen = (newest, name, params, context, versions) => newest.#chosen(name, params, context, versions)
    partOf = (snapshot, filter, caller, cacheOf) => snapshot.#part(filter, caller, cacheOf)
    keptPartOf = (snapshot, filter) => snapshot.#keptPart(filter)
  }
}

/**
 * Caches a snapshot and drops the oldest.
 * @param {Map<string, Snapshot>} kept
 * @param {string} key
 * @param {Snapshot} snapshot
 */
function keepSnapshot(kept, key, snapshot) {
  kept.set(key, snapshot)
  if (kept.size > KEPT) {
    const [oldest, former] = /** @type {[string, Snapshot]} */ (kept.entries().next().value)
    kept.delete(oldest)
    former.release()
  }
  return snapshot
}

/** Errors that no model can correct; the caller gets them. */
const CALLERS_OWN = new Set(['CLOSED', 'INVALID_OPTIONS', 'INTERNAL'])

exports.Snapshot = Snapshot
exports.chosen = chosen
exports.partOf = partOf
exports.keptPartOf = keptPartOf
