// Bound caller: the caller (user, tenant) of a snapshot, the caller of all calls on it.

import type { ToolrackError } from '../border/error'
import { copyMembers } from '../border/given-members'
import { invalidOption, readOption } from '../border/options'
import { TENANT_KEY } from './caller-id'
import { checkContext, frozenMetadata } from './context'
import type { Identity } from './interfaces'
import { RESPOND_OPTIONS } from './option-names'

/**
 * The caller of a snapshot, the caller of all calls on it. A call may add to the caller's context but not contradict
 * it.
 */
export class BoundCaller {
  readonly #context: Readonly<Identity>
  /** Metadata keys that identify the caller: the tenant, and those that version routes read. */
  readonly #fixed: ReadonlySet<string>

  /** `routed` are the metadata keys that routes read. */
  constructor(context: unknown, routed: readonly string[]) {
    const { userId, auditingId, metadata } = checkContext(context)
    this.#context = Object.freeze({ userId, auditingId, metadata: frozenMetadata(metadata) })
    this.#fixed = new Set([TENANT_KEY, ...routed])
  }

  /** Adds the caller to the options of a call. Options that are no object pass; the call refuses them. */
  options(options: unknown): unknown {
    if (options !== undefined && (options === null || typeof options !== 'object')) return options
    return readOption('options', () => {
      if (options === undefined) return { context: this.#context }
      const copy = copyMembers(options, RESPOND_OPTIONS)
      copy.context = this.#mergeContext(copy.context)
      return copy
    })
  }

  #mergeContext(context: unknown): Readonly<Identity> {
    const own = this.#context
    if (context === undefined) return own
    const other = checkContext(context)
    if (isGiven(own.userId) && isGiven(other.userId) && !Object.is(own.userId, other.userId))
      throw otherCaller('userId')
    return {
      userId: isGiven(other.userId) ? other.userId : own.userId,
      auditingId: isGiven(other.auditingId) ? other.auditingId : own.auditingId,
      metadata: this.#mergeMetadata(other.metadata),
    }
  }

  #mergeMetadata(other: unknown): unknown {
    const own = this.#context.metadata
    if (!isGiven(other)) return own
    if (!isGiven(own)) return other
    const fixed = [...this.#fixed].filter((key) => isGiven(readMember(own, key)))
    // A value that is no map has no tenant, and would hide the caller's.
    if (typeof other !== 'object' || typeof own !== 'object') {
      if (fixed.length > 0) throw otherCaller(`metadata.${fixed[0]}`)
      return other
    }
    const merged = { ...own, ...other }
    for (const key of fixed) {
      const [otherValue, value] = [readMember(other, key), readMember(own, key)]
      if (isGiven(otherValue) && !Object.is(otherValue, value)) throw otherCaller(`metadata.${key}`)
      Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true })
    }
    return merged
  }
}

function isGiven(value: unknown): value is NonNullable<unknown> {
  return value !== undefined && value !== null
}

/** Reads an own member of an object; nothing of other values. */
function readMember(held: NonNullable<unknown>, key: string): unknown {
  return typeof held === 'object' && Object.hasOwn(held, key) ? (held as Record<string, unknown>)[key] : undefined
}

function otherCaller(key: string): ToolrackError {
  return invalidOption(`context.${key}`, 'differs from the context of the snapshot: take a snapshot for each caller')
}
