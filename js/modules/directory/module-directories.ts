// Module directories: which files of a directory are sources, and how names that clash are settled.

import { join, relative, resolve, sep } from 'node:path'
import { callNative, isFault, revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { NativeGlobs, listModules } from '../../border/native'
import { invalidOption, oneOf, toBoolean } from '../../border/options'
import { raise } from '../../border/raised-error'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import { toGivenPath } from '../source/given-path'
import { DirectoryLinks } from './directory-links'
import { stemOf } from '../source/module-source'

/** What of a directory is loaded. */
export interface DirectoryOptions {
  readonly recursive: boolean
  readonly followLinks: boolean
  /** Whether a name that two files have belongs to the later one. */
  readonly takesOver: boolean
  /** Whether a file is meant, by its path from the directory. */
  readonly includes: (path: string) => boolean
}

/** A watched directory. */
export interface WatchedDirectory {
  /** The options of each source. */
  readonly common: SourceOptions
  readonly options: DirectoryOptions
  /** The names that were listed last. */
  readonly names: ReadonlySet<string>
  /** The folders that could not be listed last. */
  readonly unlisted: ReadonlySet<string>
}

/** A file of a directory that may be a source. */
export interface FoundFile {
  /** The name of its source: the path from the directory without the ending. */
  readonly name: string
  /** The absolute path. */
  readonly path: string
}

/** Files of a directory, and those that cannot be sources. */
export interface FoundFiles {
  readonly files: readonly FoundFile[]
  readonly failed: readonly { readonly location: string; readonly error: ToolrackError }[]
  /** Those of the failed that are links out of the directory. A watch waits for a file in their place. */
  readonly forbidden: readonly (FoundFile & { readonly error: ToolrackError })[]
  /** All names that were listed. */
  readonly names: readonly string[]
}

/** A folder whose modules are not listed, and why. */
export interface UnlistedFolder {
  readonly path: string
  readonly reason: string
}

/** The modules of a directory, by their paths from it. */
export interface Listing {
  readonly names: readonly string[]
  readonly unlisted: readonly UnlistedFolder[]
}

export const DIRECTORY_OPTIONS = Object.freeze([
  'recursive',
  'include',
  'exclude',
  'followLinks',
  'onConflict',
] as const)

type RawOptions = { readonly [Name in (typeof DIRECTORY_OPTIONS)[number]]?: unknown }

export function readDirectoryOptions({
  recursive,
  include,
  exclude,
  followLinks,
  onConflict,
}: RawOptions): DirectoryOptions {
  oneOf('onConflict', onConflict, ['first', 'later'])
  const [included, excluded] = [readFilter('include', include), readFilter('exclude', exclude)]
  return {
    recursive: toBoolean('recursive', recursive, false),
    followLinks: toBoolean('followLinks', followLinks, false),
    takesOver: onConflict === 'later',
    includes: (path) => included?.(path) !== false && excluded?.(path) !== true,
  }
}

/** The absolute path of a directory, which may be a file URL. */
export function toDirectory(option: string, directory: unknown, base: string): string {
  return resolve(base, toGivenPath(option, directory))
}

/** The word of a listing for Rust. */
export function depthOf({ recursive, followLinks }: DirectoryOptions): string {
  if (!recursive) return 'direct'
  return followLinks ? 'throughLinks' : 'recursive'
}

/** Lists the modules of a directory. It runs nothing, and reads no file. */
export function listDirectory(directory: string, options: DirectoryOptions): Listing {
  return callNative(() => listModules(directory, depthOf(options)))
}

/** Lists the modules of a directory. One that is watched may come later. */
export function listOrAwait(directory: string, options: DirectoryOptions, isWatched: boolean): Listing {
  try {
    return listDirectory(directory, options)
  } catch (thrown) {
    if (isWatched && isFault(thrown) && thrown.code === 'SOURCE_UNREADABLE') return { names: [], unlisted: [] }
    throw thrown
  }
}

/**
 * The sources among the names of a directory. A name that two files would have belongs to the first, or to the last;
 * `holder` says which file has it already.
 */
export function findFiles(
  directory: string,
  names: readonly string[],
  options: DirectoryOptions,
  holder: (name: string) => string | undefined,
): FoundFiles {
  const files = new Map<string, FoundFile>()
  const failed: { location: string; error: ToolrackError }[] = []
  const directoryLinks = new DirectoryLinks(directory)
  const links: (FoundFile & { error: ToolrackError })[] = []
  for (const listed of names) {
    const path = join(directory, ...listed.split('/'))
    const name = nameOf(listed)
    try {
      if (!options.includes(listed)) continue
    } catch (thrown) {
      failed.push({ location: path, error: isFault(thrown) ? thrown : revive(thrown) })
      continue
    }
    const error = options.followLinks ? undefined : directoryLinks.faultOf(path)
    if (error !== undefined) {
      failed.push({ location: path, error })
      links.push({ name, path, error })
      continue
    }
    const first = files.get(name)?.path ?? holder(name)
    if (first === undefined || first === path) files.set(name, { name, path })
    else if (options.takesOver) {
      files.set(name, { name, path })
      failed.push({ location: first, error: nameTaken(name, path) })
    } else failed.push({ location: path, error: nameTaken(name, first) })
  }
  // A link that is refused keeps its name from no file.
  const isFree = ({ name, path }: FoundFile): boolean => !files.has(name) && (holder(name) ?? path) === path
  return { files: [...files.values()], failed, forbidden: links.filter(isFree), names }
}

/** The faults of folders that a listing could not enter. */
export function unlistedFaults(unlisted: readonly UnlistedFolder[]): FoundFiles['failed'] {
  return unlisted.map(({ path, reason }) => ({
    location: path,
    error: raise('SOURCE_UNREADABLE', { location: path, reason }),
  }))
}

/** The name that a listing of a directory has for a path in it. */
export function listedName(directory: string, path: string): string {
  return relative(directory, path).split(sep).join('/')
}

/** The name of a source of a directory: `crm/find` of `crm/find.js`. */
export function nameOf(listed: string): string {
  const parts = listed.split('/')
  const file = parts.pop() ?? ''
  return [...parts, stemOf(file)].join('/')
}

function nameTaken(name: string, location: string): ToolrackError {
  return raise('NAME_TAKEN', { name, location })
}

/** Reads `include` or `exclude`: a glob, a list of globs, or a function of the path. */
function readFilter(option: string, value: unknown): ((path: string) => boolean) | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'function') return (path) => (value as (path: string) => unknown)(path) === true
  const globs = typeof value === 'string' ? [value] : value
  if (!Array.isArray(globs) || !globs.every((glob) => typeof glob === 'string')) {
    throw invalidOption(option, 'must be a glob, a list of globs, or a function of the path')
  }
  // A wrong glob is refused now, and not when a file comes.
  const parsed = callNative(() => new NativeGlobs(option, globs))
  return (path) => callNative(() => parsed.matches(path))
}
