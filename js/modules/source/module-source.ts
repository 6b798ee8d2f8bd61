// Module source: one source of tools as `ToolModules` keeps it, and where its content comes from.

import { basename, extname } from 'node:path'
import type { ToolrackError } from '../../border/error'
import type { ModuleFile, WatchedFile } from '../graph/module-records'
import type { SourceOptions } from './module-options'
import type { ProviderLease } from '../providers/provider-lease'
import type { RunningModule } from './running-module'
import type { SourceSpec } from './source-specs'

/** One source. What it was loaded from changes with each load. */
export interface ModuleSource {
  /** The name in the registry; of a tool that is given by itself it is known after its first load. */
  name: string | undefined
  readonly spec: SourceSpec
  readonly options: SourceOptions
  /** Where its tools come from, for reports and errors. */
  readonly location: string
  /** The directory that it was found in. */
  readonly directory: string | undefined
  /** The directory that its file must be in once links are resolved; `undefined` where it may be anywhere. */
  readonly confinedTo: string | undefined
  /** The location of the source whose place it takes with its first load: a file that was renamed. */
  replaces: string | undefined
  /** The files of the content in use; none of a package or an object. */
  files: readonly ModuleFile[]
  /** Further files that are watched for it: what its content, or one that could not be loaded, waits for. */
  awaited: readonly WatchedFile[]
  /** Whether local files that it imports are as fresh as itself. */
  helpers: boolean
  /** SHA-256 of the content in use, in hex; `undefined` before its first load. */
  hash: string | undefined
  /** The consumer of a provider. */
  readonly lease: ProviderLease | undefined
  /** The modules in use that want to be disposed. A held tool is that of an earlier one. */
  running: readonly RunningModule[]
  /** Whether it was read by itself since a watcher told of it last: what a watcher has read may be older. */
  isAheadOfWatch: boolean
  /** Whether its file is missing. */
  isMissing: boolean
  /** Whether its tools were removed because its file is missing. */
  isWithdrawn: boolean
  /** The fault that was told last, so that it is told once. */
  fault: string | undefined
}

/** What is known of a source beside its spec. */
interface SourceOrigin {
  readonly directory?: string
  readonly confinedTo?: string | undefined
  readonly location?: string
}

export function createSource(
  spec: SourceSpec,
  options: SourceOptions,
  { directory, confinedTo, location }: SourceOrigin = {},
): ModuleSource {
  return {
    name: options.name ?? defaultName(spec),
    spec,
    options,
    location: location ?? locationOf(spec),
    directory,
    confinedTo,
    replaces: undefined,
    files: [],
    awaited: [],
    helpers: true,
    hash: undefined,
    lease: undefined,
    running: [],
    isAheadOfWatch: false,
    isMissing: false,
    isWithdrawn: false,
    fault: undefined,
  }
}

/** The directory that a file was found in. */
export interface FileOrigin {
  readonly directory: string
  /** Whether links may lead out of it. */
  readonly followLinks: boolean
}

/** A source of a file that was found in a directory. */
export function createFileSource(
  { name, path }: { readonly name: string; readonly path: string },
  options: SourceOptions,
  { directory, followLinks }: FileOrigin,
): ModuleSource {
  const chosen = { tools: undefined, options: undefined }
  const origin = { directory, confinedTo: followLinks ? undefined : directory }
  return createSource({ kind: 'file', path, exportName: undefined, chosen }, { ...options, name }, origin)
}

/** Its modules are in use no more. */
export function releaseModules(source: ModuleSource): void {
  for (const running of source.running) running.release()
  source.running = []
}

/** The path of the file that a source is evaluated from. */
export function entryOf({ spec }: ModuleSource): string | undefined {
  return spec.kind === 'file' ? spec.path : undefined
}

/** The name of a file without folder and ending. */
export function stemOf(path: string): string {
  return basename(path, extname(path))
}

/** The words for a fault: a fault with other words is told again. */
export function faultWords(error: ToolrackError): string {
  return `${error.code} ${error.message}`
}

function defaultName(spec: SourceSpec): string | undefined {
  if (spec.kind === 'file') return withExport(stemOf(spec.path), spec.exportName)
  if (spec.kind === 'package') return withExport(spec.specifier, spec.exportName)
  return spec.kind === 'provider' ? providerName(spec.value) : undefined
}

function locationOf(spec: SourceSpec): string {
  if (spec.kind === 'file') return withExport(spec.path, spec.exportName)
  if (spec.kind === 'package') return withExport(spec.specifier, spec.exportName)
  return { provider: 'a provider', namespace: 'a module object', value: 'an object', invalid: 'no source' }[spec.kind]
}

function withExport(place: string, exportName: string | undefined): string {
  return exportName === undefined ? place : `${place}:${exportName}`
}

/** A provider may have a name; each is a source of its own. */
function providerName(provider: object): string | undefined {
  try {
    const { name } = provider as { readonly name?: unknown }
    return typeof name === 'string' && name.trim() !== '' ? name : undefined
  } catch {
    return undefined
  }
}
