// MCP tool list: the tools of one snapshot as pages of `tools/list`, in bytes that unchanged pages share over revisions.

import type { Finding, Quarantined } from '../../index'
import { callNative } from '../border/error'
import type { NativeMcpListing } from '../border/native'
import { listForMcp } from '../snapshot'
import type { Snapshot } from '../snapshot'
import type { McpListForm } from './snapshot-reader'

/** What a list holds, and what stays away from it. */
export interface McpListReport {
  /** The number of listed tools. */
  readonly tools: number
  /** The number of pages. */
  readonly pages: number
  /** The bytes of all pages. */
  readonly bytes: number
  /** Tools that the shape of the revision cannot hold, with the reasons. */
  readonly quarantined: readonly Quarantined[]
  /** Tools that are too large for a page, and those for which no page is left, with the reasons. */
  readonly refused: readonly Quarantined[]
  /** What concerns the list as a whole: more pages than one. */
  readonly findings: readonly Finding[]
}

/** An argument that a client repeats in the header `Mcp-Param-<header>`. */
export interface HeaderArgument {
  /** The path of the argument: its name, after those of the objects around it. */
  readonly path: readonly string[]
  /** The name of the header after `Mcp-Param-`. */
  readonly header: string
  /** The type of the argument. */
  readonly type: 'string' | 'integer' | 'boolean'
}

/** The list of the tools of a snapshot. */
export class McpListing {
  readonly #native: NativeMcpListing
  /** Pages that were written, or were in the former list. */
  readonly #pages: (Uint8Array | undefined)[]
  #digest: string | undefined
  #headers: ReadonlyMap<string, readonly HeaderArgument[]> | undefined

  /** `former` is a list of the same view in an earlier revision: unchanged pages are taken from it, with their bytes. */
  constructor(snapshot: Snapshot, form: McpListForm, former?: McpListing) {
    this.#native = listForMcp(snapshot, form, former && former.#native)
    const written = former === undefined ? [] : former.#pages
    // Copied here: a list that kept the former one would keep all before it.
    this.#pages = this.#native.reused().map((index) => written[index])
  }

  get pageCount(): number {
    return this.#pages.length
  }

  /** SHA-256 of all pages in hex: lists with the same digest have the same pages. */
  get digest(): string {
    return (this.#digest ??= this.#native.digest())
  }

  get judgement(): McpListReport {
    return JSON.parse(this.#native.judgement()) as McpListReport
  }

  /** A page: the text of a JSON array of tools. It is written once, and must not be changed. */
  page(index: number): Uint8Array | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#pages.length) return undefined
    return (this.#pages[index] ??= callNative(() => this.#native.page(index)))
  }

  /** The arguments of a tool, by its wire name, that clients repeat in headers. */
  headerArguments(tool: string): readonly HeaderArgument[] {
    this.#headers ??= new Map(JSON.parse(this.#native.headers()) as [string, HeaderArgument[]][])
    return this.#headers.get(tool) ?? []
  }
}
