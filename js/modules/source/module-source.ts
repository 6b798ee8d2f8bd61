// Module source: one source of tools as `ToolModules` keeps it, and where its content comes from.

import { basename, dirname, extname } from 'node:path'
import type { ErrorCode } from '../../../index'
import type { ToolrackError } from '../../border/error'
import type { ModuleFile, WatchedFile } from '../graph/module-records'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import type { ProviderLease } from '../providers/provider-lease'
import type { SourceSpec } from './source-specs'
import { describeValue } from '../shapes/value-description'

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
  /** The location of the source whose place it takes with its first load: a renamed file, or one that takes a name over. */
  replaces: string | undefined
  /** The files of the content in use; none of a package or an object. */
  files: readonly ModuleFile[]
  /** Further files that are watched for it: what its content, or one that could not be loaded, waits for. */
  awaited: readonly WatchedFile[]
  /** Its exports that are no tools. */
  passedOver: readonly string[]
  /** The names that its tools give themselves. */
  toolNames: readonly string[]
  /** The exports of its tools by their names. */
  toolExports: ReadonlyMap<string, string>
  /** Whether local files that it imports are as fresh as itself. */
  helpers: boolean
  /** SHA-256 of the content in use, in hex; `undefined` before its first load. */
  hash: string | undefined
  /** The module of the last load, if all of it entered. */
  entered: object | undefined
  /** The consumer of a provider. */
  readonly lease: ProviderLease | undefined
  /** Whether it was read by itself since a watcher told of it last: what a watcher has read may be older. */
  isAheadOfWatch: boolean
  /** Whether its file is missing. */
  isMissing: boolean
  /** Whether its tools were removed because its file is missing. */
  isWithdrawn: boolean
  /** The fault that was told last, so that it is told once. */
  fault: FaultWords | undefined
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
    passedOver: [],
    toolNames: [],
    toolExports: new Map(),
    helpers: true,
    hash: undefined,
    entered: undefined,
    lease: undefined,
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

/** The path of the file that a source is evaluated from. */
export function entryOf({ spec }: ModuleSource): string | undefined {
  return spec.kind === 'file' ? spec.path : undefined
}

/** The name of a file without folder and ending. */
export function stemOf(path: string): string {
  return basename(path, extname(path))
}

/** The name of a file that is added by its path: an `index` file is named by its folder. */
export function nameOfFile(path: string): string {
  const stem = stemOf(path)
  return stem === 'index' ? basename(dirname(path)) || stem : stem
}

/** What errors call a source: its location, the name of a provider, or where an object is listed in `add`. */
export function labelOf({ spec, name, location }: ModuleSource): string {
  if (spec.kind === 'file' || spec.kind === 'package') return location
  return spec.kind === 'provider' ? `provider "${name}"` : (spec.place ?? location)
}

/** The location of a source that could not be added: for an object, where it is listed and what it is. */
export function failedLocation(source: ModuleSource): string {
  const { spec } = source
  if (spec.kind === 'file' || spec.kind === 'package') return source.location
  const seen = describeContent(source)
  return spec.place === undefined ? seen : `${spec.place} (${seen})`
}

function describeContent(source: ModuleSource): string {
  const { spec, location } = source
  if (spec.kind === 'value' || spec.kind === 'invalid') return describeValue(spec.value)
  return spec.kind === 'provider' ? labelOf(source) : location
}

/** What was told of a fault. */
export interface FaultWords {
  readonly code: ErrorCode
  readonly message: string
  /** Where a name is taken: the tool that has it. */
  readonly holder: string | undefined
  /** Where a name is taken: the source, if it is one's name. */
  readonly sourceName: string | undefined
}

/** The words for a fault: a fault with other words is told again. */
export function faultWords({ code, message, details }: ToolrackError): FaultWords {
  const { holder, name } = code === 'NAME_TAKEN' ? (details as { holder?: string; name?: string }) : {}
  return { code, message, holder, sourceName: holder === undefined ? name : undefined }
}

/** Whether a fault is the one that was told last. */
export function isTold({ fault }: ModuleSource, { code, message }: ToolrackError): boolean {
  return fault?.code === code && fault.message === message
}

function defaultName(spec: SourceSpec): string | undefined {
  if (spec.kind === 'file') return withExport(nameOfFile(spec.path), spec.exportName)
  return spec.kind === 'package' ? withExport(spec.specifier, spec.exportName) : undefined
}

function locationOf(spec: SourceSpec): string {
  if (spec.kind === 'file') return withExport(spec.path, spec.exportName)
  if (spec.kind === 'package') return withExport(spec.specifier, spec.exportName)
  return { provider: 'a provider', namespace: 'a module object', value: 'an object', invalid: 'no source' }[spec.kind]
}

function withExport(place: string, exportName: string | undefined): string {
  return exportName === undefined ? place : `${place}:${exportName}`
}
