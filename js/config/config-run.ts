// One load of a configuration: what came of each part, for its report.

import type { ConfigFailure, ConfigReport, HttpToolChange, LoadReport } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { optionMistakes, placeMistakes, pointerTo } from './config-mistakes'
import type { ConfigReading } from './config-reading'

/** Where a failure is, beside its part. */
type FailurePlace = Pick<ConfigFailure, 'location' | 'export'>

/** What went wrong with a part, and the JSON pointer of the member that it is about. */
export interface PartFailure {
  readonly part: string
  readonly error: ToolrackError
  readonly pointer?: string
}

/** The JSON pointer of a part. */
export function partOf(kind: string, name: string): string {
  return pointerTo('', kind, name)
}

/** Collects what a load of a configuration did. */
export class ConfigRun {
  readonly documents: LoadReport[] = []
  readonly modules: LoadReport[] = []
  readonly mcpServers: LoadReport[] = []
  tools: HttpToolChange | undefined
  /** The names of tools whose part is gone. */
  readonly removed: string[] = []
  readonly #failed: (PartFailure & FailurePlace)[] = []
  readonly #reading: ConfigReading

  constructor(reading: ConfigReading) {
    this.#reading = reading
  }

  /** The JSON pointer of an item of a list, whose disabled items are left out. */
  itemOf(kind: 'modules' | 'tools', index: number): string {
    const disabled = new Set(this.#reading.disabled.map(({ part }) => part))
    for (let [at, left] = [0, index]; ; at++) {
      const part = partOf(kind, String(at))
      if (!disabled.has(part) && left-- === 0) return part
    }
  }

  /**
   * Does the work of a part. What goes wrong is told at its place, and stops no other part. `failuresOf` says of which
   * parts an error is, where not of this one.
   */
  async attempt(
    part: string,
    work: () => Promise<void>,
    failuresOf: (error: ToolrackError) => readonly PartFailure[] = () => [],
  ): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      const error = revive(thrown)
      // Everything is over.
      if (error.code === 'CLOSED') throw error
      const failures = failuresOf(error)
      if (failures.length === 0) this.fail({ part, error })
      for (const failure of failures) this.fail(failure)
    }
  }

  fail({ part, error, pointer, ...place }: PartFailure & FailurePlace): void {
    const at = pointer ?? optionMistakes(part, error)[0]?.pointer ?? part
    this.#failed.push({ part, ...place, pointer: at, error: this.#reading.hidden.hideError(error) })
  }

  /** Forgets failures by names that were taken, so that they are tried again. Returns whether there are any. */
  takeTakenNames(): boolean {
    const others = this.#failed.filter(({ error }) => error.code !== 'NAME_TAKEN')
    const count = this.#failed.length - others.length
    this.#failed.splice(0, this.#failed.length, ...others)
    return count > 0
  }

  report(revision: number, notApplied: readonly string[]): ConfigReport {
    const { disabled, warnings } = this.#reading
    return {
      revision,
      documents: this.documents,
      modules: this.modules,
      mcpServers: this.mcpServers,
      ...(this.tools !== undefined && { tools: this.tools }),
      removed: this.removed,
      failed: this.#placed(),
      disabled: [...disabled],
      warnings: [...warnings],
      notApplied: [...notApplied],
    }
  }

  #placed(): ConfigFailure[] {
    const mistakes = this.#failed.map(({ pointer = '' }) => ({ pointer, message: '' }))
    const places = placeMistakes(this.#reading.content, mistakes)
    return this.#failed.map(({ part, error, location, export: name }, i) => {
      const { file, line, column } = places[i] ?? {}
      return {
        part,
        // An object has no lines.
        ...(file !== undefined && line !== undefined && column !== undefined && { file, line, column }),
        ...(location !== undefined && { location }),
        ...(name !== undefined && { export: name }),
        error,
      }
    })
  }
}
