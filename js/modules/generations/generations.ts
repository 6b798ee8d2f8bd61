// Generations: which modules of one `ToolModules` are in use. What no generation in use imports any more is disposed.

import { startIdleTimer } from '../../border/timers'
import { disposalOf, inEvaluationOrder } from './evaluated-module'
import type { EvaluatedModule } from './evaluated-module'
import { Generation } from './generation'
import type { GenerationListener } from './generation'
import { disposeUnused } from './module-disposal'
import type { DisposalFailed } from './module-disposal'

/** How often slots are asked for while a generation waits for them, in ms: the garbage collector may free a snapshot. */
const ASK_MS = 5_000

export interface GenerationsHost {
  /** Frees closures that no revision uses. */
  readonly freeSlots: () => void
  readonly failed: DisposalFailed
}

const NOTHING: GenerationsHost = { freeSlots: () => {}, failed: () => {} }

export class Generations implements GenerationListener {
  readonly #host: GenerationsHost
  readonly #byModule = new WeakMap<EvaluatedModule, Generation>()
  readonly #inUse = new Set<Generation>()
  /** Those that ended since the last look at what is unused. */
  readonly #ended = new Set<Generation>()
  #last = 0
  #isAsking = false
  #isAskingSoon = false

  constructor(host: GenerationsHost = NOTHING) {
    this.#host = host
  }

  /** The generation of an entry. A module that is found as it was is still the same generation. */
  of(module: EvaluatedModule): Generation {
    let generation = this.#byModule.get(module)
    if (generation === undefined) this.#byModule.set(module, (generation = new Generation(module, ++this.#last, this)))
    return generation
  }

  /** Ends all generations: at once, or with the last of their calls. */
  close(): void {
    for (const generation of this.#inUse) generation.close()
  }

  used(generation: Generation): void {
    this.#inUse.add(generation)
    this.#ended.delete(generation)
  }

  ended(generation: Generation): void {
    this.#inUse.delete(generation)
    if (this.#ended.size === 0) queueMicrotask(() => this.#disposeUnused())
    this.#ended.add(generation)
  }

  waits(generation: Generation): void {
    if (!this.#isAsking && generation.isDisposable) this.#askLater()
  }

  callEnded(): void {
    if (this.#isAskingSoon) return
    this.#isAskingSoon = true
    // The call itself lets go of its revision after this.
    setImmediate(() => {
      this.#isAskingSoon = false
      this.#host.freeSlots()
    })
  }

  #askLater(): void {
    this.#isAsking = true
    startIdleTimer(ASK_MS, () => {
      this.#isAsking = false
      this.#host.freeSlots()
      const stillWaits = [...this.#inUse].some(({ isWaiting, isDisposable }) => isWaiting && isDisposable)
      if (stillWaits) this.#askLater()
    })
  }

  #disposeUnused(): void {
    const roots = [...this.#ended].toSorted((a, b) => a.number - b.number)
    const ended = inEvaluationOrder(roots.map(({ module }) => module))
    this.#ended.clear()
    if (![...ended].some((module) => disposalOf(module) !== undefined)) return
    const used = inEvaluationOrder([...this.#inUse].map(({ module }) => module))
    disposeUnused(ended, (module) => used.has(module), this.#host.failed)
  }
}
