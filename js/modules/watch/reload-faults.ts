// Reload faults: what goes wrong with watched sources is recorded and emitted once.

import { revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { LoadRefused } from '../load/source-loads'
import type { LoadsHost, Trigger } from '../load/source-loads'
import { faultWords, isTold } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

export class ReloadFaults {
  readonly #host: Pick<LoadsHost, 'loader' | 'closures' | 'checkOpen'>

  constructor(host: Pick<LoadsHost, 'loader' | 'closures' | 'checkOpen'>) {
    this.#host = host
  }

  /** Records the faults of sources, which keep their tools. */
  record(sources: readonly ModuleSource[], trigger: Trigger, refused: LoadRefused): void {
    const faultOf = faultsOf(sources, refused)
    for (const source of sources) {
      const fault = faultOf(source)
      // Rust has recorded what it refused itself.
      if (!refused.isRecorded || source !== refused.source)
        this.#host.loader.reportFault(String(source.name), trigger, fault.code, fault.message)
      source.fault = faultWords(fault)
    }
  }

  /** Records and emits the faults that sources did not have before. */
  tell(sources: readonly ModuleSource[], refused: LoadRefused): void {
    const faultOf = faultsOf(sources, refused)
    const news = sources.filter((source) => !isTold(source, faultOf(source)))
    this.record(news, 'watch', refused)
    for (const source of news) this.emit(String(source.name), faultOf(source))
  }

  emit(source: string, error: ToolrackError): void {
    this.#host.closures.events.emit('reloadFailed', Object.freeze({ source, error }))
  }

  /** Tells what was not to be expected: for these sources, or for the place that is named. */
  tellUnexpected(thrown: unknown, sources: readonly ModuleSource[], place: string): void {
    if (this.#isClosed()) return
    const error = revive(thrown)
    const [first] = sources
    if (first === undefined) this.emit(place, error)
    else this.tell(sources, new LoadRefused(first, error, false))
  }

  /** Who has closed the modules has nobody to tell. */
  #isClosed(): boolean {
    try {
      this.#host.checkOpen()
      return false
    } catch {
      return true
    }
  }
}

/** The fault of each source: its own, or that of the first one among them that has one. */
function faultsOf(
  sources: readonly ModuleSource[],
  { fault, faults }: LoadRefused,
): (source: ModuleSource) => ToolrackError {
  const first = sources.map((source) => faults.get(source)).find((one) => one !== undefined)
  return (source) => faults.get(source) ?? first ?? fault
}
