// Content options: the members that resources, templates and prompts of the options share, checked and written as JSON.

import { checkOptions, invalidOption, ownJson, toName, toNames } from '../../border/options'
import type { ReadOptions } from '../../border/options'
import { isMembers } from '../../border/kind'
import { isPlainArray } from '../../border/realm'
import { readOption } from '../../border/options'
import { whole } from '../../border/well-formed'

/** The most characters of what lists have of one item. */
const MOST_LISTED = 64 << 10

const SHARED = Object.freeze(['name', 'title', 'description', 'icons', 'scopes', '_meta'] as const)

type Shared = (typeof SHARED)[number]

/** One item of an option: where it stands, and its members. */
export interface GivenItem<Name extends string> {
  /** Such as `resources[0]`. */
  readonly place: string
  /** The object itself: `this` of its functions. */
  readonly self: object
  readonly read: ReadOptions<Name | Shared>
  readonly scopes: readonly string[]
}

/** Reads a list of items. Each member is read once. Throws `INVALID_OPTIONS`. */
export function readItems<Name extends string>(
  option: string,
  given: unknown,
  names: readonly Name[],
): readonly GivenItem<Name>[] {
  if (given === undefined) return []
  if (!readOption(option, () => Array.isArray(given))) throw invalidOption(option, 'must be a list')
  // A copy: its owner may change it.
  return readOption(option, () => Array.from(given as readonly unknown[])).map((item, index) => {
    const place = `${option}[${index}]`
    if (item === undefined) throw invalidOption(place, 'must be an object')
    const read = checkOptions(item, [...SHARED, ...names], place)
    const { scopes }: ReadOptions<'scopes'> = read
    return { place, self: item as object, read, scopes: toNames(`${place}.scopes`, scopes) ?? [] }
  })
}

/** Writes what lists have of an item: its own members, and those that all items have. */
export function writeListed({ place, read }: GivenItem<never>, own: object): string {
  const { name, title, description, icons, _meta }: ReadOptions<Shared> = read
  const text = whole(
    JSON.stringify({
      name: filled(`${place}.name`, name),
      title: optionalText(`${place}.title`, title),
      description: optionalText(`${place}.description`, description),
      ...own,
      icons: readIcons(`${place}.icons`, icons),
      _meta: optionalObject(`${place}._meta`, _meta),
    }),
  )
  if (text.length > MOST_LISTED) throw invalidOption(place, `has more than ${MOST_LISTED} characters`)
  return text
}

/** Reads a text that is there and not empty. */
export function filled(option: string, value: unknown): string {
  if (value === undefined || value === '') throw invalidOption(option, 'must be a text that is not empty')
  return toName(option, value)
}

export function optionalText(option: string, value: unknown): string | undefined {
  return value === undefined ? undefined : toName(option, value)
}

/** Copies an object as JSON has it. */
export function optionalObject(option: string, value: unknown): object | undefined {
  if (value === undefined) return undefined
  const copy = ownJson(option, value)
  if (!isMembers(copy)) throw invalidOption(option, 'must be an object')
  return copy
}

export function toFunction<F>(option: string, value: unknown): F {
  if (typeof value !== 'function') throw invalidOption(option, 'must be a function')
  return value as F
}

function readIcons(option: string, value: unknown): unknown {
  if (value === undefined) return undefined
  const copy = ownJson(option, value)
  const isIcon = (icon: unknown): boolean => isMembers(icon) && typeof icon.src === 'string'
  if (typeof copy !== 'object' || copy === null || !isPlainArray(copy) || !copy.every(isIcon))
    throw invalidOption(option, 'must be a list of objects with a src')
  return copy
}

/** Throws where two items of a list have one key. */
export function checkUnique(option: string, keys: readonly string[]): void {
  const seen = new Set<string>()
  for (const [index, key] of keys.entries()) {
    if (seen.has(key)) throw invalidOption(`${option}[${index}]`, `is the second one of "${key}"`)
    seen.add(key)
  }
}
