// McpLoader: other MCP servers as sources of tools of a registry.

import type { ChangeReport, CheckReport, HeldChange, LoadReport, SourceStatus, SourceVersion } from '../../../index'
import type { McpLoader as PublicMcpLoader, McpUpstreamStatus } from '../../../types/mcp'
import { NativeLoader, checkToolSetOptions } from '../../border/native'
import { callNative, revive } from '../../border/error'
import { INSPECT, inspectedLine } from '../../border/inspection'
import { nearestName } from '../../border/nearest'
import { checkOptions } from '../../border/options'
import { invalidRegistry } from '../../border/package-copies'
import { raise } from '../../border/raised-error'
import { Uncloneable } from '../../border/uncloneable'
import { SourceDecisions } from '../../load/source-decisions'
import type { Pins } from '../../load/source-decisions'
import { stateText } from '../../load/state-file'
import { writeMembers } from '../../load/tool-sets/source-options'
import { attach, isRegistry } from '../../registry'
import type { RegistryAttachment } from '../../registry/registry-attachment'
import { givePassedContent } from '../content/passed-content'
import type { ContentChange } from '../content/passed-content'
import { PassedUpstreams } from './passed-upstreams'
import { Turns } from './turns'
import { UpstreamSource } from './upstream-source'
import { isUnreadable } from './upstream-faults'
import { readUpstreamOptions, toSourceName } from './upstream-options'
import type { UpstreamOptions } from './upstream-options'
import type { ReadUpstream } from './upstream-spec'
import { readUpstreamSpec } from './upstream-spec'

/** What a test gives in place of the network, of processes and of chance. */
export interface McpLoaderHooks {
  readonly readSpec?: typeof readUpstreamSpec
  readonly random?: () => number
}

