// `toolrack tools`: lists the tools of documents, and shows what a provider gets of one.

import type { Target } from '../../../index'
import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION, beginsWithTool } from '../documents/config-file'
import { CHOICE_OPTIONS, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import { loadDocuments, requireReports } from '../documents/loaded-documents'
import { CommandOutput } from '../output/command-output'
import { TARGETS } from '../targets'
import { FILTER_OPTIONS, filterOf } from './filter-options'
import { definitionLines, renderingLines } from './rendering-text'
import { listLines, listedTools } from './tool-list'

const OPTIONS = Object.freeze({
  tool: { type: 'string', value: 'NAME', help: 'shows this tool; with --target what that target gets of it, and why' },
  target: {
    type: 'string',
    value: 'TARGET',
    help: 'a model provider or protocol; in a list it adds the tokens of each tool',
    choices: TARGETS,
  },
  strict: { type: 'boolean', help: 'asks --target for its strict mode; for --tool' },
  query: { type: 'string', value: 'WORDS', help: 'lists the tools that a search finds, the best first, 50 at most' },
  ...FILTER_OPTIONS,
  config: CONFIG_OPTION,
  ...CHOICE_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const tools: Command = Object.freeze({
  words: ['tools'],
  usage: '[DOCUMENT... | TOOL] [OPTIONS]',
  about:
    'Lists the tools of API documents (files and URLs), or shows one of them: its definition, and for a target ' +
    'the definition that it gets, each change of the schema, and each rule of the provider that is broken. With a ' +
    'configuration file, TOOL is the name of a tool.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'the tools are listed or shown',
    1: 'the target does not take the tool of --tool',
    2: 'a document cannot be read, there is no such tool, or a mistake in the arguments',
  },
  example: 'toolrack tools openapi.yaml --tool listPets --target anthropic',
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const { strict, json } = values
  const { tool, documents } = toolOf(values, positionals)
  const target = values.target as Target | undefined
  const filters = (['query', 'category', 'tag', 'source', 'match'] as const).filter(
    (name) => values[name] !== undefined,
  )
  if (tool !== undefined && filters.length > 0) throw new UsageError(`--${filters[0]} is for a list: leave out --tool`)
  if (strict && (tool === undefined || target === undefined))
    throw new UsageError('--strict is for --tool NAME --target TARGET')
  const given = readDocuments(documents, values)
  const output = new CommandOutput(given.variables)
  const { registry, outcomes } = await loadDocuments(given, output)
  requireReports(outcomes)
  if (tool === undefined) {
    const listed = listedTools(registry, filterOf(values), { target, query: values.query })
    if (json) output.json(listed)
    else output.lines(listLines(listed, output))
    return 0
  }
  // It throws for a tool that is not there, with the nearest names.
  const rendering = registry.explain(tool, target ?? 'plain', strict ? { strict } : {})
  if (target === undefined) {
    const definition = registry.get(tool)
    if (json) output.json(definition)
    else output.lines(definitionLines(definition, output))
    return 0
  }
  if (json) output.json(rendering)
  else output.lines(renderingLines(rendering, target, output))
  return rendering.definition === null ? 1 : 0
}

/** The tool that is shown, if one is, and the documents. */
function toolOf(
  values: { readonly tool?: string | undefined; readonly config?: string | undefined },
  positionals: readonly string[],
): { readonly tool: string | undefined; readonly documents: readonly string[] } {
  const [first, ...more] = positionals
  if (!beginsWithTool(first, { config: values.config })) return { tool: values.tool, documents: positionals }
  if (more.length > 0 || (first !== undefined && values.tool !== undefined))
    throw new UsageError('give one tool, or none for the list')
  return { tool: first ?? values.tool, documents: [] }
}
