// Own tools of a server: `search_tools` and `call_tool`, which stand for all that the list leaves out.

import type { RegistrySummary } from '../../../index'
import { oneLine, wellCut } from '../../border/one-line'
import { CALL_TOOL, SEARCH_TOOLS } from './exposure-options'

/** The hits of a search by default, and at most. */
export const DEFAULT_HITS = 5
export const MOST_HITS = 20

/** The most characters of the description of `search_tools`. */
const MOST_CHARACTERS = 1_000

/** The definitions of both as JSON. All revisions of the protocol take this shape. */
export function writeOwnTools(summary: RegistrySummary): readonly string[] {
  return [JSON.stringify(searchTools(summary)), CALL_TOOL_TEXT]
}

function searchTools(summary: RegistrySummary): object {
  return {
    name: SEARCH_TOOLS,
    title: 'Search tools',
    description: describe(summary),
    inputSchema: {
      type: 'object',
      properties: {
        query: {
          type: 'string',
          maxLength: 500,
          description:
            'what the tool does, in words of an API, such as "create pull request"; one need for each search',
        },
        source: { type: 'string', description: 'the name of a source, to search its tools alone' },
        limit: { type: 'integer', minimum: 1, maximum: MOST_HITS, default: DEFAULT_HITS },
        cursor: { type: 'string', description: 'nextCursor of the result before, for further tools' },
        detail: {
          type: 'string',
          enum: ['schemas', 'names'],
          default: 'schemas',
          description: 'names: without the schemas of the arguments',
        },
      },
      required: ['query'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  }
}

const CALL_TOOL_TEXT = JSON.stringify({
  name: CALL_TOOL,
  title: 'Call a tool',
  description: `Calls a tool that ${SEARCH_TOOLS} has found.`,
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: `the name of the tool, as ${SEARCH_TOOLS} writes it` },
      arguments: {
        type: 'object',
        description: 'the arguments of the tool, by its inputSchema',
        additionalProperties: true,
      },
    },
    required: ['name'],
    additionalProperties: false,
  },
})

/** Says what is behind the two tools. What a document calls its tools is data: it is cut, and on one line. */
function describe({ tools, sources, categories }: RegistrySummary): string {
  const head =
    `Finds tools by words. ${counted(tools, 'tool')} of this server ${tools === 1 ? 'is' : 'are'} behind it; ` +
    `call what it finds with ${CALL_TOOL}.`
  const parts = [` Sources: ${listCounts(sources)}.`, ` Categories: ${listCounts(categories)}.`]
  const text = head + (tools === 0 ? '' : parts.join(''))
  return text.length > MOST_CHARACTERS ? `${wellCut(text, MOST_CHARACTERS - 1)}…` : text
}

/** The names with the most tools first; most of them say what is there. */
function listCounts(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const listed = sorted.slice(0, MOST_NAMES).map(([name, count]) => `${oneLine(name)} (${count})`)
  const rest = sorted.length - listed.length
  return [...listed, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

/** The most sources, and the most categories, that are named. */
const MOST_NAMES = 15

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
