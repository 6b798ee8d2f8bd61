// `toolrack call`: calls a tool of a document, and prints its result.

import type { CallResult, ToolRegistry } from '../../../index'
import { revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION, beginsWithTool } from '../documents/config-file'
import { CALL_OPTIONS, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import { loadDocuments, requireReports, warnOfFailures } from '../documents/loaded-documents'
import { CommandOutput } from '../output/command-output'
import { readCallArguments } from './call-arguments'
import { printError, printResult } from './call-result'

const OPTIONS = Object.freeze({
  'user-id': { type: 'string', value: 'ID', help: 'the user that the call is made for, where a tool needs one' },
  approve: { type: 'boolean', help: 'says that a person approved the call; on a terminal it is asked for' },
  config: CONFIG_OPTION,
  ...CALL_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const call: Command = Object.freeze({
  words: ['call'],
  usage: '[DOCUMENT] NAME [JSON | - | KEY=VALUE...] [OPTIONS]',
  about:
    'Calls a tool of an API document (a file or URL) or of a configuration file, and prints its result. The arguments are a JSON object, - ' +
    'for one on stdin, or pairs whose values have the types of the schema; a key that is given twice is a list.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'the tool gave a result',
    1: 'the tool failed',
    2: 'a document cannot be read, or the call is wrong: its arguments, its tool, its user, its approval',
    130: 'the call was cancelled (Ctrl-C)',
  },
  example: "toolrack call openapi.yaml listPets limit=10 --header 'Authorization: Bearer ${API_TOKEN}'",
  run,
})

/** Codes of calls that are wrong: nothing was sent, and the caller can mend them. */
const CALLER_CODES: ReadonlySet<string> = new Set([
  'UNKNOWN_TOOL',
  'INVALID_PARAMS',
  'MISSING_CONTEXT',
  'APPROVAL_REQUIRED',
  'APPROVAL_REJECTED',
])

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const isConfigured = beginsWithTool(positionals[0], { config: values.config })
  const [documents, [name, ...rest]] = isConfigured
    ? [[], positionals]
    : [positionals.slice(0, 1), positionals.slice(1)]
  if (name === undefined)
    throw new UsageError(isConfigured ? 'give the name of a tool' : 'give a document and the name of a tool')
  const given = readDocuments(documents, values)
  const output = new CommandOutput(given.variables)
  const readArguments = await readCallArguments(rest)
  const userId = values['user-id']
  const { registry, outcomes } = await loadDocuments(given, output, { call: 'recorded' })
  // In a configuration, another source may be the one of the tool.
  if (isConfigured) warnOfFailures(outcomes, output)
  else requireReports(outcomes)
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  // A terminal on both sides: stdin may have the arguments, or be the end of a pipe.
  if (process.stdin.isTTY && process.stderr.isTTY && values.json !== true)
    await askOnTerminal(registry, output, () => controller.abort())
  output.progress(`calling ${name}`)
  try {
    const result = await registry.call(name, readArguments(registry.get(name)?.inputSchema), {
      // The arguments never say who calls.
      context: userId === undefined ? {} : { userId },
      approved: values.approve === true,
      signal: controller.signal,
    })
    printResult(result as CallResult<unknown>, values.json === true, output)
    return 0
  } catch (thrown) {
    const error = revive(thrown)
    printError(error, values.json === true, output)
    return exitCodeOf(error)
  } finally {
    registry.close()
  }
}

/** Asks the person at the terminal about a call that needs approval. */
async function askOnTerminal(registry: ToolRegistry, output: CommandOutput, onLeave: () => void): Promise<void> {
  const { askForApproval } = await import('./ask-approval.js')
  askForApproval(registry, {
    input: process.stdin,
    output: process.stderr,
    hide: output.hide,
    onQuestion: () => output.progress(undefined),
    onLeave,
  })
}

function exitCodeOf({ code }: ToolrackError): number {
  if (code === 'CANCELLED') return 130
  return CALLER_CODES.has(code) ? 2 : 1
}
