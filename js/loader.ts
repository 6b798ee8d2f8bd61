// SpecLoader: loads, reloads, watches and reviews API documents.

import { fileURLToPath } from 'node:url'
import { NativeLoader } from './border/native'
import type { NativeRevisionGroup } from './border/native'
import type {
  ChangeReport,
  CheckReport,
  DirectoryReport,
  HeldChange,
  LoadReport,
  LoaderOptions,
  SourceStatus,
  SourceVersion,
  SpecLoader as PublicSpecLoader,
  WebhookHandler,
} from '../index'
import { callNative, fromFault, revive } from './border/error'
import type { Fault, ToolrackError } from './border/error'
import { deepFreeze } from './border/freeze'
import { INSPECT, inspectedLine } from './border/inspection'
import { checkOptions, invalidOption, readOption, toName } from './border/options'
import { invalidRegistry } from './border/package-copies'
import { raise } from './border/raised-error'
import { isUrl } from './border/realm'
import { Uncloneable } from './border/uncloneable'
import { fetchExecutor, secretListener } from './load/custom-fetch'
import { readSource } from './load/document-source'
import { DocumentWatches } from './load/document-watches'
import { SourceDecisions } from './load/source-decisions'
import type { Pins } from './load/source-decisions'
import { copyOptions, writeOptions, writePolicy, writeWatch } from './load/load-options'
import { plainOption } from './load/plain-options'
import { stateText } from './load/state-file'
import { attach, isRegistry } from './registry'
import type { RegistryAttachment } from './registry/registry-attachment'
import { webhookOf } from './webhook/webhook'
import { Reloads } from './webhook/webhook-deliveries'

/** The report of a directory as Rust writes it. */
interface WrittenDirectoryReport {
  readonly reports: LoadReport[]
  readonly failed: readonly { readonly location: string; readonly error: Fault }[]
}

/** What of a loader joins the revision of a group. */
export type GroupedDocuments = Pick<SpecLoader, 'load' | 'check' | 'unload'>

/** For a configuration: loads that join the revision of a group. Only the class can read its private fields. */
export let documentsWithin: (loader: SpecLoader, group: NativeRevisionGroup) => GroupedDocuments

export class SpecLoader extends Uncloneable implements PublicSpecLoader {
  readonly #registry: RegistryAttachment
  readonly #native: NativeLoader
  #closed = false
  readonly #decisions: SourceDecisions
  readonly #watches: DocumentWatches
  readonly #reloads = new Reloads((source) => this.#reloadForWebhook(source))

  constructor(registry: unknown, options?: unknown) {
    super()
    if (!isRegistry(registry)) throw invalidRegistry(registry)
    const { state, fetch } = checkOptions(options, ['state', 'fetch'])
    const stateJson = stateText(state)
    if (fetch !== undefined && typeof fetch !== 'function') throw invalidOption('fetch', 'must be a function')
    this.#registry = attach(registry, this)
    const { closures, native } = this.#registry
    const fetchSlot =
      // What it answers is checked each time.
      fetch && closures.store(fetchExecutor(fetch as NonNullable<LoaderOptions['fetch']>), fetch)
    if (typeof fetch === 'function') closures.secrets.add(secretListener(fetch))
    try {
      this.#native = callNative(() => new NativeLoader(native, stateJson, fetchSlot))
    } catch (error) {
      this.#registry.detach()
      throw error
    }
    this.#decisions = new SourceDecisions(this.#native, closures, () => this.#checkOpen())
    this.#watches = new DocumentWatches(this, closures.events)
  }

  load(source: unknown, options?: unknown): Promise<LoadReport> {
    return this.#load(this.#native, source, options)
  }

  async #load(native: NativeLoader, source: unknown, options: unknown): Promise<LoadReport> {
    this.#checkOpen()
    const { watch, ...rest } = copyOptions(options)
    const document = readSource('source', source, rest.limits)
    const makeOptions = writeOptions(rest, this.#registry.closures)
    const watchJson = writeWatch(watch)
    const report = await this.#report<LoadReport>(() => native.load(document, makeOptions(), watchJson))
    if (watchJson !== undefined) this.#watches.add(report.source)
    return report
  }

