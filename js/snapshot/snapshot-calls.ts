// Snapshot calls: starts the calls of a snapshot, with an observation if anything observes them.

import type { NativeSnapshot } from '../border/native'
import { callNative, revive } from '../border/error'
import type { BoundCaller } from '../call/bound-caller'
import { execute, stream } from '../call/call'
import { keepNative } from '../call/executor'
import type { ModelCall } from '../call/interfaces'
import type { Closures } from '../closures'
import { Observation } from '../observe/observation'
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

  /** Starts a call; `modelCall` is there where a model made it. */
  execute(name: unknown, params: unknown, options: unknown, modelCall?: ModelCall): Promise<unknown> {
    const closures = this.#closures
    try {
      return closures.isWatched
        ? this.observe(name, params, options, modelCall).result
        : execute(closures, this.#plans.getPlan(name), params, this.addCaller(options), undefined, modelCall)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /** Starts an observed call. */
  observe(name: unknown, params: unknown, options: unknown, modelCall?: ModelCall): ObservedCall {
    const observation = this.#newObservation(name, modelCall)
    return {
      observation,
      result: observation.follow(() =>
        execute(
          this.#closures,
          observation.of(this.#plans.getPlan(name)),
          params,
          this.addCaller(options),
          observation,
          modelCall,
        ),
      ),
    }
  }

  stream(name: unknown, params: unknown, options: unknown): AsyncIterableIterator<unknown> {
    const closures = this.#closures
    // Keeps the tool of this revision: the stream may start after the revision is released.
    const plan = keepNative(callNative(() => this.#plans.getPlan(name)))
    const callOptions = this.addCaller(options)
    if (!closures.isWatched) return stream(closures, plan, params, callOptions)
    const observation = this.#newObservation(name)
    return stream(closures, observation.of(plan), params, callOptions, observation)
  }

  /** Adds the snapshot's caller to call options. */
  addCaller(options: unknown): unknown {
    return this.#caller === undefined ? options : this.#caller.options(options)
  }

  /** Makes the observation of a call, under the tool's own name. */
  #newObservation(word: unknown, modelCall?: ModelCall): Observation {
    return new Observation(this.#closures, this.#plans.resolveName(word), this.#revision, this.#native, modelCall)
  }
}
