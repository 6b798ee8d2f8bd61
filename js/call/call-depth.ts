// Call depth: limits nested synchronous calls of closures before the stack overflows.

import { raise } from '../border/raised-error'

/**
 * The number of nested synchronous closure calls. It is counted for the thread, as the stack is: two registries whose
 * tools call each other share one stack. A closure that has returned its promise is off the stack.
 */
let depth = 0

/**
 * Refuses a closure call beyond the depth limit. Stacks overflow at some 300 nested calls, in an error that does not
 * name the tool.
 */
export function checkDepth({ name, depth: limit }: { readonly name: string; readonly depth: number }): void {
  if (depth < limit) return
  const details = { what: 'call depth', limit, tool: name }
  throw raise('LIMIT_EXCEEDED', details, { words: { ...details, depth } })
}

/** Counts a closure call; calls inside it are one level deeper until {@link ascend}. */
export function descend(): void {
  depth++
}

/** Ends the level of a closure call. */
export function ascend(): void {
  depth--
}