  async loadDirectory(directory: unknown, options?: unknown): Promise<DirectoryReport> {
    this.#checkOpen()
    const path = readOption('directory', () =>
      isUrl(directory) && directory.protocol === 'file:'
        ? fileURLToPath(directory.href)
        : toName('directory', directory),
    )
    const { watch, ...rest } = copyOptions(options)
    const makeOptions = writeOptions(rest, this.#registry.closures)
    const watchJson = writeWatch(watch)
    const load = () => this.#native.loadDirectory(path, makeOptions(), watchJson)
    const { reports, failed } = await this.#report<WrittenDirectoryReport>(load)
    if (watchJson !== undefined) {
      const names = reports.map(({ source }) => source)
      this.#watches.addDirectory(path, names)
    }
    return { reports, failed: failed.map(({ location, error }) => ({ location, error: fromFault(error) })) }
  }

  async reload(source: unknown, options?: unknown): Promise<LoadReport> {
    this.#checkOpen()
    const gates = writePolicy(options)
    return this.#report(() => this.#native.reload(toName('source', source), gates, false))
  }

  check(source: unknown, options?: unknown): Promise<CheckReport> {
    return this.#check(this.#native, source, options)
  }

  async #check(native: NativeLoader, source: unknown, options: unknown): Promise<CheckReport> {
    this.#checkOpen()
    // A check watches nothing, but refuses a wrong option as `load` does.
    const { watch, ...copied } = copyOptions(options)
    writeWatch(watch)
    const document = readSource('source', source, copied.limits)
    const makeOptions = writeOptions(copied, this.#registry.closures)
    return this.#report(() => native.check(document, makeOptions()))
  }

  held(): HeldChange[] {
    return this.#decisions.held()
  }

  approve(id: unknown): ChangeReport {
    return this.#decisions.approve(id)
  }

  reject(id: unknown): void {
    this.#decisions.reject(id)
  }

  history(source: unknown): SourceVersion[] {
    return this.#decisions.history(source)
  }

  rollback(source: unknown, version?: unknown): ChangeReport {
    return this.#decisions.rollback(source, version)
  }

  pin(source: unknown, tools?: unknown): Pins {
    return this.#decisions.pin(source, tools)
  }

  unpin(source: unknown, tools?: unknown): Pins {
    return this.#decisions.unpin(source, tools)
  }

  sources(): SourceStatus[] {
    this.#checkOpen()
    return JSON.parse(callNative(() => this.#native.sources())) as SourceStatus[]
  }

  unload(source: unknown): string[] {
    return this.#unload(this.#native, source)
  }

  #unload(native: NativeLoader, source: unknown): string[] {
    this.#checkOpen()
    const name = toName('source', source)
    const removed = callNative(() => native.unload(name))
    this.#watches.remove(name)
    this.#registry.closures.drain()
    return removed
  }

  async save(): Promise<void> {
    this.#checkOpen()
    try {
      await this.#native.save()
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.closures.drain()
    }
  }

  forget(source: unknown): boolean {
    this.#checkOpen()
    return callNative(() => this.#native.forget(toName('source', source)))
  }

  watch(source: unknown, options: unknown = {}): void {
    this.#checkOpen()
    if (options === null || typeof options !== 'object') throw invalidOption('watch', 'must be an object')
    const name = toName('source', source)
    const watchJson = plainOption('watch', options)
    callNative(() => this.#native.watch(name, watchJson))
    this.#watches.add(name)
  }

  unwatch(source: unknown): void {
    this.#checkOpen()
    const name = toName('source', source)
    callNative(() => this.#native.unwatch(name))
    this.#watches.removeAny(name)
  }

  webhook(options: unknown): WebhookHandler {
    this.#checkOpen()
    return webhookOf(
      {
        names: () => this.sources().map(({ name }) => name),
        watched: () => this.#watches.names(),
        reload: (source) => this.#reloads.ask(source),
        unixTime: () => this.#registry.closures.clock.unixTime(),
        failed: (error) =>
          this.#registry.closures.events.emit('listenerFailed', Object.freeze({ event: 'webhook', error })),
      },
      options,
    )
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#decisions.stop()
    this.#watches.close()
    this.#registry.detach()
    this.#native.close()
    this.#registry.closures.freeSlots()
  }

  [INSPECT](): string {
    return inspectedLine('SpecLoader', () => {
      const sources = this.sources()
      return {
        revision: this.#registry.native.revision,
        tools: sources.reduce((sum, { tools }) => sum + tools, 0),
        sources: sources.map(({ name }) => name),
      }
    })
  }

  /** Reloads a document for a webhook; listeners get the result. */
  async #reloadForWebhook(source: string): Promise<LoadReport> {
    const { events } = this.#registry.closures
    try {
      this.#checkOpen()
      const report = deepFreeze(await this.#report<LoadReport>(() => this.#native.reload(source, undefined, true)))
      events.emit('reloaded', report)
      return report
    } catch (error) {
      // Only toolrack throws here.
      events.emit('reloadFailed', Object.freeze({ source, error: error as ToolrackError }))
      throw error
    }
  }

  /** Runs a load and parses its report; `Report` is what Rust writes of it. Listeners get its events before. */
  async #report<Report>(load: () => Promise<string>): Promise<Report> {
    try {
      return JSON.parse(await load()) as Report
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.closures.drain()
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw raise('CLOSED', { what: 'loader' })
  }

  static {
    documentsWithin = (loader, group) => {
      const native = loader.#native.within(group)
      return {
        load: (source, options) => loader.#load(native, source, options),
        check: (source, options) => loader.#check(native, source, options),
        unload: (source) => loader.#unload(native, source),
      }
    }
  }
}
