// Mastra request context: the caller of a call, as tools of Mastra read it.

import { isPlainObject } from '../../../border/realm'
import type { CallContext } from '../../../call/context'
import { callerContext } from './caller-context'
import type { CallerContext } from './caller-context'

/** The key under which Mastra has the token of a request, and what a trace shows of it. */
const TOKEN = 'mastra__authToken'
const HIDDEN = '[REDACTED]'

/** The part of Mastra's `RequestContext` that reads. What a tool sets is there until the end of its call. */
export class MastraRequestContext {
  readonly #caller: CallerContext
  #values: Map<string, unknown> | undefined

  constructor(context: CallContext) {
    this.#caller = callerContext(context)
  }

  /** Made at the first use: most tools ask for nothing. */
  get #known(): Map<string, unknown> {
    return (this.#values ??= new Map(Object.entries(this.#caller)))
  }

  get(key: string): unknown {
    return this.#known.get(key)
  }

  getRaw(key: string): unknown {
    return this.#known.get(key)
  }

  has(key: string): boolean {
    return this.#known.has(key)
  }

  hasRaw(key: string): boolean {
    return this.#known.has(key)
  }

  set(key: string, value: unknown): void {
    this.#known.set(key, value)
  }

  setRaw(key: string, value: unknown): void {
    this.#known.set(key, value)
  }

  delete(key: string): boolean {
    return this.#known.delete(key)
  }

  deleteRaw(key: string): boolean {
    return this.#known.delete(key)
  }

  clear(): void {
    this.#known.clear()
  }

  keys(): IterableIterator<string> {
    return this.#known.keys()
  }

  values(): IterableIterator<unknown> {
    return this.#known.values()
  }

  entries(): IterableIterator<[string, unknown]> {
    return this.#known.entries()
  }

  forEach(callback: (value: unknown, key: string, map: Map<string, unknown>) => void): void {
    this.#known.forEach(callback)
  }

  size(): number {
    return this.#known.size
  }

  /** A copy. Mastra asks for it at each call. */
  get all(): Record<string, unknown> {
    return this.#values === undefined ? { ...this.#caller } : Object.fromEntries(this.#values)
  }

  toJSON(): Record<string, unknown> {
    return this.all
  }

  /** What a trace shows of it: no members of instances of classes, and no token. */
  serializeForSpan(): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.all).map(([key, value]) => [key, key === TOKEN ? HIDDEN : shown(value)]),
    )
  }
}

function shown(value: unknown): unknown {
  const isHeld = typeof value === 'function' || (typeof value === 'object' && value !== null)
  return isHeld && !Array.isArray(value) && !isPlainObject(value) ? `[${typeof value}]` : value
}
