// Running module: counts the sources and calls of a module that wants to be disposed, and disposes it once the last of
// both has ended.

import type { ClosureFunction } from '../../call/interfaces'
import { isThenable } from '../../border/thenable'
import { unref } from '../../border/realm'

/** The longest time that a module is kept for calls that do not end, in ms. */
const DISPOSE_WAIT_MS = 5_000

/** Those that are not retired, by namespace: a reload may find the module as it was, and sources may share it. */
const RUNNING = new WeakMap<object, RunningModule>()

/** A module that exports `dispose`, or has `Symbol.asyncDispose`. */
export class RunningModule {
  readonly #dispose: () => unknown
  readonly #failed: (thrown: unknown) => void
  #sources = 0
  #calls = 0
  #isRetired = false
  #isDisposed = false

  private constructor(dispose: () => unknown, failed: (thrown: unknown) => void) {
    this.#dispose = dispose
    this.#failed = failed
  }

  /** The running module of a namespace, if it wants to be disposed. `failed` gets what the disposal throws. */
  static of(namespace: object, failed: (thrown: unknown) => void): RunningModule | undefined {
    const known = RUNNING.get(namespace)
    if (known !== undefined && !known.#isRetired) return known
    const dispose = disposalOf(namespace)
    if (dispose === undefined) return undefined
    const running = new RunningModule(dispose, failed)
    RUNNING.set(namespace, running)
    return running
  }

  /** A source has it in use. */
  hold(): void {
    this.#sources++
  }

  /** The same function; its calls are counted. */
  counted(execute: ClosureFunction): ClosureFunction {
    const count = <T>(call: () => T): T => this.#count(call)
    return function (this: unknown, args, context): unknown {
      return count(() => execute.call(this, args, context))
    }
  }

  /** A source has it in use no more. The last one disposes it once its last call has ended, in five seconds at most. */
  release(): void {
    if (--this.#sources > 0 || this.#isRetired) return
    this.#isRetired = true
    if (this.#calls === 0) this.#run()
    else unref(setTimeout(() => this.#run(), DISPOSE_WAIT_MS))
  }

  #count<T>(call: () => T): T {
    this.#calls++
    try {
      const result = call()
      if (isThenable(result)) {
        const end = (): void => this.#end()
        Promise.resolve(result).then(end, end)
      } else this.#end()
      return result
    } catch (thrown) {
      this.#end()
      throw thrown
    }
  }

  #end(): void {
    this.#calls--
    if (this.#isRetired && this.#calls === 0) this.#run()
  }

  #run(): void {
    if (this.#isDisposed) return
    this.#isDisposed = true
    Promise.resolve()
      .then(() => this.#dispose())
      .catch(this.#failed)
  }
}

/** How to dispose a module: its export `dispose`, or `Symbol.asyncDispose` of it or of its default export. */
function disposalOf(namespace: object): (() => unknown) | undefined {
  const exports = namespace as { readonly dispose?: unknown; readonly default?: unknown }
  if (typeof exports.dispose === 'function') return bound(exports.dispose, namespace)
  for (const holder of [namespace, exports.default]) {
    const dispose = ASYNC_DISPOSE && (holder as Record<symbol, unknown> | null | undefined)?.[ASYNC_DISPOSE]
    if (typeof dispose === 'function') return bound(dispose, holder)
  }
  return undefined
}

/** The earliest versions of Node 20 lack it. */
const ASYNC_DISPOSE = (Symbol as { readonly asyncDispose?: symbol }).asyncDispose

function bound(dispose: unknown, self: unknown): () => unknown {
  return (): unknown => (dispose as () => unknown).call(self)
}
