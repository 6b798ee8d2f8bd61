// Opens the content of a server: reads the options `resources`, `resourceTemplates`, `prompts` and `passThrough`, and what
// replaces their lists later.

import type { Clock } from '../../border/clock'
import { checkOptions, invalidOption } from '../../border/options'
import type { ReadOptions } from '../../border/options'
import { readPrompts } from '../prompts/prompt-options'
import { readResources, readTemplates } from '../resources/resource-options'
import { ContentCatalog } from './content-catalog'
import type { CatalogParts } from './content-catalog'
import type { ContentEnvironment } from './content-context'
import type { ContentItems, ContentKind } from './content-item'
import { findPassedContent } from './passed-content'
import type { PassedContent } from './passed-content'

const LISTS = Object.freeze(['resources', 'resourceTemplates', 'prompts'] as const)

/** How each list is read. */
const READERS = Object.freeze({ resources: readResources, resourceTemplates: readTemplates, prompts: readPrompts })

/** What the content of a server needs of it. */
export interface ContentParts extends Pick<
  CatalogParts,
  'clock' | 'notifyMs' | 'pageBytes' | 'tellsUnscoped' | 'onFault'
> {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly callId: () => string
}

/** The content of one server, as its program changes it. */
export class ServerContent {
  readonly catalog: ContentCatalog
  readonly #environment: ContentEnvironment
  readonly #served: ReadonlySet<ContentKind>

  /** Throws `INVALID_OPTIONS`. */
  constructor(given: ReadOptions<ContentKind | 'passThrough'>, { timeoutMs, callId, ...parts }: ContentParts) {
    this.#environment = { clock: parts.clock, timeoutMs, callId }
    this.#served = new Set(LISTS.filter((kind) => given[kind] !== undefined))
    this.catalog = new ContentCatalog({
      ...parts,
      own: {
        resources: given.resources === undefined ? undefined : readResources(given.resources, this.#environment),
        resourceTemplates:
          given.resourceTemplates === undefined ? undefined : readTemplates(given.resourceTemplates, this.#environment),
        prompts: given.prompts === undefined ? undefined : readPrompts(given.prompts, this.#environment),
      },
      passed: readPassed(given.passThrough),
    })
  }

  /** Replaces the lists that are named. All of them are checked before one is replaced. */
  update(lists: unknown): void {
    const given = checkOptions(lists, LISTS, 'lists')
    const read: { [Kind in ContentKind]?: ContentItems[Kind] } = {}
    for (const kind of LISTS) {
      if (given[kind] === undefined) continue
      if (!this.#served.has(kind)) throw notServed(kind)
      Object.assign(read, { [kind]: READERS[kind](given[kind], this.#environment) })
    }
    this.catalog.replace(read)
  }
}

/** Checks lists for a server that has none. Throws `INVALID_OPTIONS` for each of them. */
export function refuseLists(lists: unknown): void {
  const given = checkOptions(lists, LISTS, 'lists')
  for (const kind of LISTS) if (given[kind] !== undefined) throw notServed(kind)
}

/** A server has told its clients what it serves: a list that comes later would be asked for by none. */
function notServed(kind: string): Error {
  return invalidOption(kind, `is not served: give createMcpServer a list, such as { ${kind}: [] }`)
}

function readPassed(loader: unknown): PassedContent | undefined {
  if (loader === undefined) return undefined
  const passed = loader !== null && typeof loader === 'object' ? findPassedContent(loader) : undefined
  if (passed === undefined) throw invalidOption('passThrough', 'must be a McpLoader of this copy of toolrack')
  return passed
}
