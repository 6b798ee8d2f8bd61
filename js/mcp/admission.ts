// Admission: how many calls and streams are open at once, in all and for each principal (concurrency limit).

/** Limits of what may be open at once. */
export interface AdmissionLimits {
  /** In all. */
  readonly all: number
  /** For each principal. Clients that do not say who they are share no such limit. */
  readonly each: number
}

/** Counts what is open, of one kind. */
export class Counter {
  readonly #limits: AdmissionLimits
  readonly #open = new Map<string, number>()
  #all = 0

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** Admits one more; returns the function that ends it, or nothing over a limit. */
  enter(principal: string): (() => void) | undefined {
    const own = this.#open.get(principal) ?? 0
    if (this.#all >= this.#limits.all || (principal !== '' && own >= this.#limits.each)) return undefined
    this.#all++
    this.#open.set(principal, own + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#leave(principal)
    }
  }

  #leave(principal: string): void {
    this.#all--
    const own = (this.#open.get(principal) ?? 1) - 1
    if (own === 0) this.#open.delete(principal)
    else this.#open.set(principal, own)
  }
}

/** What a server counts. */
export interface Admission {
  readonly calls: Counter
  readonly streams: Counter
}
