// Tool walk: all pages of `tools/list` → one list, within limits of pages, tools and bytes.

import type { Members } from '../../border/kind'
import type { Channel } from './channel'
import type { ClientLimits } from './client-limits'
import { brokenFault } from './pending-request'
import { ToolsText } from './tools-text'
import type { UpstreamList } from './upstream-connection'

/** Asks for a page of a list; `onSize` gets the length of its message, where it is known. */
export type PageRequest = (cursor: string | undefined, onSize: (size: number) => void) => Promise<Members>

/** Asks a channel for pages. A page is waited for as long as any request. */
export function pagesOf(channel: Channel, { pageMs }: ClientLimits, signal: AbortSignal): PageRequest {
  return (cursor, onSize) => {
    const params = cursor === undefined ? {} : { params: { cursor } }
    const patience = { signal, timeoutMs: pageMs, maxTimeoutMs: pageMs, onSize }
    return channel.request({ method: 'tools/list', isSafe: true, ...params }, patience)
  }
}

/** A list that is being read. */
interface Walk {
  readonly pages: string[]
  readonly cursors: Set<string>
  bytes: number
  count: number
  ttlMs: number | undefined
}

/** Reads all pages. `hasHeaders`: whether calls repeat arguments in headers, so that wrong ones refuse a tool. */
export async function walkTools(ask: PageRequest, limits: ClientLimits, hasHeaders: boolean): Promise<UpstreamList> {
  const walk: Walk = { pages: [], cursors: new Set(), bytes: 0, count: 0, ttlMs: undefined }
  let cursor: string | undefined
  do {
    const page = await ask(cursor, (size) => (walk.bytes += size))
    if (walk.bytes > limits.listBytes) throw brokenFault(`tools/list has more than ${limits.listBytes} bytes`)
    takePage(walk, page, limits)
    cursor = nextCursor(walk, page, limits)
  } while (cursor !== undefined)
  const { pages, ttlMs } = walk
  return { pages, hasHeaders, ...(ttlMs !== undefined && { ttlMs }) }
}

function takePage(walk: Walk, { tools, ttlMs }: Members, limits: ClientLimits): void {
  const page = Array.isArray(tools) ? ToolsText.of(tools) : tools
  if (!(page instanceof ToolsText)) throw brokenFault('a page of tools/list has no list of tools')
  walk.count += page.count
  if (walk.count > limits.tools) throw brokenFault(`tools/list has more than ${limits.tools} tools`)
  walk.pages.push(page.text)
  // The list is as fresh as its oldest page.
  if (typeof ttlMs === 'number' && ttlMs >= 0) walk.ttlMs = Math.min(walk.ttlMs ?? Infinity, ttlMs)
}

function nextCursor({ cursors }: Walk, { nextCursor }: Members, { pages }: ClientLimits): string | undefined {
  // An empty one is a cursor for the revision, and the end for some servers.
  if (typeof nextCursor !== 'string' || nextCursor === '') return undefined
  if (cursors.has(nextCursor)) throw brokenFault('tools/list names a cursor twice: its pages never end')
  cursors.add(nextCursor)
  if (cursors.size >= pages) throw brokenFault(`tools/list has more than ${pages} pages`)
  return nextCursor
}
