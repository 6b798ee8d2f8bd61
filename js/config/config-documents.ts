// Documents of a configuration: loads new and changed ones, and unloads those that are gone.

import type { CheckReport, LoadReport } from '../../index'
import { raise } from '../border/raised-error'
import type { GroupedDocuments, SpecLoader } from '../loader'
import type { DocumentConfig } from './read-config'
import { partOf } from './config-run'
import type { ConfigRun } from './config-run'

/** A document that is loaded. */
interface LoadedDocument {
  /** The configuration that it was loaded with, as JSON. */
  readonly text: string
  readonly source: string
  readonly isWatched: boolean
}

type DocumentConfigs = Readonly<Record<string, DocumentConfig>>

/** The documents of one configuration. */
export class ConfigDocuments {
  readonly #loader: SpecLoader
  readonly #loaded = new Map<string, LoadedDocument>()

  constructor(loader: SpecLoader) {
    this.#loader = loader
  }

  /** Unloads the documents that a configuration does not have. */
  unloadOthers(documents: DocumentConfigs, loads: GroupedDocuments, run: ConfigRun): void {
    for (const name of this.#loaded.keys())
      if (!Object.hasOwn(documents, name)) run.removed.push(...this.#unload(name, loads))
  }

  /** Loads those that are new or changed, one after another: where two have a tool of one name, the first one has it. */
  async load(documents: DocumentConfigs, loads: GroupedDocuments, run: ConfigRun): Promise<void> {
    for (const [name, document] of Object.entries(documents)) {
      const text = JSON.stringify(document)
      if (this.#loaded.get(name)?.text === text) continue
      await run.attempt(partOf('documents', name), async () => {
        run.documents.push(await this.#load(name, document, loads))
        const isWatched = document.watch !== undefined && document.watch !== false
        this.#loaded.set(name, { text, source: document.source, isWatched })
      })
    }
  }

  async #load(name: string, document: DocumentConfig, loads: GroupedDocuments): Promise<LoadReport> {
    const { source, ...options } = document
    const former = this.#loaded.get(name)
    if (former !== undefined && former.source !== source) {
      // A source has one location: the document of another one is a new source, once it is known that it can be loaded.
      refuseHeld(source, await loads.check(source, { ...options, name }))
      this.#unload(name, loads)
    }
    const report = await loads.load(source, { ...options, name })
    if (former?.isWatched && former.source === source && !options.watch) this.#loader.unwatch(name)
    return report
  }

  /** Returns the names of the removed tools. A program may have unloaded the document itself. */
  #unload(name: string, loads: GroupedDocuments): string[] {
    this.#loaded.delete(name)
    return this.#loader.sources().some((source) => source.name === name) ? loads.unload(name) : []
  }
}

/** Refuses a change of the location that the gates of the document hold or refuse. */
function refuseHeld(location: string, { decision, objections }: CheckReport): void {
  if (decision === 'apply') return
  const reasons = objections.filter((one) => one.decision !== 'apply').map(({ reason }) => reason)
  const reason = `its gates do not let the change of the location in: ${reasons.join('; ')}`
  throw raise('SOURCE_FORBIDDEN', { location, reason })
}
