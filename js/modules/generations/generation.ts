// Generation: an evaluated module with all that it imports, and what has it in use: loads, stored closures and calls.

import type { ClosureFunction, ClosureOwner } from '../../call/interfaces'
import { startIdleTimer } from '../../border/timers'
import { counted } from './counted-calls'
import { isDisposable, mayBeDisposed } from './evaluated-module'
import type { EvaluatedModule } from './evaluated-module'

/** How long calls are waited for once nothing else has a generation, in ms. */
const WAIT_MS = 5_000

/** Is told what becomes of a generation. */
export interface GenerationListener {
  used(generation: Generation): void
  ended(generation: Generation): void
  /** It is replaced, and closures still have it. Their slots are free once no revision uses them, which nobody tells. */
  waits(generation: Generation): void
  /** A call of one that waits has ended: it may have been the last that had its revision. */
  callEnded(): void
}

export class Generation implements ClosureOwner {
  readonly module: EvaluatedModule
  /** Generations are numbered in the order of their evaluation. */
  readonly number: number
  readonly #listener: GenerationListener
  /** Loads that have not ended. */
  #holds = 0
  /** Entries that it is the newest generation of. */
  #entries = 0
  #closures = 0
  #calls = 0
  #isClosed = false
  #stopWaiting: (() => void) | undefined

  constructor(module: EvaluatedModule, number: number, listener: GenerationListener) {
    this.module = module
    this.number = number
    this.#listener = listener
  }

  /** Whether it is replaced, and closures still have it. */
  get isWaiting(): boolean {
    return this.#entries === 0 && this.#holds === 0 && this.#closures > 0 && !this.#isClosed
  }

  /** Whether something of it is disposed once nothing has it any more. */
  get isDisposable(): boolean {
    return isDisposable(this.module)
  }

  hold(): void {
    this.#holds++
    this.#use()
  }

  release(): void {
    this.#holds--
    this.#letGo()
  }

  /** It is the newest one of an entry. That alone keeps nothing: its tools may all be refused. */
  enter(): void {
    this.#entries++
  }

  /** It is forgotten, or another one is newer. */
  leave(): void {
    this.#entries--
    if (this.isWaiting) this.#listener.waits(this)
  }

  stored(): void {
    this.#closures++
    this.#use()
  }

  freed(): void {
    this.#closures--
    if (this.#closures === 0) this.#letGo()
  }

  /** Its module is closed: what still has it does not count, but for calls. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#endAfterCalls()
  }

  /** Makes functions of which calls are counted, if there is something to dispose after them. */
  callCounter(): (execute: ClosureFunction) => ClosureFunction {
    const begin = (): (() => void) => this.begin()
    return mayBeDisposed(this.module) ? (execute) => counted(execute, begin) : (execute) => execute
  }

  /** A call or an evaluation has begun. Returns the function that ends it, once. */
  begin(): () => void {
    let isOver = false
    this.#calls++
    return () => {
      if (isOver) return
      isOver = true
      this.#calls--
      if (this.#stopWaiting !== undefined && this.#calls === 0) this.#end()
      else if (this.isWaiting) this.#listener.callEnded()
    }
  }

  #use(): void {
    if (this.#isClosed) return
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    this.#listener.used(this)
  }

  #letGo(): void {
    if (this.isWaiting) this.#listener.waits(this)
    if (!this.#isClosed && this.#holds === 0 && this.#closures === 0) this.#endAfterCalls()
  }

  /** Calls are waited for a while. */
  #endAfterCalls(): void {
    if (this.#calls === 0) this.#end()
    else this.#stopWaiting ??= startIdleTimer(WAIT_MS, () => this.#end())
  }

  #end(): void {
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    this.#listener.ended(this)
  }
}
