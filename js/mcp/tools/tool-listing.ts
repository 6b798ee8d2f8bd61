// Tool listing: what `tools/list` answers for one snapshot in one shape, as finished pages.

import { createHash } from 'node:crypto'
import type { McpJudgement } from '../../../types/mcp'
import type { Snapshot } from '../../snapshot'
import type { ListShape } from '../protocol/revisions'
import { headerArguments } from './header-arguments'
import type { HeaderArgument } from './header-arguments'

/** Limits of the pages of a list. */
export interface PageLimits {
  /** The size from which on a page ends, in bytes. */
  readonly bytes: number
}

/** The list of the tools of a snapshot. */
export class ToolListing {
  /** The digest of its bytes: two lists with one digest are the same. */
  readonly digest: string
  readonly judgement: McpJudgement
  readonly #pages: readonly Uint8Array[]
  /** Arguments that clients repeat in headers, by tool; only of tools that have some. */
  readonly #headers: ReadonlyMap<string, readonly HeaderArgument[]>

  constructor(snapshot: Snapshot, shape: ListShape, limits: PageLimits) {
    const { definitions, quarantined } = snapshot.offer('mcp', undefined, { revision: shape })
    const texts = definitions.map((definition) => JSON.stringify(definition))
    this.digest = createHash('sha256').update(texts.join(',')).digest('base64url')
    this.#pages = cut(texts, limits.bytes)
    this.#headers = new Map(
      definitions
        .filter((_, i) => texts[i]?.includes('"x-mcp-header"'))
        .map(({ name, inputSchema }) => [name, headerArguments(inputSchema)]),
    )
    this.judgement = { tools: texts.length, pages: this.#pages.length, quarantined }
  }

  get pageCount(): number {
    return this.#pages.length
  }

  /** The arguments of a tool that clients repeat in headers. */
  headerArguments(tool: string): readonly HeaderArgument[] {
    return this.#headers.get(tool) ?? []
  }

  /** A page: the text of a JSON array of tools. */
  page(index: number): Uint8Array | undefined {
    return this.#pages[index]
  }
}

function cut(texts: readonly string[], bytes: number): Uint8Array[] {
  const pages: Uint8Array[] = []
  let page: string[] = []
  let length = 0
  for (const text of texts) {
    page.push(text)
    length += Buffer.byteLength(text)
    if (length < bytes) continue
    pages.push(Buffer.from(`[${page.join(',')}]`))
    page = []
    length = 0
  }
  if (page.length > 0 || pages.length === 0) pages.push(Buffer.from(`[${page.join(',')}]`))
  return pages
}
