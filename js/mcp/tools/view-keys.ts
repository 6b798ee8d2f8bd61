// View keys: tell apart what principals see. A key is the same in all revisions, so that a walk goes on after a change.

import { toText } from '../../border/options'
import { splitFilter } from '../../snapshot/filter'
import type { ToolPredicate } from '../../snapshot/filter'
import type { ListShape } from '../protocol/revisions'

/** What a view is of. */
export interface ViewParts {
  readonly shape: ListShape
  /** The key of the view of the caller, before its filter. */
  readonly callerKey: string
  readonly filter: unknown
  /** The scopes of tools that a principal has, if they bound what it sees. */
  readonly grantedScopes: readonly string[] | undefined
}

/** Writes keys of views. */
export class ViewKeys {
  /** A predicate is known by itself: the names that it accepts are others in each revision. */
  readonly #predicates = new WeakMap<ToolPredicate, number>()
  #count = 0

  write({ shape, callerKey, filter, grantedScopes }: ViewParts): string {
    const { conditions, predicate } = splitFilter(filter)
    const number = predicate === undefined ? 0 : this.#number(predicate)
    return JSON.stringify([shape, callerKey, toText('filter', conditions), number, grantedScopes])
  }

  #number(predicate: ToolPredicate): number {
    const number = this.#predicates.get(predicate) ?? ++this.#count
    this.#predicates.set(predicate, number)
    return number
  }
}
