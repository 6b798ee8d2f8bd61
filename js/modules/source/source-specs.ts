// Source specs: what `add` is given, as a flat list of files, packages, providers, namespaces and values.

import { existsSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import { isFault, reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { copyMembers, givenMember } from '../../border/given-members'
import { invalidOption, toName, toNames } from '../../border/options'
import { limitExceeded, raise } from '../../border/raised-error'
import { isUrl } from '../../border/realm'
import type { ToolProvider } from '../../../index'
import type { OnError, SourceOptions } from '../../load/tool-sets/source-options'
import { isProvider } from '../providers/provider'
import { describeValue } from '../shapes/value-description'

/** How deep lists may be nested. */
const MOST_DEPTH = 16
/** How many specs one call takes. */
const MOST_SPECS = 1_000_000

/** One thing that `add` is given, and where it is listed there. */
export type SourceSpec = SpecContent & { readonly place?: string }

type SpecContent =
  | { readonly kind: 'file'; readonly path: string; readonly exportName: string | undefined; readonly chosen: Chosen }
  | {
      readonly kind: 'package'
      readonly specifier: string
      readonly exportName: string | undefined
      readonly chosen: Chosen
    }
  | { readonly kind: 'provider'; readonly value: ToolProvider; readonly chosen: Chosen }
  | { readonly kind: 'namespace'; readonly value: object; readonly chosen: Chosen }
  | { readonly kind: 'value'; readonly value: unknown; readonly chosen: Chosen }
  | { readonly kind: 'invalid'; readonly value: unknown; readonly error: ToolrackError; readonly chosen: Chosen }

/** What a spec says about itself: which of its tools are meant, and options of its own. */
export interface Chosen {
  /** Names of the tools that are meant; all by default. */
  readonly tools: readonly string[] | undefined
  /** Options of this spec alone. */
  readonly options: object | undefined
}

const ALL: Chosen = Object.freeze({ tools: undefined, options: undefined })

/**
 * Lists what `add` is given; relative paths start at `base`. What is no spec is thrown before anything is loaded, or is
 * listed as such with `skip`.
 */
export function listSpecs(spec: unknown, base: string, onError: OnError): SourceSpec[] {
  const found: FoundSpecs = { specs: [], seen: 0 }
  collect(spec, { base, place: '' }, [], found)
  const { specs } = found
  for (const one of specs) if (one.kind === 'invalid' && onError === 'refuse') throw one.error
  const known = new Set<unknown>()
  return specs.filter((one) => !known.has(identityOf(one)) && known.add(identityOf(one)))
}

/** What makes two specs one: the object, or the file or package with its export. One with options of its own is its own. */
function identityOf(spec: SourceSpec): unknown {
  if (spec.chosen !== ALL || spec.kind === 'invalid') return spec
  if (spec.kind === 'file') return `${spec.path}:${spec.exportName ?? ''}`
  return spec.kind === 'package' ? `${spec.specifier}:${spec.exportName ?? ''}` : spec.value
}

/** Specs so far, and how many values were looked at: lists without a member count too. */
interface FoundSpecs {
  readonly specs: SourceSpec[]
  seen: number
}

/** What relative paths start at, and where a spec is listed: `specs[1][0]`; empty for what is in no list. */
interface SpecOrigin {
  readonly base: string
  readonly place: string
}

function collect(spec: unknown, origin: SpecOrigin, within: readonly unknown[], found: FoundSpecs): void {
  if (++found.seen > MOST_SPECS) throw limitExceeded('specs of one call', MOST_SPECS)
  try {
    const list = typeof spec === 'string' ? undefined : iterate(spec, origin.place)
    if (list === undefined) found.specs.push({ ...readSpec(spec, origin), ...placed(origin) })
    else collectAll(spec, list, origin, within, found)
  } catch (error) {
    if (!isFault(error) || !REFUSALS.has(error.code)) throw error
    found.specs.push({ kind: 'invalid', value: spec, error, chosen: ALL, ...placed(origin) })
  }
}

/** Codes of what is wrong with one spec alone. */
const REFUSALS: ReadonlySet<string> = new Set(['INVALID_DEFINITION', 'INVALID_OPTIONS'])

function placed({ place }: SpecOrigin): { place?: string } {
  return place === '' ? {} : { place }
}

function collectAll(
  spec: unknown,
  list: Iterable<unknown>,
  { base, place }: SpecOrigin,
  within: readonly unknown[],
  found: FoundSpecs,
): void {
  if (within.includes(spec)) throw invalidSpec(place, 'is a list that contains itself')
  if (within.length === MOST_DEPTH) throw invalidSpec(place, `is nested deeper than ${MOST_DEPTH} lists`)
  const inside = [...within, spec]
  let index = 0
  for (const one of list) collect(one, { base, place: `${place === '' ? 'specs' : place}[${index++}]` }, inside, found)
}

/** The members of a list, a set or another iterable that is neither a provider nor a tool. */
function iterate(spec: unknown, place: string): Iterable<unknown> | undefined {
  if (spec === null || typeof spec !== 'object') return undefined
  try {
    if (isProvider(spec) || types.isModuleNamespaceObject(spec)) return undefined
    return typeof (spec as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function'
      ? membersOf(spec as Iterable<unknown>, place)
      : undefined
  } catch (thrown) {
    throw invalidSpec(place, `cannot be read: ${reasonOf(thrown)}`)
  }
}

/** Only what the iterator itself throws is caught. */
function* membersOf(list: Iterable<unknown>, place: string): Generator<unknown, void> {
  try {
    yield* list
  } catch (thrown) {
    throw invalidSpec(place, `cannot be read: ${reasonOf(thrown)}`, thrown)
  }
}

function readSpec(spec: unknown, origin: SpecOrigin): SpecContent {
  const { place } = origin
  if (typeof spec === 'string') return readText(spec, origin, ALL)
  if (spec === null || (typeof spec !== 'object' && typeof spec !== 'function')) {
    const wanted = 'give a path, a package, a tool, a provider, or a list of these'
    throw invalidSpec(place, `is ${describeValue(spec)}; ${wanted}`)
  }
  try {
    if (isProvider(spec)) return { kind: 'provider', value: spec, chosen: ALL }
    if (types.isModuleNamespaceObject(spec)) return { kind: 'namespace', value: spec, chosen: ALL }
    if (isUrl(spec)) return readText(spec.href, origin, ALL)
    return isPathSpec(spec) ? readPathSpec(spec, origin) : { kind: 'value', value: spec, chosen: ALL }
  } catch (thrown) {
    throw isFault(thrown) ? thrown : invalidSpec(place, `cannot be read: ${reasonOf(thrown)}`, thrown)
  }
}

/** A spec `{ path, source?, name?, tools?, … }`. */
interface PathSpec {
  readonly path: unknown
  readonly source?: unknown
  readonly name?: unknown
  readonly tools?: unknown
}

function isPathSpec(spec: object): spec is PathSpec {
  return (
    typeof givenMember(spec, 'path') === 'string' &&
    typeof givenMember(spec, 'execute') !== 'function' &&
    typeof givenMember(spec, 'handler') !== 'function'
  )
}

function readPathSpec(spec: PathSpec, origin: SpecOrigin): SpecContent {
  const { path, source, name, tools, ...options } = copyMembers(spec, ['path', 'source', 'name', 'tools'])
  if (name !== undefined && tools !== undefined)
    throw invalidOption('name', 'names one tool, and tools is a list of them: set only one of the two options')
  const chosen = name === undefined ? toNames('tools', tools) : [toName('name', name)]
  if (chosen?.length === 0) throw invalidOption('tools', 'must have a name; leave it out for all tools')
  const named = source === undefined ? options : { ...options, name: toName('source', source) }
  return readText(path as string, origin, { tools: chosen, options: named })
}

/** Reads a path, a file URL or a package specifier, each perhaps with `:export`. */
function readText(text: string, { base, place }: SpecOrigin, chosen: Chosen): SpecContent {
  if (text.trim() === '') throw invalidSpec(place, 'is an empty text; give a path such as ./tools/crm.js, or a package')
  if (text.includes('\0')) throw invalidSpec(place, 'has a NUL character')
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'file') {
    throw invalidSpec(place, `is an address of ${scheme}: modules come from files and packages`)
  }
  if (scheme === 'file' || isPath(text)) {
    const whole = scheme === 'file' ? toPath(text, place) : resolve(base, text)
    const [path, exportName] = existsSync(whole) ? [whole, undefined] : splitExport(whole)
    return { kind: 'file', path, exportName, chosen }
  }
  const [specifier, exportName] = text.startsWith('node:') ? [text, undefined] : splitExport(text)
  return { kind: 'package', specifier, exportName, chosen }
}

function isPath(text: string): boolean {
  return /^\.{1,2}([\\/]|$)/.test(text) || isAbsolute(text) || /^[a-z]:[\\/]/i.test(text)
}

function toPath(url: string, place: string): string {
  try {
    return fileURLToPath(url)
  } catch (thrown) {
    throw invalidSpec(place, `is no path of this machine: ${reasonOf(thrown)}`)
  }
}

/** Splits `path:export`. A drive letter is no path of its own. */
function splitExport(text: string): [path: string, exportName: string | undefined] {
  const found = /^(..+):([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(text)
  return found?.[1] === undefined ? [text, undefined] : [found[1], found[2]]
}

function invalidSpec(place: string, message: string, cause?: unknown): ToolrackError {
  const details = { tool: '', ...(place !== '' && { source: place }), problems: [{ pointer: '', message }] }
  const words = { ...details, function: place === '' ? 'a source of modules' : place }
  return raise('INVALID_DEFINITION', details, cause === undefined ? { words } : { words, cause })
}

/** A spec with its options. */
export interface SpecWithOptions {
  readonly spec: SourceSpec
  readonly options: SourceOptions
}

/** Reads the options that specs have of their own. What is wrong is thrown, or makes an invalid spec with `skip`. */
export function readSpecOptions(
  specs: readonly SourceSpec[],
  common: SourceOptions,
  read: (own: object) => SourceOptions,
): SpecWithOptions[] {
  return specs.map((spec) => {
    const { chosen, place } = spec
    if (chosen.options === undefined) return { spec, options: common }
    try {
      return { spec, options: read(chosen.options) }
    } catch (error) {
      if (common.onError === 'refuse' || !isFault(error)) throw error
      const given = spec.kind === 'file' ? spec.path : spec.kind
      const invalid = { kind: 'invalid', value: { path: given, ...chosen.options }, error, chosen: ALL } as const
      return { spec: place === undefined ? invalid : { ...invalid, place }, options: common }
    }
  })
}
