// Module groups: files that are watched as one content. Sources that share a file change together, and are one group.

import { callNative } from '../../border/error'
import type { NativeModuleWatch } from '../../border/native'
import { jsonText } from '../../border/json'
import type { WatchedFile } from '../graph/module-records'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import { joinByFiles } from './shared-files'

/** The files of one source, as they are watched. */
export interface WatchedFiles {
  readonly entry: string
  /** Paths with the hash of the content that was read last; none for a file that is not read yet, or missing. */
  readonly files: ReadonlyMap<string, string | undefined>
  /** Options of the watch, as JSON: those of each source of the file. */
  readonly options: readonly string[]
}

/** The files of sources that share an entry, for their watch; none where no source is watched. */
export function watchedFiles(sources: readonly ModuleSource[], files: readonly WatchedFile[]): WatchedFiles[] {
  const entry = sources.map(entryOf).find((one) => one !== undefined)
  const options = sources.flatMap((source) => source.options.watch?.text ?? [])
  if (entry === undefined || options.length === 0) return []
  const all = new Map<string, string | undefined>([[entry, undefined]])
  for (const { path, hash } of files) all.set(path, hash)
  return [{ entry, files: all, options }]
}

interface Group {
  readonly name: string
  readonly entries: readonly string[]
  readonly text: string
  /** The different options of its members, as JSON. The shortest times hold for all. */
  readonly options: readonly string[]
  /** Whether its sources have read different contents of one file. */
  readonly isMixed: boolean
}

/** A hash that no content has: what is there differs from it, and the whole group is read again. */
const NO_CONTENT = '0'.repeat(64)

/** A group without files. */
const NOTHING = JSON.stringify({ entries: [], files: [] })

/** The watched groups of one `ToolModules`. A change is the work of the groups that it concerns, not of all. */
export class ModuleGroups {
  readonly #native: () => NativeModuleWatch
  /** By the path of an entry. */
  readonly #watched = new Map<string, WatchedFiles>()
  /** The group of each entry. */
  readonly #groups = new Map<string, Group>()
  /** Entries by each path that they consist of. All entries of a path are in one group. */
  readonly #holders = new Map<string, Set<string>>()

  /** `native` makes the watch, when something is watched for the first time. */
  constructor(native: () => NativeModuleWatch) {
    this.#native = native
  }

  get size(): number {
    return this.#watched.size
  }

  has(entry: string): boolean {
    return this.#watched.has(entry)
  }

  /** Refuses wrong options of a watch, which else are seen when the tools have entered. */
  checkOptions(options: string): void {
    callNative(() => this.#native().watch('', NOTHING, [options]))
    this.#native().unwatch('')
  }

  /** Watches these sources from now on, or their new files. */
  watch(all: readonly WatchedFiles[]): void {
    const concerned = new Set<string>()
    for (const { entry, files } of all) {
      this.#addGroup(entry, concerned)
      for (const path of files.keys()) {
        const [holder] = this.#holders.get(path) ?? []
        if (holder !== undefined) this.#addGroup(holder, concerned)
      }
    }
    for (const one of all) this.#put(one)
    this.#regroup(concerned)
  }

  /** Tells again what differs from the content in use, whatever was told of these entries before. */
  lookAgain(entries: readonly string[]): void {
    for (const { name, text, options } of new Set(entries.flatMap((entry) => this.#groups.get(entry) ?? []))) {
      callNative(() => this.#native().watch(name, text, [...options]))
    }
  }

  unwatch(entries: Iterable<string>): void {
    const concerned = new Set<string>()
    for (const entry of entries) {
      this.#addGroup(entry, concerned)
      this.#take(entry)
    }
    this.#regroup(concerned)
  }

  /** Adds all entries of the group that an entry is in. */
  #addGroup(entry: string, to: Set<string>): void {
    if (to.has(entry)) return
    for (const member of this.#groups.get(entry)?.entries ?? [entry]) to.add(member)
  }

  #put(one: WatchedFiles): void {
    this.#take(one.entry)
    this.#watched.set(one.entry, one)
    for (const path of one.files.keys()) {
      const holders = this.#holders.get(path)
      if (holders === undefined) this.#holders.set(path, new Set([one.entry]))
      else holders.add(one.entry)
    }
  }

  #take(entry: string): void {
    for (const path of this.#watched.get(entry)?.files.keys() ?? []) {
      const holders = this.#holders.get(path)
      holders?.delete(entry)
      if (holders?.size === 0) this.#holders.delete(path)
    }
    this.#watched.delete(entry)
  }

  /** Groups entries again, and tells Rust which groups changed. */
  #regroup(entries: ReadonlySet<string>): void {
    const former = new Map<string, Group>()
    const members: WatchedFiles[] = []
    for (const entry of entries) {
      const group = this.#groups.get(entry)
      if (group !== undefined) former.set(group.name, group)
      this.#groups.delete(entry)
      const one = this.#watched.get(entry)
      if (one !== undefined) members.push(one)
    }
    const groups = joinByFiles(members, ({ files }) => files.keys()).map(describe)
    for (const group of groups) for (const entry of group.entries) this.#groups.set(entry, group)
    for (const name of former.keys())
      if (this.#groups.get(name)?.name !== name) callNative(() => this.#native().unwatch(name))
    for (const { name, text, options, isMixed } of groups) {
      const known = former.get(name)
      const isSameWatch = known !== undefined && jsonText(known.options) === jsonText(options)
      if (isSameWatch && known.text === text) continue
      // An update of the same files keeps what was seen of them, which not all sources may have read.
      const isUpdate = isSameWatch && !isMixed
      callNative(() => (isUpdate ? this.#native().update(name, text) : this.#native().watch(name, text, [...options])))
    }
  }
}

/** A group is named by its first entry: it keeps its name while others come and go. */
function describe(members: readonly WatchedFiles[]): Group {
  const entries = members.map(({ entry }) => entry).sort()
  const files = hashesOf(members)
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1))
  const text = String(jsonText({ entries, files: sorted.map(([path, hash]) => [path, hash ?? null]) }))
  const options = [...new Set(members.flatMap((member) => member.options))].sort()
  return { name: String(entries[0]), entries, text, options, isMixed: [...files.values()].includes(NO_CONTENT) }
}

/**
 * The hash of each file. A new source reads a shared file alone, which may have changed since the others read it: those
 * must hear of that, so that none of the hashes stands for all.
 */
function hashesOf(members: readonly WatchedFiles[]): Map<string, string | undefined> {
  const hashes = new Map<string, string | undefined>()
  for (const { files } of members)
    for (const [path, hash] of files)
      hashes.set(path, hashes.has(path) && hashes.get(path) !== hash ? NO_CONTENT : hash)
  return hashes
}
