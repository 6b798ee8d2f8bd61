// Snapshot calls: starts the calls of a snapshot, with an observation if anything observes them.

import type { NativeSnapshot } from '../border/native'
import { revive } from '../border/error'
import { readOption } from '../border/options'
import type { BoundCaller } from '../call/bound-caller'
import { execute, stream } from '../call/call'
import { keepNative } from '../call/executor'
import type { ModelCall } from '../call/interfaces'
import type { Closures } from '../closures'
import { Observation } from '../observe/observation'
import type { ModelCalls } from './model-calls'
import type { ToolPlans } from './tool-plans'

/** An observed call that has started. */
interface ObservedCall {
  readonly observation: Observation
  readonly result: Promise<unknown>
}

/** Starts the calls of one snapshot. */
export class SnapshotCalls {
  readonly #closures: Closures
  readonly #native: NativeSnapshot
  readonly #revision: number
  readonly #plans: ToolPlans
  /** The caller of all calls. */
  readonly #caller: BoundCaller | undefined

  constructor(
    closures: Closures,
    native: NativeSnapshot,
    revision: number,
    plans: ToolPlans,
    caller: BoundCaller | undefined,
  ) {
    this.#closures = closures
    this.#native = native
    this.#revision = revision
    this.#plans = plans
    this.#caller = caller
  }

  /** Starts a call. Every error rejects. */
  execute(name: unknown, params: unknown, options: unknown): Promise<unknown> {
    try {
      return this.start(name, params, options, false)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /**
   * Starts a call; an error of its start is thrown. With `mustBeNewest` it throws `SUPERSEDED` before anything is done,
   * if the revision is not the newest. An observed call is never asked for that.
   */
  start(name: unknown, params: unknown, options: unknown, mustBeNewest: boolean): Promise<unknown> {
    const closures = this.#closures
    if (closures.isWatched) return this.observe(name, params, options).result
    const plan = this.#plans.getPlan(name, mustBeNewest)
    return execute(closures, { plan, params, options: this.addCaller(options), mustBeNewest })
  }

  /** Starts an observed call; `modelCall` is there where a model made it. */
  observe(name: unknown, params: unknown, options: unknown, modelCall?: ModelCall): ObservedCall {
    const observation = this.newObservation(name, modelCall)
    return {
      observation,
      result: observation.follow(() => {
        const plan = observation.of(this.#plans.getPlan(name))
        const callOptions = this.addCaller(options)
        const request = { plan, params, options: callOptions, mustBeNewest: false, observation, modelCall }
        return execute(this.#closures, request)
      }),
    }
  }

  stream(name: unknown, params: unknown, options: unknown): AsyncIterableIterator<unknown> {
    const closures = this.#closures
    // Keeps the tool of this revision: the stream may start after the revision is released.
    const plan = keepNative(this.#plans.getPlan(name))
    const request = { plan, params, options: this.addCaller(options), mustBeNewest: false }
    if (!closures.isWatched) return stream(closures, request)
    const observation = this.newObservation(name)
    observation.of(plan)
    return stream(closures, { ...request, observation })
  }

  /** Adds the snapshot's caller to call options. */
  addCaller(options: unknown): unknown {
    return this.#caller === undefined ? options : this.#caller.options(options)
  }

  /** Makes the observation of a call, under the tool's own name. */
  newObservation(word: unknown, modelCall?: ModelCall): Observation {
    return new Observation(this.#closures, this.#plans.resolveName(word), this.#revision, this.#native, modelCall)
  }
}

/** Answers a call of a model, or each call of a list. Every error rejects. */
export async function respondToAll(
  calls: ModelCalls,
  target: unknown,
  sent: unknown,
  options: unknown,
): Promise<unknown> {
  const all = readOption('call', () => (Array.isArray(sent) ? [...(sent as unknown[])] : undefined))
  if (all === undefined) return calls.respond(target, sent, options, false)
  const respondTo = async (one: unknown, index: number) => calls.respond(target, one, options, false, { index })
  return Promise.all(all.map(respondTo))
}
