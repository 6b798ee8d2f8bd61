// `toolrack check`: what is lost of documents, what their tools cost, and which changes gates would hold.

import type { GatePreset, Target } from '../../../index'
import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION } from '../documents/config-file'
import { CALL_OPTIONS, CHOICE_OPTIONS, NAME_OPTION, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import { loadDocuments } from '../documents/loaded-documents'
import { checkSaved } from '../documents/saved-sources'
import { compareLock } from '../lock/lock-comparison'
import { readLock } from '../lock/lock-file'
import { CommandOutput } from '../output/command-output'
import { TARGETS } from '../targets'
import { checkResult } from './check-result'
import { checkLines } from './check-text'

const OPTIONS = Object.freeze({
  target: {
    type: 'string',
    multiple: true,
    value: 'TARGET',
    help: 'a target whose tokens are told, and whose refused tools are losses (default: openai, anthropic, gemini)',
    choices: TARGETS,
  },
  state: {
    type: 'string',
    value: 'FILE',
    help: 'a state file: gates review the change from what it has; it stays as it is',
  },
  gates: {
    type: 'string',
    value: 'PRESET',
    help: 'the gates of --state (default: development)',
    choices: ['development', 'production'],
  },
  lock: { type: 'string', value: 'FILE', help: 'a lock file (toolrack lock): each tool that differs from it is told' },
  config: CONFIG_OPTION,
  name: NAME_OPTION,
  ...CHOICE_OPTIONS,
  ...CALL_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const check: Command = Object.freeze({
  words: ['check'],
  usage: '[DOCUMENT...] [OPTIONS]',
  about:
    'Loads API documents (files and URLs), calls nothing, and says what becomes of them: operations that are ' +
    'lost, names that are refused, tokens by source and target. With a state file it says what gates would hold; ' +
    'with a lock file, which tools differ.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'nothing is lost and nothing is held',
    1: 'losses, held or refused changes, or tools that differ from the lock file',
    2: 'a document or file cannot be read, or a mistake in the arguments',
  },
  example: 'toolrack check openapi.yaml --target anthropic --lock toolrack.lock.json',
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  if (values.gates !== undefined && values.state === undefined)
    throw new UsageError('--gates reviews the change from a state file: add --state FILE')
  const given = readDocuments(positionals, values)
  const output = new CommandOutput(given.variables)
  const targets = readTargets(values.target)
  const lock = values.lock === undefined ? undefined : await readLock(values.lock)
  const { registry, outcomes, documents } = await loadDocuments(given, output, { targets })
  const gates = values.gates as GatePreset | undefined
  const saved =
    values.state === undefined ? undefined : await checkSaved(values.state, { ...given, documents }, { gates, output })
  const result = checkResult({
    outcomes,
    saved,
    targets,
    sources: [...new Set(registry.tools().map(({ source }) => source))],
    tokensOf: (source, target) => registry.tokens(target, { source }).total,
    lock: lock && compareLock(lock, registry),
  })
  if (values.json) output.json(result)
  else output.lines(checkLines(result, output))
  return result.exitCode
}

function readTargets(names: readonly string[] | undefined): Target[] {
  // `choices` has let in targets alone.
  return [...new Set(names ?? ['openai', 'anthropic', 'gemini'])] as Target[]
}
