// MCP tool list: the tools of one snapshot as pages of `tools/list`, in parts whose bytes lists of other revisions share.

import { createHash } from 'node:crypto'
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
  /** The type of the argument: `string`, `integer` or `boolean`. A tool that is not listed may have another one. */
  readonly type: string
}

/** What stands behind the last part of a page. */
const END = Buffer.from(']')

/** The list of the tools of a snapshot. */
export class McpListing {
  readonly #native: NativeMcpListing
  /** Definitions that stand before those of the snapshot, each as JSON. */
  readonly #before: readonly string[]
  /** The number of parts up to the end of each page. */
  readonly #ends: readonly number[]
  /** Parts that were written, or were in the former list. */
  readonly #parts: (Uint8Array | undefined)[]
  #digest: string | undefined
  /** Header arguments by wire name: of listed tools, and of others that were asked for. */
  #headers: Map<string, readonly HeaderArgument[]> | undefined
  /** Names of the tools that no page has: those that are quarantined, and those that are refused. */
  #unlisted: ReadonlySet<string> | undefined

  /**
   * `former` is a list of the same view in an earlier revision: unchanged parts are taken from it, with their bytes.
   * `before` are further definitions: then the list is not that of all tools that its caller may call.
   */
  constructor(snapshot: Snapshot, form: McpListForm, former?: McpListing, before: readonly string[] = []) {
    this.#native = listForMcp(snapshot, form, former && former.#native)
    this.#before = before
    let end = 0
    this.#ends = this.#native.partCounts().map((count) => (end += count))
    const written = former === undefined ? [] : former.#parts
    // Copied here: a list that kept the former one would keep all before it.
    this.#parts = this.#native.reused().map((index) => written[index])
  }

  get pageCount(): number {
    return this.#ends.length
  }

  /** Parts that were written. Lists that share a part have the same bytes. */
  get written(): readonly Uint8Array[] {
    return this.#parts.filter((part) => part !== undefined)
  }

  /** A SHA-256 in hex: lists with the same digest have the same pages. */
  get digest(): string {
    return (this.#digest ??= this.#writeDigest())
  }

  #writeDigest(): string {
    const digest = this.#native.digest()
    if (this.#before.length === 0) return digest
    return createHash('sha256').update(this.#before.join(',')).update(digest).digest('hex')
  }

  get judgement(): McpListReport {
    const report = JSON.parse(this.#native.judgement()) as McpListReport
    const before = this.#before
    if (before.length === 0) return report
    const bytes = report.bytes + Buffer.byteLength(before.join(',')) + (report.tools > 0 ? 1 : 0)
    return { ...report, tools: report.tools + before.length, bytes }
  }

  /**
   * A page: the text of a JSON array of tools, in pieces that follow each other. A part is written once, and must not be
   * changed.
   */
  page(index: number): readonly Uint8Array[] | undefined {
    const end = Number.isInteger(index) ? this.#ends[index] : undefined
    if (end === undefined) return undefined
    const pieces: Uint8Array[] = []
    for (let part = this.#ends[index - 1] ?? 0; part < end; part++) pieces.push(this.#part(part))
    pieces.push(END)
    return index > 0 || this.#before.length === 0 ? pieces : precede(this.#before, pieces)
  }

  #part(index: number): Uint8Array {
    return (this.#parts[index] ??= callNative(() => this.#native.part(index)))
  }

  /**
   * The arguments of a tool, by its wire name, that clients repeat in headers. `snapshot` is that of the list: who knows
   * a tool that no page has may call it too.
   */
  headerArguments(tool: string, snapshot: Snapshot): readonly HeaderArgument[] {
    this.#headers ??= new Map(JSON.parse(this.#native.headers()) as [string, HeaderArgument[]][])
    const known = this.#headers.get(tool)
    if (known !== undefined) return known
    const name = this.#mayBeUnlisted ? snapshot.resolve(tool, 'mcp') : undefined
    if (name === undefined || !this.#isUnlisted(name)) return []
    const found = [...readHeaderArguments(snapshot.get(name)?.inputSchema, [])]
    this.#headers.set(tool, found)
    return found
  }

  get #mayBeUnlisted(): boolean {
    this.#unlisted ??= this.#readUnlisted()
    return this.#before.length > 0 || this.#unlisted.size > 0
  }

  #isUnlisted(name: string): boolean {
    return this.#before.length > 0 || this.#unlisted?.has(name) === true
  }

  #readUnlisted(): ReadonlySet<string> {
    const { quarantined, refused } = this.judgement
    return new Set([...quarantined, ...refused].map(({ name }) => name))
  }
}

/** Puts definitions before those of a page, whose text starts with a bracket. */
function precede(before: readonly string[], [first = END, ...rest]: readonly Uint8Array[]): readonly Uint8Array[] {
  const isEmpty = first.length + (rest[0]?.length ?? 0) <= '[]'.length
  return [Buffer.from(`[${before.join(',')}${isEmpty ? '' : ','}`), first.subarray(1), ...rest]
}

/** Reads header arguments of an input schema, by the rule of `core/src/target/provider/mcp_header.rs`. */
function* readHeaderArguments(schema: unknown, around: readonly string[]): Iterable<HeaderArgument> {
  const { properties } = membersOf(schema)
  for (const [name, property] of Object.entries(membersOf(properties))) {
    const path = [...around, name]
    const { 'x-mcp-header': header, type } = membersOf(property)
    if (typeof header === 'string' && typeof type === 'string') yield { path, header, type }
    yield* readHeaderArguments(property, path)
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
