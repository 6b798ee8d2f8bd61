// Tools text: the tools in the answer to `tools/list` as text. Rust finds them, and reads them where they are loaded.

import { findListedTools } from '../../border/native'
import { whole } from '../../border/well-formed'
import type { Members } from '../../border/kind'
import type { RequestId } from '../protocol/json-rpc'

/** The tools of a page. */
export class ToolsText {
  /** A list of JSON. */
  readonly text: string
  readonly count: number

  constructor(text: string, count: number) {
    this.text = text
    this.count = count
  }

  /** The text of tools that were read already. Half a surrogate pair becomes U+FFFD. */
  static of(tools: readonly unknown[]): ToolsText {
    return new ToolsText(whole(JSON.stringify(tools)), tools.length)
  }
}

/** An answer to `tools/list`, whose `tools` are a text. */
export interface ListAnswer {
  readonly id: RequestId
  readonly result: Members
}

interface FoundTools {
  readonly id: RequestId
  readonly start: number
  readonly end: number
  readonly count: number
  readonly nextCursor: unknown
  readonly ttlMs: unknown
}

/** Finds the tools in a message. Nothing for a text that is anything else than a plain answer with a list. */
export function findToolsText(text: string, depth: number): ListAnswer | undefined {
  const found = findListedTools(text, depth)
  if (found === null) return undefined
  const { id, start, end, count, nextCursor, ttlMs } = JSON.parse(found) as FoundTools
  return { id, result: { tools: new ToolsText(`[${text.slice(start, end)}]`, count), nextCursor, ttlMs } }
}
