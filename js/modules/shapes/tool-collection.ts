// Tool collection: the tools of one export, which may be a tool or a record or list of tools, nested (E14).

import { types } from 'node:util'
import { isList } from '../../border/kind'
import { isProvider } from '../providers/provider'
import type { ExportedValue, ExportedValues } from './exported-value'
import type { Place, ToolDraft } from './shape'
import { ShapeFault } from './shape-faults'
import { findShape } from './shape-table'
import { describeValue } from './value-description'

/** Limits of nesting, and of values that are looked at in one module: it may export data of any size. */
const DEEPEST = 16
const MOST_VALUES = 100_000
const TOO_DEEP = `which is nested deeper than ${DEEPEST}`
const TOO_MANY = `which is beyond ${MOST_VALUES} values`

/** A tool that was found, or what was thrown where it was read. */
export interface FoundTool {
  readonly place: Place
  readonly draft?: ToolDraft
  readonly thrown?: unknown
}

/** A value that is no tool. */
export interface OtherValue {
  readonly place: Place
  /** What it is: `a function`. */
  readonly kind: string
  /** The limit beyond which it was not read. */
  readonly limit?: string
  /** Whether it is an export of a module that another one exports. */
  readonly isExport?: boolean
}

/** Collects the tools of a module, in order. */
export class ToolCollection {
  readonly found: FoundTool[] = []
  readonly others: OtherValue[] = []
  /** Tools and collections that are taken: one object under two names is one tool. */
  readonly #taken = new Set<object>()
  /** Collections that are being read, around the present value. */
  readonly #open: object[] = []
  readonly #values: ExportedValues
  #left = MOST_VALUES

  constructor(values: ExportedValues) {
    this.#values = values
  }

  /** Takes a draft that was read elsewhere; the parts of it are no exports by themselves. */
  add(place: Place, read: () => ToolDraft, parts: readonly unknown[]): void {
    for (const part of parts)
      if (typeof part === 'object' || typeof part === 'function') this.#taken.add(part as object)
    this.#read(place, read)
  }

  /** Takes all tools of a value. Returns whether there was one, or a fault that is reported. */
  collect(read: () => unknown, place: Place): boolean {
    try {
      return this.#collectValue(read(), place)
    } catch (thrown) {
      this.found.push({ place, thrown })
      return true
    }
  }

  #collectValue(value: unknown, place: Place): boolean {
    const exported = --this.#left < 0 ? undefined : this.#values.read(value)
    if (exported === undefined) return this.#pass(place, describeValue(value), this.#left < 0 ? TOO_MANY : undefined)
    if (this.#taken.has(exported.value)) return true
    if (this.#open.includes(exported.value)) return this.#pass(place, 'a circle back to what holds it')
    const shape = findShape(exported, place)
    if (shape !== undefined) {
      this.#taken.add(exported.value)
      this.#read(place, () => shape.read(exported, place))
      this.#values.forget(exported.value)
      return true
    }
    if (isProvider(value)) throw new ShapeFault('is a provider: give the provider itself to add')
    const members = membersOf(exported, place)
    return members === undefined ? this.#pass(place, describeValue(value)) : this.#collectAll(exported, members, place)
  }

  #read(place: Place, read: () => ToolDraft): void {
    try {
      const draft = read()
      this.found.push({ place, draft })
    } catch (thrown) {
      this.found.push({ place, thrown })
    }
  }

  /** Takes the tools of a collection. Where it has one, its members that are no tools are faults, but for exports. */
  #collectAll(exported: ExportedValue, members: Iterable<Member>, place: Place): boolean {
    const { value } = exported
    if (this.#open.length >= DEEPEST) return this.#pass(place, describeValue(value), TOO_DEEP)
    const before = this.others.length
    let hasTools = false
    this.#open.push(value)
    try {
      for (const { read, place: inner } of members) {
        if (this.collect(read, inner)) hasTools = true
        if (this.#left < 0) break
      }
    } finally {
      this.#open.pop()
    }
    const others = this.others.splice(before)
    if (!hasTools)
      return this.#pass(place, describeValue(value), others.find(({ limit }) => limit !== undefined)?.limit)
    this.#taken.add(value)
    if (isNamespace(exported)) this.others.push(...others.map((other) => ({ ...other, isExport: true })))
    else
      for (const { place, kind } of others) this.found.push({ place, thrown: new ShapeFault(`is no tool but ${kind}`) })
    return true
  }

  #pass(place: Place, kind: string, limit?: string): false {
    this.others.push(limit === undefined ? { place, kind } : { place, kind: `${kind}, ${limit}`, limit })
    return false
  }
}

/** A member of a collection. */
interface Member {
  readonly read: () => unknown
  readonly place: Place
}

/** The members of a record, a list or a set; undefined for another value. */
function membersOf(exported: ExportedValue, place: Place): Iterable<Member> | undefined {
  const { value } = exported
  if (isList(value)) return itemsOf(value as readonly unknown[], place)
  if (types.isSet(value)) return itemsOf([...Set.prototype.values.call(value)], place)
  if (!exported.isPlain) return undefined
  const keys = isNamespace(exported) ? exported.keys().filter((key) => !key.startsWith('_')) : exported.keys()
  return keys.map((key) => ({
    read: () => exported.get(key),
    place: { ...place, path: below(place, key), name: key },
  }))
}

/** Whether a value is what `export * as name` exports: Node's namespace, or one of the module graph. */
function isNamespace(exported: ExportedValue): boolean {
  return exported.isPlain && exported.get(Symbol.toStringTag) === 'Module'
}

/** The items of a list one by one: a proxy may say any length. */
function* itemsOf(list: readonly unknown[], place: Place): Iterable<Member> {
  for (let i = 0; i < list.length; i++)
    yield { read: () => list[i], place: { ...place, path: below(place, String(i)), name: undefined } }
}

function below({ path }: Place, key: string): string {
  return path === '' ? key : `${path}/${key}`
}
