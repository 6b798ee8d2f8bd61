// Sent tools: what calls need of the tools of a list. Objects are made for the tools that are called.

import { parseExactly } from '../../border/exact-integers'
import type { UpstreamTool } from '../client/upstream-connection'

/** What Rust says of a list. */
export interface WrittenList {
  readonly hash: string
  readonly unselected: number
  /** The server's own names of the chosen tools. */
  readonly names: readonly string[]
  /** The places of those with a schema of results. */
  readonly outputs: readonly number[]
  /** The schemas of arguments that may have headers, by the own names. */
  readonly headers: readonly (readonly [string, string])[]
  /** The own names of the valid tools, in the order of their closures. */
  readonly tools: readonly string[]
}

/** The tools of a list by the server's own names. */
export class SentTools {
  /** The names of the chosen tools, with those that are not valid. */
  readonly names: readonly string[]
  readonly #outputs: ReadonlySet<string>
  readonly #headers: ReadonlyMap<string, string>
  readonly #known = new Map<string, UpstreamTool>()

  constructor({ names, outputs, headers }: Pick<WrittenList, 'names' | 'outputs' | 'headers'>) {
    this.names = names
    this.#outputs = new Set(outputs.map((index) => names[index] as string))
    this.#headers = new Map(headers)
  }

  /** Whether its results have a schema. */
  hasOutput(own: string): boolean {
    return this.#outputs.has(own)
  }

  /** The tool as it is called. One that is not listed any more is called all the same. */
  named(own: string): UpstreamTool {
    const schema = this.#headers.get(own)
    if (schema === undefined) return { name: own }
    const known = this.#known.get(own) ?? { name: own, inputSchema: parseExactly(schema) }
    this.#known.set(own, known)
    return known
  }
}

/** Those of no list. */
export const NO_TOOLS = new SentTools({ names: [], outputs: [], headers: [] })
