// Source content: the tools of a source, read from its module, package, provider or object.

import { createHash } from 'node:crypto'
import { dirname, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { callNative, isFault, reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { chain, isLater } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import { raise } from '../../border/raised-error'
import { noneOf } from '../../border/nearest'
import { kindOfPath, pathAdvice } from '../source/path-advice'
import { externalUrl, importUrl } from '../graph/external-module'
import type { Generation } from '../generations/generation'
import type { LoadWaits } from '../graph/load-waits'
import type { LoadedModules } from '../graph/module-loader'
import type { ModuleFile, NativeModuleGraph, ResolvedImport } from '../graph/module-records'
import { entryOf, labelOf, nameOfFile, stemOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { SourceSpec } from '../source/source-specs'
import { recogniseExports, recogniseValue } from '../shapes/recognise-exports'
import { moduleError } from '../shapes/shape-faults'
import type { Recognition } from '../shapes/recognise-exports'

/** What a source consists of now. */
export interface SourceContent {
  readonly recognition: Recognition
  /** The module, where there is one. */
  readonly namespace: object | undefined
  /** What of it is disposed once it is in use no more; a package is not. */
  readonly generation: Generation | undefined
  readonly files: readonly ModuleFile[]
  readonly helpers: boolean
}

/** What reading needs. */
export interface ContentHost {
  readonly native: NativeModuleGraph
  /** A file in the folder that packages are resolved from. */
  readonly importer: string
  /** Deadline of a source's content, in ms. */
  readonly loadTimeoutMs: number
  readonly waits: LoadWaits
}

/** Reads the content of a source. `loaded` has the modules of its file. What is known at once needs no deadline. */
export function readContent(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  host: ContentHost,
): MaybePromise<SourceContent> {
  const { waits, loadTimeoutMs } = host
  const read = readNow(source, loaded, host)
  const content = isLater(read) ? waits.within(read, loadTimeoutMs, () => tooLate(source, loadTimeoutMs)) : read
  const { tools: wanted } = source.spec.chosen
  if (wanted === undefined) return content
  return chain(content, (all) => ({ ...all, recognition: choose(source, all.recognition, wanted) }))
}

/**
 * SHA-256 of the files of a source, or of the definitions of what has none. Paths count from the folder of the first file:
 * the same files in another folder, or on another platform, have the same hash.
 */
export function contentHash(files: readonly ModuleFile[], definitions: readonly string[]): string {
  const hash = createHash('sha256')
  const [first] = files
  if (files.length === 1 && first !== undefined) return first.hash
  const folder = first === undefined ? '' : dirname(first.path)
  for (const file of files) hash.update(`${file.hash} ${relative(folder, file.path).split(sep).join('/')}\n`)
  if (files.length === 0) for (const text of definitions) hash.update(`${text.length} ${text}\n`)
  return hash.digest('hex')
}

function readNow(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  host: ContentHost,
): MaybePromise<SourceContent> {
  const { spec } = source
  switch (spec.kind) {
    case 'file':
      return readFile(source, spec, loaded)
    case 'package':
      return readPackage(source, spec, host)
    case 'namespace':
      return readNamespace(source, spec.value)
    case 'value':
      return withoutFiles(recogniseValue(spec.value, { specifier: labelOf(source), ...nameOf(source) }))
    case 'provider':
      return withoutFiles(recogniseProvided(source))
    case 'invalid':
      throw spec.error
  }
}

async function readFile(
  source: ModuleSource,
  { path, exportName }: Extract<SourceSpec, { kind: 'file' }>,
  loaded: LoadedModules | undefined,
): Promise<SourceContent> {
  const { namespace, ...module } = moduleOf(source, loaded)
  const stem = source.directory === undefined ? nameOfFile(path) : stemOf(path)
  const origin = { stem, specifier: source.location, ...named(exportName) }
  return { ...module, recognition: await recogniseExports(namespace, origin), namespace }
}

async function readPackage(
  { location }: ModuleSource,
  { specifier, exportName }: Extract<SourceSpec, { kind: 'package' }>,
  host: ContentHost,
): Promise<SourceContent> {
  const namespace = await importPackage(specifier, location, host)
  const origin = { stem: stemOf(specifier), specifier: location, ...named(exportName) }
  return { ...WITHOUT_FILES, recognition: await recogniseExports(namespace, origin), namespace }
}

async function readNamespace(source: ModuleSource, namespace: object): Promise<SourceContent> {
  const origin = { stem: source.name ?? 'module', specifier: labelOf(source) }
  return { ...WITHOUT_FILES, recognition: await recogniseExports(namespace, origin), namespace }
}

function withoutFiles(recognition: MaybePromise<Recognition>): MaybePromise<SourceContent> {
  return chain(recognition, (known) => ({ ...WITHOUT_FILES, recognition: known, namespace: undefined }))
}

const WITHOUT_FILES = Object.freeze({ generation: undefined, files: [], helpers: true })

function named(exportName: string | undefined): { exportName?: string } {
  return exportName === undefined ? {} : { exportName }
}

function nameOf({ name }: ModuleSource): { name?: string } {
  return name === undefined ? {} : { name }
}

function moduleOf(source: ModuleSource, loaded: LoadedModules | undefined) {
  const entry = String(entryOf(source))
  const failed = loaded?.failed.get(entry)
  if (failed !== undefined) {
    if (failed.code !== 'SOURCE_UNREADABLE' || kindOfPath(entry) !== 'directory') throw failed
    throw raise('SOURCE_UNREADABLE', { location: entry, reason: 'it is a directory: use addDirectory' })
  }
  const module = loaded?.modules.get(entry)
  if (module === undefined) throw raise('SOURCE_UNREADABLE', { location: entry, reason: 'the file is missing' })
  return module
}

/** Imports a package as Node does: it keeps its instance, and is shared with all that import it. */
async function importPackage(specifier: string, location: string, host: ContentHost): Promise<object> {
  const resolved = resolvePackage(specifier, location, host)
  const url = resolved.kind === 'file' ? pathToFileURL(resolved.path).href : externalUrl(resolved)
  return importFrom(location, url)
}

/** Resolves a package. No module imports it: the error names what was given, and the folder that it is looked for from. */
function resolvePackage(specifier: string, location: string, { native, importer }: ContentHost): ResolvedImport {
  try {
    return JSON.parse(callNative(() => native.resolve(importer, specifier, 'import'))) as ResolvedImport
  } catch (thrown) {
    if (!isFault(thrown) || thrown.code !== 'SOURCE_UNREADABLE') throw thrown
    const folder = dirname(importer)
    const reason =
      pathAdvice(specifier, folder) ??
      `${String(thrown.details.reason).replace(`its import "${specifier}" `, 'it ')}; it is looked for from ${folder}`
    throw raise('SOURCE_UNREADABLE', { location, reason })
  }
}

async function importFrom(location: string, url: string): Promise<object> {
  try {
    return await importUrl(url)
  } catch (thrown) {
    if (isFault(thrown)) throw thrown
    const reason = `it throws when it is imported: ${reasonOf(thrown)}`
    throw raise('INVALID_SPEC', { location, reason }, { cause: thrown })
  }
}

/** All that a provider loads. Each member is a tool, or has tools. */
async function recogniseProvided(source: ModuleSource): Promise<Recognition> {
  const { lease } = source
  if (lease === undefined) throw new Error('a source of a provider has a lease')
  const provided = await (source.hash === undefined ? lease.open() : lease.load())
  const known = new Set<unknown>()
  const read = async (value: unknown): Promise<Recognition> => {
    // One object that is given twice is one tool.
    if (known.has(value)) return { tools: [], passedOver: [], failed: [] }
    known.add(value)
    return recogniseValue(value, { specifier: labelOf(source) })
  }
  const all = await Promise.all(provided.map(read))
  const label = (i: number, path: string): string => (path === '' ? String(i) : `${i}/${path}`)
  const labelled = <Part extends { readonly export: string }>(parts: readonly (readonly Part[])[]): Part[] =>
    parts.flatMap((some, i) => some.map((part) => ({ ...part, export: label(i, part.export) })))
  return {
    tools: labelled(all.map(({ tools }) => tools)),
    passedOver: all.flatMap(({ passedOver }, i) => passedOver.map((path) => label(i, path))),
    failed: labelled(all.map(({ failed }) => failed)),
  }
}

/** The tools of these names alone. */
function choose(source: ModuleSource, recognition: Recognition, wanted: readonly string[]): Recognition {
  const nameOfTool = ({ tool }: Recognition['tools'][number]): unknown =>
    (tool.definition as { readonly name?: unknown }).name
  const names = recognition.tools.map(nameOfTool).filter((name): name is string => typeof name === 'string')
  const problems = wanted
    .filter((name) => !names.includes(name))
    .map((name) => ({ pointer: '/tools', message: `"${name}" ${noneOf(name, names)}` }))
  if (problems.length > 0) throw moduleError(source.location, problems)
  return { ...recognition, tools: recognition.tools.filter((one) => wanted.includes(String(nameOfTool(one)))) }
}

/** The error of content that does not come in time: the promise of an input schema may never settle. */
function tooLate(source: ModuleSource, timeoutMs: number): ToolrackError {
  return raise('TIMEOUT', { timeoutMs }, { words: { tool: '', what: labelOf(source), timeoutMs } })
}
