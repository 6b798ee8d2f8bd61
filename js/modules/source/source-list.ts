// Source list: the loaded sources of one `ToolModules`, by name, location and file.

import { isAbsolute, resolve } from 'node:path'
import type { ToolrackError } from '../../border/error'
import { nearestName } from '../../border/nearest'
import { raise } from '../../border/raised-error'
import { entryOf } from './module-source'
import type { ModuleSource } from './module-source'

export class SourceList {
  readonly #byName = new Map<string, ModuleSource>()
  readonly #byLocation = new Map<string, ModuleSource>()
  readonly #byEntry = new Map<string, Set<ModuleSource>>()

  /** Adds a loaded source, in place of one of its name. */
  put(source: ModuleSource): void {
    const name = String(source.name)
    if (this.#byName.get(name) !== source) this.delete(name)
    this.#byName.set(name, source)
    this.#byLocation.set(source.location, source)
    const entry = entryOf(source)
    if (entry === undefined) return
    const sharing = this.#byEntry.get(entry)
    if (sharing === undefined) this.#byEntry.set(entry, new Set([source]))
    else sharing.add(source)
  }

  delete(name: string): void {
    const source = this.#byName.get(name)
    if (source === undefined) return
    this.#byName.delete(name)
    if (this.#byLocation.get(source.location) === source) this.#byLocation.delete(source.location)
    const entry = entryOf(source)
    const sharing = entry === undefined ? undefined : this.#byEntry.get(entry)
    sharing?.delete(source)
    if (entry !== undefined && sharing?.size === 0) this.#byEntry.delete(entry)
  }

  clear(): void {
    this.#byName.clear()
    this.#byLocation.clear()
    this.#byEntry.clear()
  }

  get(name: string): ModuleSource | undefined {
    return this.#byName.get(name)
  }

  has(source: ModuleSource): boolean {
    return this.#byName.get(String(source.name)) === source
  }

  /** The source of a name, or of a path from `base`. */
  find(name: string, base: string): ModuleSource | undefined {
    const path = isAbsolute(name) ? name : resolve(base, name)
    return this.#byName.get(name) ?? this.#byLocation.get(name) ?? this.#byLocation.get(path)
  }

  /** The source as it is now: what was found before may be removed by now, or added again. Throws `UNKNOWN_SOURCE`. */
  current({ name, location }: ModuleSource): ModuleSource {
    const source = this.#byName.get(String(name))
    if (source?.location === location) return source
    throw this.unknown(String(name))
  }

  /** The error of a name that no source has. */
  unknown(name: string): ToolrackError {
    const nearest = nearestName(name, this.names())
    return raise('UNKNOWN_SOURCE', { name, nearest: nearest === undefined ? [] : [nearest] })
  }

  /** The sources of a file; each takes other exports of it. */
  ofEntry(entry: string): readonly ModuleSource[] {
    return [...(this.#byEntry.get(entry) ?? [])]
  }

  hasEntry(entry: string): boolean {
    return this.#byEntry.has(entry)
  }

  ofProvider(provider: object): ModuleSource | undefined {
    return this.all().find(({ spec }) => spec.kind === 'provider' && spec.value === provider)
  }

  inDirectory(directory: string): readonly ModuleSource[] {
    return this.all().filter((source) => source.directory === directory)
  }

  all(): ModuleSource[] {
    return [...this.#byName.values()]
  }

  names(): string[] {
    return [...this.#byName.keys()]
  }
}
