// Missing sources: what happens to the tools of a file that is missing, and when it is back.

import { callNative } from '../../border/error'
import type { NativeLoader } from '../../border/native'
import { raise } from '../../border/raised-error'
import type { Closures } from '../../closures'
import { faultWords } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { SourceList } from '../source/source-list'
import { startIdleTimer } from '../../border/timers'

export interface MissingHost {
  readonly loader: NativeLoader
  readonly closures: Closures
  readonly list: SourceList
  /** Removes the tools of a source in its turn: its file has been missing for long. */
  readonly withdrawLater: (source: ModuleSource) => void
}

export class MissingSources {
  readonly #host: MissingHost
  readonly #removals = new Map<ModuleSource, () => void>()

  constructor(host: MissingHost) {
    this.#host = host
  }

  /** Its file is missing: its tools stay, or go after a while. */
  lose(source: ModuleSource): void {
    if (source.isMissing) return
    source.isMissing = true
    const name = String(source.name)
    const fault = raise('SOURCE_UNREADABLE', { location: source.location, reason: 'the file is missing' })
    this.#host.loader.reportFault(name, 'watch', fault.code, fault.message)
    source.fault = faultWords(fault)
    this.#host.closures.events.emit('sourceMissing', Object.freeze({ source: name, location: source.location }))
    const after = source.options.watch?.removeAfterMs
    if (after === 0) this.withdraw(source)
    else if (after !== undefined)
      this.#removals.set(
        source,
        startIdleTimer(after, () => this.#host.withdrawLater(source)),
      )
  }

  /** Its file is there again. */
  find(source: ModuleSource): void {
    this.#removals.get(source)?.()
    this.#removals.delete(source)
    source.isMissing = false
    source.isWithdrawn = false
  }

  /** Removes the tools of a source whose file is still missing. */
  withdraw(source: ModuleSource): void {
    this.#removals.delete(source)
    if (!source.isMissing || !this.#host.list.has(source)) return
    callNative(() => this.#host.loader.withdraw(String(source.name)))
    source.isWithdrawn = true
    this.#host.closures.drain()
  }

  close(): void {
    for (const stop of this.#removals.values()) stop()
    this.#removals.clear()
  }
}
