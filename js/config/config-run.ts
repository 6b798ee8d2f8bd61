// One load of a configuration: what came of each part, for its report.

import type { ConfigFailure, ConfigReport, HttpToolChange, LoadReport } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import type { HiddenValues } from './hidden-values'
import type { ReadConfig } from './read-config'

/** Where a failure is, beside its part. */
type FailurePlace = Pick<ConfigFailure, 'location' | 'export'>

/** The JSON pointer of a part. */
export function partOf(kind: string, name: string): string {
  return `/${kind}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Collects what a load of a configuration did. */
export class ConfigRun {
  readonly documents: LoadReport[] = []
  readonly modules: LoadReport[] = []
  readonly mcpServers: LoadReport[] = []
  tools: HttpToolChange | undefined
  /** The names of tools whose part is gone. */
  readonly removed: string[] = []
  readonly #failed: ConfigFailure[] = []
  readonly #hidden: HiddenValues

  constructor(hidden: HiddenValues) {
    this.#hidden = hidden
  }

  /** Does the work of a part. What goes wrong is told at its place, and stops no other part. */
  async attempt(part: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      const error = revive(thrown)
      // Everything is over.
      if (error.code === 'CLOSED') throw error
      this.fail(part, error)
    }
  }

  fail(part: string, error: ToolrackError, place: FailurePlace = {}): void {
    this.#failed.push({ part, ...place, error: this.#hidden.hideError(error) })
  }

  /** Forgets failures by names that were taken, so that they are tried again. Returns whether there are any. */
  takeTakenNames(): boolean {
    const others = this.#failed.filter(({ error }) => error.code !== 'NAME_TAKEN')
    const count = this.#failed.length - others.length
    this.#failed.splice(0, this.#failed.length, ...others)
    return count > 0
  }

  report(revision: number, { disabled, warnings }: ReadConfig, notApplied: readonly string[]): ConfigReport {
    return {
      revision,
      documents: this.documents,
      modules: this.modules,
      mcpServers: this.mcpServers,
      ...(this.tools !== undefined && { tools: this.tools }),
      removed: this.removed,
      failed: this.#failed,
      disabled: [...disabled],
      warnings: [...warnings],
      notApplied: [...notApplied],
    }
  }
}
