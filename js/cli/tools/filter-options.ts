// Filter options: the conditions that `tools` and `search` have for tools.

import type { ToolFilter } from '../../../index'
import type { OptionTable } from '../command'

export const FILTER_OPTIONS = Object.freeze({
  category: { type: 'string', multiple: true, value: 'CATEGORY', help: 'lists tools of this category' },
  tag: { type: 'string', multiple: true, value: 'TAG', help: 'lists tools with this tag' },
  source: { type: 'string', multiple: true, value: 'NAME', help: 'lists tools of this source' },
  match: { type: 'string', value: 'GLOB', help: 'lists tools whose name matches, such as list*' },
} satisfies OptionTable)

/** The values of these options. */
export interface FilterValues {
  readonly category?: readonly string[] | undefined
  readonly tag?: readonly string[] | undefined
  readonly source?: readonly string[] | undefined
  readonly match?: string | undefined
}

export function filterOf({ category, tag, source, match }: FilterValues): ToolFilter {
  return {
    ...(category && { category }),
    ...(tag && { tags: tag }),
    ...(source && { source }),
    ...(match !== undefined && { name: match }),
  }
}
