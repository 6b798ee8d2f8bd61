// `toolrack search`: the tools that a request in words is about, the best first, and why.

import type { SearchOptions, Target } from '../../../index'
import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION } from '../documents/config-file'
import { CHOICE_OPTIONS, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import { loadDocuments, requireReports } from '../documents/loaded-documents'
import { CommandOutput } from '../output/command-output'
import { TARGETS } from '../targets'
import { FILTER_OPTIONS, filterOf } from '../tools/filter-options'
import { hitLines } from './hit-lines'

const MOST_HITS = 50

const OPTIONS = Object.freeze({
  limit: { type: 'string', value: 'COUNT', help: `the most tools, from 1 to ${MOST_HITS} (default: 5)` },
  why: { type: 'boolean', help: 'says of each tool which words it has, where, and what they count' },
  target: {
    type: 'string',
    value: 'TARGET',
    help: 'a model provider or protocol: tools that it refuses are left out, and names are as it gets them',
    choices: TARGETS,
  },
  ...FILTER_OPTIONS,
  config: CONFIG_OPTION,
  ...CHOICE_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const search: Command = Object.freeze({
  words: ['search'],
  usage: 'QUERY [DOCUMENT...] [OPTIONS]',
  about:
    'Finds the tools of API documents (files and URLs) that a request in words is about, the best first: the search ' +
    'that agents have. A line has the name of a tool, its source, the share of the words that it has, and its ' +
    'description.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'tools are found',
    1: 'no tool is found',
    2: 'a document cannot be read, or a mistake in the arguments',
  },
  example: 'toolrack search "close a ticket" openapi.yaml --why',
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const [query, ...documents] = positionals
  if (query === undefined || query.trim() === '') throw new UsageError('give a query: words of what the tool does')
  const limit = limitOf(values.limit)
  const target = values.target as Target | undefined
  const given = readDocuments(documents, values)
  const output = new CommandOutput(given.variables)
  const { registry, outcomes } = await loadDocuments(given, output)
  requireReports(outcomes)
  const options: SearchOptions = {
    filter: filterOf(values),
    ...(limit && { limit }),
    ...(target && { target }),
    ...(values.why && { explain: true }),
  }
  const result = registry.search(query, options)
  if (values.json) output.json(result)
  else output.lines(hitLines(result, output))
  return result.hits.length > 0 ? 0 : 1
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST_HITS) throw new UsageError(`--limit must be a whole number from 1 to ${MOST_HITS}`)
  return limit
}
