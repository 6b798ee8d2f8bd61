// `toolrack diff`: the changes of tools between two documents, or from a state file to a document, each with its class.

import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION, configFileOf, refuseDocumentOptions } from '../documents/config-file'
import { CHOICE_OPTIONS, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import type { DocumentArguments, DocumentValues } from '../documents/document-options'
import { CommandOutput } from '../output/command-output'
import { Variables } from '../variables'
import { FAIL_ON, diffResult } from './diff-result'
import type { DiffResult, FailOn } from './diff-result'
import { diffMarkdown } from './diff-markdown'
import { diffLines } from './diff-text'
import { compareDocuments, compareWithState } from './document-comparison'

const OPTIONS = Object.freeze({
  state: {
    type: 'string',
    value: 'FILE',
    help: 'compares one document with its source in a state file, which stays as it is',
  },
  'fail-on': {
    type: 'string',
    value: 'CLASS',
    help: 'the class from which on changes end with 1 (default: breaking)',
    choices: FAIL_ON,
  },
  markdown: { type: 'boolean', help: 'prints Markdown, for a pull request' },
  name: {
    type: 'string',
    value: 'NAME',
    help: 'the name of the source (default: the name of the file that is compared with)',
  },
  config: { ...CONFIG_OPTION, help: 'a configuration file, whose document --name is compared with --state' },
  ...CHOICE_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const diff: Command = Object.freeze({
  words: ['diff'],
  usage: '[BEFORE AFTER] [OPTIONS]',
  about:
    'Compares the tools of two API documents (files and URLs), or with --state those of a state file with a ' +
    'document. Each change has a class, which says what it means for a model that calls the tool: widening, ' +
    'wording, endpoint, auth or breaking. It calls nothing.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'no change of the class of --fail-on, nor of a worse one',
    1: 'such a change, or an operation that can no longer be read',
    2: 'a document or file cannot be read, or a mistake in the arguments',
  },
  example: 'toolrack diff openapi-1.0.yaml openapi-1.1.yaml --fail-on auth --markdown',
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  if (values.json && values.markdown) throw new UsageError('give one of --json and --markdown')
  const { name, ...choices } = values
  const given = await readArguments(positionals, name, choices)
  const output = new CommandOutput(given.variables)
  const result = await compare(given, values.state, (values['fail-on'] ?? 'breaking') as FailOn, output)
  if (values.json) output.json(result)
  else output.lines(values.markdown ? diffMarkdown(result, output) : diffLines(result, output))
  return result.exitCode
}

/** The options that say what a document is compared as. */
type Choices = Pick<DocumentValues, 'config' | 'include' | 'exclude'> & { readonly state?: string | undefined }

/** Reads the documents, or with a configuration the one that is compared with a state file. */
async function readArguments(
  positionals: readonly string[],
  name: string | undefined,
  { config, state, ...choices }: Choices,
): Promise<DocumentArguments> {
  const file = state === undefined ? undefined : configFileOf(positionals, { config })
  if (file === undefined) {
    if (config !== undefined) throw new UsageError('--config is compared with a state file: add --state FILE')
    // Two documents are one source: they have one name.
    const names = name === undefined ? {} : { name: positionals.map(() => name) }
    return readDocuments(positionals, { ...choices, ...names })
  }
  refuseDocumentOptions(file, CHOICE_OPTIONS, choices)
  const { documentOfConfig } = await import('../documents/configured-documents.js')
  const variables = new Variables(process.env)
  return { documents: [await documentOfConfig(file, name, variables)], variables, options: {} }
}

async function compare(
  given: DocumentArguments,
  state: string | undefined,
  failOn: FailOn,
  output: CommandOutput,
): Promise<DiffResult> {
  const [first, second, ...more] = given.documents
  if (state !== undefined) {
    if (first === undefined || second !== undefined) throw new UsageError('--state FILE is compared with one document')
    return diffResult({ before: state, after: first.given, failOn }, await compareWithState(state, given, output))
  }
  if (first === undefined || second === undefined || more.length > 0)
    throw new UsageError('give two documents, or one and --state FILE')
  const compared = await compareDocuments([first, second], given, output)
  return diffResult({ before: first.given, after: second.given, failOn }, compared)
}
