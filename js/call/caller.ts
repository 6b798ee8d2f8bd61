// Caller: reads the caller from options or from arguments, for version routes.

import { jsonText } from '../border/json'
import { readOption } from '../border/options'

/**
 * The caller for version routes: user id, and texts and numbers of the metadata. Other values stay here. `keys` are the
 * metadata keys that routes read; all by default.
 */
export function callerText(context: unknown, keys?: readonly string[]): string | undefined {
  return readOption('context', () => callerJson(context, keys))
}

function callerJson(context: unknown, keys: readonly string[] | undefined): string | undefined {
  if (context === null || typeof context !== 'object') return undefined
  const { metadata } = context as { readonly metadata?: unknown }
  const routed = Object.create(null) as Record<string, unknown>
  if (metadata !== null && typeof metadata === 'object') {
    for (const key of keys ?? Object.keys(metadata)) {
      const value = Object.hasOwn(metadata, key) ? plainValue((metadata as Record<string, unknown>)[key]) : undefined
      if (value !== undefined) routed[key] = value
    }
  }
  return jsonText({ userId: plainValue((context as { readonly userId?: unknown }).userId), metadata: routed })
}

/** A value that a route can compare; nothing for another one. */
function plainValue(value: unknown): string | number | undefined {
  if (typeof value === 'bigint') return String(value)
  // Half a surrogate would cross as U+FFFD and become another user: such an id is left out.
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  return typeof value === 'number' ? value : undefined
}

/**
 * The caller of a call: from its context, else from its arguments where those may carry identity. `own` reads the
 * context keys that are arguments of the tool.
 */
export function callerOf(params: unknown, context: unknown, callerOnly: boolean, own: () => number): unknown {
  if (context !== undefined) return context
  if (callerOnly || params === null || typeof params !== 'object') return undefined
  const bits = own()
  const members = params as { readonly userId?: unknown; readonly __metadata?: unknown }
  try {
    return {
      userId: (bits & 1) === 0 && Object.hasOwn(params, 'userId') ? members.userId : undefined,
      metadata: (bits & 4) === 0 && Object.hasOwn(params, '__metadata') ? members.__metadata : undefined,
    }
  } catch {
    // Splitting the arguments meets the same error and reports it.
    return undefined
  }
}
