// Registry calls: calls on the newest revision, on the view of their caller and versions.

import { revive } from '../border/error'
import { isList } from '../border/kind'
import { splitCallOptions } from '../call/call-options'
import type { Sealing } from '../call/call-state'
import type * as resumedCalls from '../call/resumed-call'
import type { CallResult } from '../../index'
import { chooseView, filterSnapshotOnce, modelCallsOf, startOn } from '../snapshot'
import type { Snapshot } from '../snapshot'
import type { RevisionSnapshots } from './revision-snapshots'

/** Starts the calls of one registry. */
export class RegistryCalls {
  readonly #snapshots: RevisionSnapshots
  /** Throws if the registry is closed. */
  readonly #checkOpen: () => void
  readonly #sealing: Sealing

  constructor(snapshots: RevisionSnapshots, checkOpen: () => void, sealing: Sealing) {
    this.#sealing = sealing
    this.#snapshots = snapshots
    this.#checkOpen = checkOpen
  }

  execute(name: unknown, params: unknown, options: unknown): Promise<unknown> {
    try {
      const { context, versions, rest } = splitCallOptions(options)
      return this.startOnNewest((newest, mustBeNewest) =>
        startOn(chooseView(newest, name, params, context, versions), name, params, rest, mustBeNewest),
      )
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  async call(name: unknown, params: unknown, options: unknown): Promise<CallResult<unknown>> {
    const { context, versions, rest } = splitCallOptions(options)
    return chooseView(this.#newest(), name, params, context, versions).call(name, params, rest)
  }

  stream(name: unknown, params: unknown, options: unknown): AsyncIterableIterator<unknown> {
    const { context, versions, rest } = splitCallOptions(options)
    return chooseView(this.#newest(), name, params, context, versions).stream(name, params, rest)
  }

  respond(target: unknown, call: unknown, options: unknown): Promise<unknown> {
    try {
      const { offer, rest } = splitModelOptions(options)
      // The first of several calls must not begin twice.
      if (isList(call)) return offer(this.#newest()).respond(target, call, rest)
      return this.startOnNewest((newest, mustBeNewest) =>
        modelCallsOf(offer(newest)).respond(target, call, rest, mustBeNewest),
      )
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /** Makes a call anew that has asked, with the answers. Its state says which. */
  resume(state: unknown, answers: unknown, options: unknown): Promise<unknown> {
    try {
      this.#checkOpen()
      const { readResumed } = require('../call/resumed-call') as typeof resumedCalls
      const { call, rest } = readResumed(this.#sealing, { state, answers, options })
      if (call.kind === 'respond') return this.respond(call.target, call.sent, rest)
      return this.execute(call.tool, call.args, rest)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  async needsApproval(target: unknown, call: unknown, options: unknown): Promise<boolean> {
    const { offer, rest } = splitModelOptions(options)
    return offer(this.#newest()).needsApproval(target, call, rest)
  }

  /** Returns what a caller is offered of the newest revision, cached for later calls. */
  offerTo(context: unknown, filter: unknown): Snapshot {
    return filterSnapshotOnce(chooseView(this.#newest(), undefined, undefined, context, undefined), filter)
  }

  /** See {@link RevisionSnapshots.startOnNewest}. */
  startOnNewest<T>(start: (newest: Snapshot, mustBeNewest: boolean) => T): T {
    this.#checkOpen()
    return this.#snapshots.startOnNewest(start)
  }

  #newest(): Snapshot {
    this.#checkOpen()
    return this.#snapshots.getNewest()
  }
}

/** Options of a model's call on a registry. */
interface ModelOptions {
  /** Returns what the model was offered, of the newest revision. */
  readonly offer: (newest: Snapshot) => Snapshot
  /** Options of the call on the snapshot. */
  readonly rest: unknown
}

/** Splits the options of a model's call. Its arguments never carry identity. */
function splitModelOptions(options: unknown): ModelOptions {
  const { context, versions, filter, rest } = splitCallOptions(options, ['versions', 'filter'])
  const offer = (newest: Snapshot) => {
    const view = chooseView(newest, undefined, undefined, context ?? {}, versions)
    return filter === undefined ? view : filterSnapshotOnce(view, filter)
  }
  return { offer, rest }
}
