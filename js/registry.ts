// ToolRegistry: registration, snapshots, calls, events and changes.

import type { NativeRegistry } from './border/native'
import type { CallResult, ChangeSet, PendingApproval, RegistryEvents } from '../index'
import type { RouteStatus, SavedNames, Target, ToolRegistry as PublicToolRegistry } from '../index'
import { callNative } from './border/error'
import { INSPECT, inspectedTools } from './border/inspection'
import { checkOptions, requiredText, toName } from './border/options'
import { COPY, HERE } from './border/package-copies'
import { raise } from './border/raised-error'
import { Uncloneable } from './border/uncloneable'
import type { Closures } from './closures'
import { auditStatus } from './observe/audit'
import type { Changes } from './observe/changes'
import type { AttachedPart, RegistryAttachment } from './registry/registry-attachment'
import { judgeForeign } from './registry/foreign-definition'
import { openRegistry } from './registry/open-registry'
import { Registrations, runChange } from './registry/registrations'
import { RegistryCalls } from './registry/registry-calls'
import { RevisionSnapshots } from './registry/revision-snapshots'
import { Subscriptions, readSignal } from './registry/subscriptions'
import { TestHooks } from './registry/test-hooks'
import type { Snapshot } from './snapshot'
import type { ToolHandle } from './tool-handle'

/** For a loader or a server: attaches it to its registry. Only the class can read its private fields. */
export let attach: (registry: ToolRegistry, part: AttachedPart) => RegistryAttachment
/** For tools that are registered with a registry, and not by it. */
export let registrationsOf: (registry: ToolRegistry) => Registrations
/** Whether a value is a registry of this copy of toolrack, and no proxy of one. */
export let isRegistry: (value: unknown) => value is ToolRegistry

export class ToolRegistry extends Uncloneable implements PublicToolRegistry {
  readonly #closures: Closures
  readonly #native: NativeRegistry
  readonly #registrations: Registrations
  readonly #snapshots: RevisionSnapshots
  readonly #calls: RegistryCalls
  readonly #subscriptions: Subscriptions
  #closed = false
  /** Loaders and servers of this registry; they live as long as it does. */
  readonly #parts = new Set<AttachedPart>()

