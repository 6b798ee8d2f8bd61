// Plain options: options that cross to Rust as JSON. What JSON would leave out in silence, such as a function, is refused.

import { isFault } from '../border/error'
import type { ToolrackError } from '../border/error'
import { checkedText, unwritable } from '../border/json'
import { escaped } from '../border/json-pointer'
import { invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import { instanceProblem } from '../definition/value-problems'

/** Writes options as JSON for Rust. A value that JSON would drop or empty is an error that names its place. */
export function plainText(options: object): string {
  return writePlain('options', options, ([, option = '', ...rest], problem) => lostValue(option, rest, problem))
}

/** Writes one option as JSON for Rust, as {@link plainText} does. */
export function plainOption(option: string, value: unknown): string {
  return writePlain(option, value, ([, ...rest], problem) => lostValue(option, rest, problem))
}

/** Makes the error of a value; the segments of its pointer begin with an empty one. */
type Refuse = (segments: readonly string[], problem: string) => ToolrackError

function writePlain(option: string, value: unknown, refuse: Refuse): string {
  const pointers = new Map<object, string>()
  const check = (holder: object, key: string, held: unknown): void => {
    const above = pointers.get(holder)
    const pointer = above === undefined ? '' : `${above}/${escaped(key)}`
    const problem = problemOf(key, held)
    if (problem !== undefined) throw refuse(pointer.split('/'), problem)
    // Members are written right after what holds them, so that a shared object has the pointer of its present place.
    if (typeof held === 'object' && held !== null) pointers.set(held, pointer)
  }
  try {
    const text = checkedText(value, check)
    if (text !== undefined) return text
  } catch (thrown) {
    if (isFault(thrown)) throw thrown
    throw unwritable(thrown, `option "${option}"`, (reason) => invalidOption(option, reason))
  }
  throw invalidOption(option, 'cannot be JSON')
}

function problemOf(key: string, held: unknown): string | undefined {
  if (typeof held === 'object') return held === null ? undefined : instanceProblem(held)
  if (typeof held !== 'function' && typeof held !== 'symbol') return undefined
  if (key === 'requiresApproval')
    return `must be a boolean, is a ${typeof held}: a definition alone may have a function that decides`
  if (key === 'embed') return `is a ${typeof held}: give it to loadConfig as its option embed`
  return `is a ${typeof held}: write plain data`
}

function lostValue(option: string, segments: readonly string[], message: string): ToolrackError {
  const pointer = segments.map((segment) => `/${segment}`).join('')
  const reason = pointer === '' ? message : `${pointer} ${message}`
  return raise('INVALID_OPTIONS', { option, problems: [{ pointer, message }] }, { words: { option, reason } })
}
