// Source content: the tools of a source, read from its module, package, provider or object.

import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { callNative, isFault, reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import { noneOf } from '../../border/nearest'
import { externalUrl, importUrl } from '../graph/external-module'
import type { LoadedModules } from '../graph/module-loader'
import type { ModuleFile, NativeModuleGraph, ResolvedImport } from '../graph/module-records'
import { entryOf, stemOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import { recogniseExports, recogniseValue } from '../shapes/recognise-exports'
import { moduleError } from '../shapes/shape-faults'
import type { Recognition } from '../shapes/recognise-exports'
import { withDeadline } from '../../border/timers'

/** What a source consists of now. */
export interface SourceContent {
  readonly recognition: Recognition
  /** The module, where there is one. */
  readonly namespace: object | undefined
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
}

/** Reads the content of a source. `loaded` has the modules of its file. */
export async function readContent(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  host: ContentHost,
): Promise<SourceContent> {
  const content = await withDeadline(readNow(source, loaded, host), host.loadTimeoutMs, () =>
    tooLate(source, host.loadTimeoutMs),
  )
  const { tools: wanted } = source.spec.chosen
  return wanted === undefined ? content : { ...content, recognition: choose(source, content.recognition, wanted) }
}

/** SHA-256 of the files of a source, or of the definitions of what has none. */
export function contentHash(files: readonly ModuleFile[], definitions: readonly string[]): string {
  const hash = createHash('sha256')
  const [first] = files
  if (files.length === 1 && first !== undefined) return first.hash
  for (const file of files) hash.update(`${file.hash} ${file.path}\n`)
  if (files.length === 0) for (const text of definitions) hash.update(`${text.length} ${text}\n`)
  return hash.digest('hex')
}

async function readNow(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  host: ContentHost,
): Promise<SourceContent> {
  const { spec, location } = source
  switch (spec.kind) {
    case 'file': {
      const { namespace, files, helpers } = moduleOf(source, loaded)
      const origin = { stem: stemOf(spec.path), specifier: location, ...named(spec.exportName) }
      return { recognition: await recogniseExports(namespace, origin), namespace, files, helpers }
    }
    case 'package': {
      const namespace = await importPackage(spec.specifier, host)
      const origin = { stem: stemOf(spec.specifier), specifier: location, ...named(spec.exportName) }
      return { ...WITHOUT_FILES, recognition: await recogniseExports(namespace, origin), namespace }
    }
    case 'namespace': {
      const origin = { stem: source.name ?? 'module', specifier: location }
      return { ...WITHOUT_FILES, recognition: await recogniseExports(spec.value, origin), namespace: spec.value }
    }
    case 'value': {
      const recognition = await recogniseValue(spec.value, { specifier: location, ...nameOf(source) })
      return { ...WITHOUT_FILES, recognition, namespace: undefined }
    }
    case 'provider':
      return { ...WITHOUT_FILES, recognition: await recogniseProvided(source), namespace: undefined }
    case 'invalid':
      throw spec.error
  }
}

const WITHOUT_FILES = Object.freeze({ files: [], helpers: true })

function named(exportName: string | undefined): { exportName?: string } {
  return exportName === undefined ? {} : { exportName }
}

function nameOf({ name }: ModuleSource): { name?: string } {
  return name === undefined ? {} : { name }
}

function moduleOf(source: ModuleSource, loaded: LoadedModules | undefined) {
  const entry = String(entryOf(source))
  const failed = loaded?.failed.get(entry)
  if (failed !== undefined) throw failed
  const module = loaded?.modules.get(entry)
  if (module === undefined) throw raise('SOURCE_UNREADABLE', { location: entry, reason: 'the file is missing' })
  return module
}

/** Imports a package as Node does: it keeps its instance, and is shared with all that import it. */
async function importPackage(specifier: string, host: ContentHost): Promise<object> {
  const resolved = resolvePackage(specifier, host)
  const url = resolved.kind === 'file' ? pathToFileURL(resolved.path).href : externalUrl(resolved)
  return importFrom(specifier, url)
}

/** Resolves a package. No module imports it: the error names the package alone. */
function resolvePackage(specifier: string, { native, importer }: ContentHost): ResolvedImport {
  try {
    return JSON.parse(callNative(() => native.resolve(importer, specifier, 'import'))) as ResolvedImport
  } catch (thrown) {
    if (!isFault(thrown) || thrown.code !== 'SOURCE_UNREADABLE') throw thrown
    const reason = String(thrown.details.reason).replace(`its import "${specifier}" `, 'it ')
    throw raise('SOURCE_UNREADABLE', { location: specifier, reason })
  }
}

async function importFrom(specifier: string, url: string): Promise<object> {
  try {
    return await importUrl(url)
  } catch (thrown) {
    if (isFault(thrown)) throw thrown
    const reason = `it throws when it is imported: ${reasonOf(thrown)}`
    throw raise('INVALID_SPEC', { location: specifier, reason }, { cause: thrown })
  }
}

/** All that a provider loads. Each member is a tool, or has tools. */
async function recogniseProvided(source: ModuleSource): Promise<Recognition> {
  const { lease } = source
  if (lease === undefined) throw new Error('a source of a provider has a lease')
  const provided = await (source.hash === undefined ? lease.open() : lease.load())
  const all = await Promise.all(provided.map((value) => recogniseValue(value, { specifier: source.location })))
  const labelled = <Part extends { readonly export: string }>(parts: readonly (readonly Part[])[]): Part[] =>
    parts.flatMap((some, i) => some.map((part) => ({ ...part, export: `${i}${part.export && `/${part.export}`}` })))
  return {
    tools: labelled(all.map(({ tools }) => tools)),
    passedOver: all.reduce((sum, { passedOver }) => sum + passedOver, 0),
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
function tooLate({ location }: ModuleSource, timeoutMs: number): ToolrackError {
  return raise('TIMEOUT', { timeoutMs }, { words: { tool: '', what: location, timeoutMs } })
}
