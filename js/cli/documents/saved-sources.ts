// Saved sources: what a document would change of a source in a state file. The file stays as it is, and may be in use.

import { copyFileSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckReport, GatePreset, SpecLoader } from '../../../index'
import { reasonOf, revive } from '../../border/error'
import { CommandError } from '../command'
import type { CommandOutput } from '../output/command-output'
import { documentProgress } from '../output/progress-line'
import type { DocumentArguments } from './document-options'
import { attempt, namedOptions } from './loaded-documents'
import type { LoadOutcome } from './loaded-documents'
import { openLoader } from './open-loader'

/** The check of a document: its report, or why there is none. */
export type CheckOutcome = LoadOutcome<CheckReport>

/** How saved sources are checked. */
export interface SavedCheck {
  /** The gates that review the changes. */
  readonly gates: GatePreset | undefined
  readonly output: CommandOutput
}

/** Checks each document against the source of its name in a state file. Throws {@link CommandError} for the file. */
export async function checkSaved(
  file: string,
  { documents, options }: DocumentArguments,
  { gates, output }: SavedCheck,
): Promise<CheckOutcome[]> {
  // A loader locks its state file and writes it: it gets a copy.
  const folder = new TemporaryFolder()
  try {
    const loader = await openCopy(file, folder)
    try {
      const outcomes: CheckOutcome[] = []
      for (const document of documents) {
        output.progress(documentProgress(document.given))
        const load = () =>
          loader.check(document.address, { ...namedOptions(document, options), ...(gates && { gates }) })
        outcomes.push(await attempt(document, load, output))
      }
      output.progress(undefined)
      return outcomes
    } finally {
      loader.close()
    }
  } finally {
    folder.remove()
  }
}

/** A loader with a copy of a state file. */
async function openCopy(file: string, folder: TemporaryFolder): Promise<SpecLoader> {
  const copy = join(folder.path, 'toolrack.state')
  try {
    copyFileSync(file, copy)
    return (await openLoader({ loader: { state: copy } })).loader
  } catch (thrown) {
    throw new CommandError(`--state ${file}: ${messageOf(thrown).replaceAll(copy, file)}`)
  }
}

function messageOf(thrown: unknown): string {
  const { code, message } = revive(thrown)
  return code === 'INTERNAL' ? reasonOf(thrown) : `${message} (${code})`
}

/** A folder that goes with the command, also where a signal ends it. */
class TemporaryFolder {
  readonly path = mkdtempSync(join(realpathSync(tmpdir()), 'toolrack-'))
  readonly #signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

  constructor() {
    for (const signal of this.#signals) process.on(signal, this.#end)
  }

  remove(): void {
    for (const signal of this.#signals) process.off(signal, this.#end)
    rmSync(this.path, { recursive: true, force: true })
  }

  /** Removes it, and lets the signal end the process as it would have. */
  readonly #end = (signal: NodeJS.Signals): void => {
    this.remove()
    process.kill(process.pid, signal)
  }
}