export class McpLoader extends Uncloneable implements PublicMcpLoader {
  readonly #registry: RegistryAttachment
  readonly #native: NativeLoader
  readonly #decisions: SourceDecisions
  readonly #readSpecOf: typeof readUpstreamSpec
  readonly #random: () => number
  readonly #upstreams = new Map<string, UpstreamSource>()
  /** Upstreams that a load, a check or an unload works with, beside those above. */
  readonly #open = new Set<UpstreamSource>()
  /** Loads and unloads of one name take turns. */
  readonly #turns = new Turns(() => this.#checkOpen())
  readonly #passed = new PassedUpstreams({
    all: () => this.#upstreams,
    find: (name) => this.#upstream(name).content,
    checkOpen: () => this.#checkOpen(),
  })
  #closing: Promise<void> | undefined

  constructor(registry: unknown, options?: unknown, hooks: McpLoaderHooks = {}) {
    super()
    if (!isRegistry(registry)) throw invalidRegistry(registry)
    const { state } = checkOptions(options, ['state'])
    const stateJson = stateText(state)
    givePassedContent(this, this.#passed)
    this.#readSpecOf = hooks.readSpec ?? readUpstreamSpec
    this.#random = hooks.random ?? Math.random
    const close = (): void => void this.close().catch((error: unknown) => this.#tellFailure(error))
    this.#registry = attach(registry, { sources: () => this.sources(), close })
    const { closures, native } = this.#registry
    try {
      this.#native = callNative(() => new NativeLoader(native, stateJson, undefined))
      this.#decisions = new SourceDecisions(this.#native, closures, () => this.#checkOpen())
    } catch (error) {
      this.#registry.detach()
      throw error
    }
  }

  async load(name: unknown, spec: unknown, options?: unknown): Promise<LoadReport> {
    this.#checkOpen()
    const source = toSourceName(name)
    const read = this.#readSpec(source, spec)
    const checked = this.#readOptions(options)
    return this.#turns.take(source, async () => {
      const former = this.#upstreams.get(source)
      const upstream = this.#openUpstream(source, read, checked)
      if (checked.keepTrying) upstream.keep()
      try {
        const report = await upstream.load('load')
        this.#checkOpen()
        this.#keep(source, upstream)
        await former?.close()
        return report
      } catch (thrown) {
        const isKept = checked.keepTrying && former?.isLoaded !== true && this.#closing === undefined
        if (isKept && isUnreadable(thrown)) {
          this.#keep(source, upstream)
          await former?.close()
        }
        // The former one stays, with its tools.
        else await this.#drop(upstream)
        throw thrown
      }
    })
  }

  async reload(name: unknown): Promise<LoadReport> {
    this.#checkOpen()
    return this.#upstream(name).load('reload')
  }

  async check(name: unknown, spec?: unknown, options?: unknown): Promise<CheckReport> {
    this.#checkOpen()
    const source = toSourceName(name)
    if (spec === undefined) return this.#check(this.#upstream(source))
    const upstream = this.#openUpstream(source, this.#readSpec(source, spec), this.#readOptions(options))
    try {
      return await this.#check(upstream)
    } finally {
      await this.#drop(upstream)
    }
  }

  held(): HeldChange[] {
    return this.#decisions.held()
  }

  approve(id: unknown): ChangeReport {
    const report = this.#decisions.approve(id)
    // An upstream may be approved with it.
    this.#passed.tell({ kind: 'lists' })
    return report
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

  status(): McpUpstreamStatus[] {
    this.#checkOpen()
    const all = [...this.#upstreams].sort(([a], [b]) => (a < b ? -1 : 1))
    return all.map(([name, up]) => ({ name, ...up.status(), ...this.#passed.status(name, up.content) }))
  }

  async resources(name?: unknown) {
    return this.#passed.resources(name)
  }

  async prompts(name?: unknown) {
    return this.#passed.prompts(name)
  }

  async readResource(name: unknown, uri: unknown, options?: unknown) {
    return this.#passed.readResource(name, uri, options)
  }

  async getPrompt(name: unknown, prompt: unknown, args?: unknown, options?: unknown) {
    return this.#passed.getPrompt(name, prompt, args, options)
  }

  async unload(name: unknown): Promise<string[]> {
    this.#checkOpen()
    const source = toSourceName(name)
    this.#upstream(source)
    return this.#turns.take(source, async () => {
      const upstream = this.#upstream(source)
      this.#upstreams.delete(source)
      this.#passed.tell({ kind: 'lists' })
      try {
        if (!upstream.isLoaded) return []
        const removed = callNative(() => this.#native.unloadToolSets([source]))
        this.#registry.closures.drain()
        return removed
      } finally {
        await this.#drop(upstream)
      }
    })
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  [INSPECT](): string {
    return inspectedLine('McpLoader', () => {
      const sources = this.sources()
      return {
        revision: this.#registry.native.revision,
        tools: sources.reduce((sum, { tools }) => sum + tools, 0),
        sources: sources.map(({ name }) => name),
      }
    })
  }

  async #close(): Promise<void> {
    this.#decisions.stop()
    this.#registry.detach()
    this.#native.close()
    const all = [...this.#open]
    this.#open.clear()
    this.#upstreams.clear()
    this.#passed.tell({ kind: 'lists' })
    await Promise.all(all.map((upstream) => upstream.close()))
    this.#registry.closures.freeSlots()
  }

  async #check(upstream: UpstreamSource): Promise<CheckReport> {
    const { batch, list } = await upstream.readBatch()
    this.#checkOpen()
    try {
      return JSON.parse(await this.#native.checkToolSet(batch, list)) as CheckReport
    } catch (thrown) {
      throw revive(thrown)
    } finally {
      this.#registry.closures.drain()
    }
  }

  /** Reads a spec. What a program writes beside messages is an event. */
  #readSpec(source: string, spec: unknown): ReadUpstream {
    const { events } = this.#registry.closures
    return this.#readSpecOf(spec, (line) => events.emit('upstreamLog', Object.freeze({ source, line })))
  }

  #readOptions(options: unknown): UpstreamOptions {
    const { closures } = this.#registry
    const checked = readUpstreamOptions(options, {
      gateTimeoutMs: closures.limits.timeoutMs,
      wasAdmitted: (source) => callNative(() => this.#native.hadTools(source)),
    })
    const members = writeMembers(checked.source, true)
    if (members !== undefined) callNative(() => checkToolSetOptions(members))
    return checked
  }

  #openUpstream(name: string, read: ReadUpstream, options: UpstreamOptions): UpstreamSource {
    const { closures } = this.#registry
    const random = this.#random
    const native = this.#native
    const onContent = (change: ContentChange): void => this.#passed.tell(change)
    const upstream = new UpstreamSource({ name, ...read, options, native, closures, random, onContent })
    this.#open.add(upstream)
    return upstream
  }

  #keep(name: string, upstream: UpstreamSource): void {
    upstream.keep()
    const former = this.#upstreams.get(name)
    if (former !== undefined) this.#open.delete(former)
    this.#upstreams.set(name, upstream)
    this.#passed.tell({ kind: 'lists' })
  }

  async #drop(upstream: UpstreamSource): Promise<void> {
    this.#open.delete(upstream)
    await upstream.close()
  }

  #upstream(name: unknown): UpstreamSource {
    const source = toSourceName(name)
    const upstream = this.#upstreams.get(source)
    if (upstream !== undefined) return upstream
    const nearest = nearestName(source, [...this.#upstreams.keys()])
    throw raise('UNKNOWN_SOURCE', { name: source, nearest: nearest === undefined ? [] : [nearest] })
  }

  #tellFailure(error: unknown): void {
    this.#registry.closures.events.emit('listenerFailed', Object.freeze({ event: 'close of McpLoader', error }))
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw raise('CLOSED', { what: 'McpLoader' })
  }
}
