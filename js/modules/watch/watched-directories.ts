// Watched directories: which files of a listing are new, and which wait until another file gives their name up.

import { join } from 'node:path'
import { findFiles, listedName, nameOf } from '../directory/module-directories'
import type { FoundFiles, Listing, WatchedDirectory } from '../directory/module-directories'
import type { ModuleSource } from '../source/module-source'

/** What is known of names and files. */
export interface KnownFiles {
  /** The location that a name belongs to, if it is taken. */
  readonly holderOf: (name: string) => string | undefined
  /** Whether a file is a source, or about to be one. */
  readonly isKnown: (path: string) => boolean
}

interface ListedDirectory extends WatchedDirectory {
  /** Listed files whose name another one has. */
  readonly waiting: ReadonlySet<string>
  /** The number of the listing: an older one may arrive later. */
  readonly number: number
}

export class WatchedDirectories {
  readonly #all = new Map<string, ListedDirectory>()

  paths(): string[] {
    return [...this.#all.keys()]
  }

  get(directory: string): WatchedDirectory | undefined {
    return this.#all.get(directory)
  }

  /** `failed` are the files of its first listing that could not be sources. */
  add(directory: string, watched: WatchedDirectory, failed: FoundFiles['failed']): void {
    this.#all.set(directory, { ...watched, waiting: waitingOf(directory, watched.names, failed), number: 0 })
  }

  delete(directory: string): boolean {
    return this.#all.delete(directory)
  }

  clear(): void {
    this.#all.clear()
  }

  /** Whether the file of a source stands in the last listing of its directory. */
  isListed({ directory, location }: ModuleSource): boolean {
    const names = directory === undefined ? undefined : this.#all.get(directory)?.names
    return names?.has(listedName(String(directory), location)) === true
  }

  /** Takes a listing, and gives what is new in it; nothing for one that came late. */
  update(directory: string, { names, unlisted }: Listing, number: number): Listing | undefined {
    const listed = this.#all.get(directory)
    if (listed === undefined || number <= listed.number) return undefined
    const folders = new Set(unlisted.map(({ path }) => path))
    this.#all.set(directory, { ...listed, names: new Set(names), unlisted: folders, number })
    return {
      names: names.filter((name) => !listed.names.has(name)),
      unlisted: unlisted.filter(({ path }) => !listed.unlisted.has(path)),
    }
  }

  /** The files among new ones that may be sources, and those that waited for a name that is free now. */
  find(directory: string, fresh: readonly string[], { holderOf, isKnown }: KnownFiles): FoundFiles | undefined {
    const listed = this.#all.get(directory)
    if (listed === undefined) return undefined
    const news = new Set(fresh)
    const isTried = (name: string): boolean =>
      !isKnown(join(directory, ...name.split('/'))) &&
      (news.has(name) || (listed.waiting.has(name) && holderOf(nameOf(name)) === undefined))
    const tried = [...listed.names].filter(isTried)
    const found = findFiles(directory, tried, listed.options, holderOf)
    const still = [...listed.waiting].filter((name) => listed.names.has(name) && !isTried(name))
    const waiting = new Set([...still, ...waitingOf(directory, listed.names, found.failed)])
    this.#all.set(directory, { ...listed, waiting })
    return found
  }

  /** A file gives its name back, and waits for it. */
  wait({ directory, location }: ModuleSource): void {
    const listed = directory === undefined ? undefined : this.#all.get(directory)
    if (directory === undefined || listed === undefined) return
    const waiting = new Set([...listed.waiting, listedName(directory, location)])
    this.#all.set(directory, { ...listed, waiting })
  }
}

function waitingOf(directory: string, names: ReadonlySet<string>, failed: FoundFiles['failed']): Set<string> {
  const taken = failed.filter(({ error }) => error.code === 'NAME_TAKEN')
  return new Set(taken.map(({ location }) => listedName(directory, location)).filter((name) => names.has(name)))
}