  /** `hooks` are those of a test; see {@link TestHooks}. */
  constructor(options?: unknown, hooks?: unknown) {
    super()
    this.#closures = openRegistry(options, TestHooks.of(hooks))
    this.#native = this.#closures.native
    this.#snapshots = new RevisionSnapshots(this.#closures)
    this.#closures.releaseOutdated = () => void this.#snapshots.releaseOutdated()
    this.#calls = new RegistryCalls(this.#snapshots, () => this.#checkOpen(), this.#closures)
    this.#subscriptions = new Subscriptions(this.#closures)
    const { embedder } = this.#closures
    if (embedder !== undefined) this.#subscriptions.onOwnChange(() => embedder.toolsChanged())
    this.#registrations = new Registrations(this.#closures, {
      checkOpen: () => this.#checkOpen(),
      write: (change) => this.#write(change),
      getNewest: () => this.#newest(),
      startOnNewest: (start) => this.#calls.startOnNewest(start),
    })
  }

  get size(): number {
    this.#checkOpen()
    return this.#native.size
  }

  get revision(): number {
    return this.#native.revision
  }

  register(definition: unknown, options?: unknown): ToolHandle {
    return this.#registrations.register(definition, options, false)
  }

  replace(definition: unknown, options?: unknown): ToolHandle {
    return this.#registrations.register(definition, options, true)
  }

  unregister(name: unknown): boolean {
    return this.#write(() => this.#native.unregister(toName('name', name)))
  }

  unregisterSource(source: unknown): string[] {
    return this.#write(() => this.#native.unregisterSource(toName('source', source)))
  }

  sources() {
    this.#checkOpen()
    return [...this.#parts].flatMap((part) => part.sources())
  }

  names(): SavedNames {
    return JSON.parse(callNative(() => this.#native.names())) as SavedNames
  }

  forgetNames(source?: unknown): number {
    return callNative(() => this.#native.forgetNames(source === undefined ? undefined : toName('source', source)))
  }

  has(name: unknown): boolean {
    this.#checkOpen()
    return callNative(() => this.#native.has(toName('name', name)))
  }

  get(name: unknown) {
    return this.#newest().get(name)
  }

  resolve(word: unknown, target?: unknown) {
    return this.#newest().resolve(word, target)
  }

  definition(name: unknown, schemaHash: unknown) {
    return this.#newest().definition(name, schemaHash)
  }

  history(name: unknown) {
    return this.#newest().history(name)
  }

  list(filter?: unknown): string[] {
    return this.#newest().list(filter)
  }

  tools(filter?: unknown) {
    return this.#newest().tools(filter)
  }

  definitions<T extends Target>(target: T, filter?: unknown, options?: unknown) {
    return this.#newest().definitions(target, filter, options)
  }

  offer<T extends Target>(target: T, filter?: unknown, options?: unknown) {
    return this.#newest().offer(target, filter, options)
  }

  delta<T extends Target>(fromRevision: unknown, target: T, filter?: unknown, options?: unknown) {
    return this.#newest().delta(fromRevision, target, filter, options)
  }

  explain(name: unknown, target: unknown, options?: unknown) {
    return this.#newest().explain(name, target, options)
  }

  validate(definition: unknown, target: unknown, options?: unknown) {
    this.#checkOpen()
    return judgeForeign(definition, target, options)
  }

  tokens(target: unknown, filter?: unknown) {
    return this.#newest().tokens(target, filter)
  }

  catalog(options?: unknown) {
    return this.#newest().catalog(options)
  }

  declarations(filter?: unknown, options?: unknown): string {
    return this.#newest().declarations(filter, options)
  }

  search(query: unknown, options?: unknown) {
    return this.#newest().search(query, options)
  }

  async searchAsync(query: unknown, options?: unknown) {
    return this.#newest().searchAsync(query, options)
  }

  explainSearch(query: unknown, name: unknown, options?: unknown) {
    return this.#newest().explainSearch(query, name, options)
  }

  summary() {
    return this.#newest().summary()
  }

  route(source: unknown, route: unknown): void {
    const text = requiredText('route', route)
    this.#write(() => this.#native.route(toName('source', source), route === null ? undefined : text))
  }

  routes(): RouteStatus[] {
    this.#checkOpen()
    return JSON.parse(callNative(() => this.#native.routes())) as RouteStatus[]
  }

  snapshot(options?: unknown): Snapshot {
    const request = checkOptions(options, ['filter', 'context', 'versions'])
    this.#checkOpen()
    return this.#snapshots.take(request)
  }

  audit() {
    return auditStatus(this.#native)
  }

  /** `T` is the caller's word for what the tool returns, here and below. */
  execute<T>(name: unknown, params?: unknown, options?: unknown): Promise<T> {
    return this.#calls.execute(name, params, options) as Promise<T>
  }

  call<T>(name: unknown, params?: unknown, options?: unknown): Promise<CallResult<T>> {
    return this.#calls.call(name, params, options) as Promise<CallResult<T>>
  }

  stream<T>(name: unknown, params?: unknown, options?: unknown): AsyncIterableIterator<T> {
    return this.#calls.stream(name, params, options) as AsyncIterableIterator<T>
  }

  /** `Reply` is what the target takes: a reply, or a list of them for a list of calls. */
  respond<Reply>(target: unknown, call: unknown, options?: unknown): Promise<Reply> {
    return this.#calls.respond(target, call, options) as Promise<Reply>
  }

  resume<Result>(state: unknown, answers: unknown, options?: unknown): Promise<Result> {
    return this.#calls.resume(state, answers, options) as Promise<Result>
  }

  needsApproval(target: unknown, call: unknown, options?: unknown): Promise<boolean> {
    return this.#calls.needsApproval(target, call, options)
  }

  approvals(): PendingApproval[] {
    return this.#subscriptions.approvals()
  }

  approve(id: unknown, options?: unknown): void {
    this.#subscriptions.decide(id, true, options)
  }

  reject(id: unknown, options?: unknown): void {
    this.#subscriptions.decide(id, false, options)
  }

  get lateResults(): number {
    return this.#closures.lateResults
  }

  onChange(listener: (change: ChangeSet) => void): () => void {
    return this.on('change', listener)
  }

  changes(options?: unknown): Changes {
    return this.#subscriptions.changes(readSignal(options))
  }

  on<Name extends keyof RegistryEvents>(event: Name, listener: (event: RegistryEvents[Name]) => void): () => void {
    return this.#subscriptions.on(event, listener)
  }

  close(): void {
    this.#closed = true
    for (const part of this.#parts) part.close()
    this.#parts.clear()
    this.#closures.embedder?.close()
    this.#subscriptions.close()
    this.#snapshots.release()
    this.#native.close()
    this.#closures.freeSlots()
  }

  [INSPECT](): string {
    return inspectedTools('ToolRegistry', this)
  }

  #newest(): Snapshot {
    this.#checkOpen()
    return this.#snapshots.getNewest()
  }

  #write<T>(change: () => T): T {
    const parts = { closures: this.#closures, snapshots: this.#snapshots, subscriptions: this.#subscriptions }
    return runChange(parts, change)
  }

  #checkOpen(): void {
    if (this.#closed) throw raise('CLOSED', { what: 'registry' })
  }

  static {
    Object.defineProperty(this.prototype, COPY, { value: HERE })
    isRegistry = (value): value is ToolRegistry => value !== null && typeof value === 'object' && #closures in value
    registrationsOf = (registry) => registry.#registrations
    attach = (registry, part) => {
      registry.#checkOpen()
      registry.#parts.add(part)
      return {
        native: registry.#native,
        closures: registry.#closures,
        onChange: (listener) => registry.#subscriptions.onOwnChange(listener),
        view: (context, filter) => registry.#calls.offerTo(context, filter),
        detach: () => void registry.#parts.delete(part),
      }
    }
  }
}
