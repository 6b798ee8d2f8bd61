// Provided tools: what `loadTools` of a provider gave, as a list.

import { kindOf } from '../../border/kind'
import { limitExceeded } from '../../border/raised-error'

/** Limit of tools: an iterator may be endless. */
const MOST_TOOLS = 100_000

/** Reads an iterable or async iterable. `isOver` says that nobody waits for it any more. */
export async function listTools(given: unknown, isOver: () => boolean): Promise<unknown[]> {
  if (typeof given !== 'object' || given === null) throw notIterable(given)
  const tools: unknown[] = []
  const add = (tool: unknown): boolean => {
    if (tools.push(tool) > MOST_TOOLS) throw limitExceeded('number of tools of a provider', MOST_TOOLS)
    return isOver()
  }
  const { [Symbol.asyncIterator]: openAsync, [Symbol.iterator]: open } = given as Partial<AsyncIterable<unknown>> &
    Partial<Iterable<unknown>>
  if (typeof openAsync === 'function') {
    for await (const tool of { [Symbol.asyncIterator]: () => openAsync.call(given) }) if (add(tool)) break
  } else if (typeof open === 'function') {
    for (const tool of { [Symbol.iterator]: () => open.call(given) }) if (add(tool)) break
  } else throw notIterable(given)
  return tools
}

function notIterable(given: unknown): TypeError {
  return new TypeError(`it gave ${kindOf(given)}: return a list of tools, or another iterable of them`)
}
