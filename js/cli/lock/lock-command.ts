// `toolrack lock`: writes hashes of what models see of the tools of documents; `toolrack check --lock` compares them.

import { JSON_OPTION, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION } from '../documents/config-file'
import { CHOICE_OPTIONS, NAME_OPTION, VARIABLES_NOTE, readDocuments } from '../documents/document-options'
import { loadDocuments, requireReports } from '../documents/loaded-documents'
import { CommandOutput } from '../output/command-output'
import { LOCK_FILE, lockOf, writeLock } from './lock-file'

const OPTIONS = Object.freeze({
  out: { type: 'string', value: 'FILE', help: `the lock file (default: ${LOCK_FILE})` },
  config: CONFIG_OPTION,
  name: NAME_OPTION,
  ...CHOICE_OPTIONS,
  json: JSON_OPTION,
} satisfies OptionTable)

export const lock: Command = Object.freeze({
  words: ['lock'],
  usage: '[DOCUMENT...] [OPTIONS]',
  about:
    'Writes a lock file: for each tool of the documents the SHA-256 of what a model sees of it, and that of its ' +
    'texts. The same tools make the same bytes. Keep it under version control; toolrack check --lock compares it.',
  options: OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: {
    0: 'the file is written',
    2: 'a document cannot be read, the file cannot be written, or a mistake in the arguments',
  },
  example: 'toolrack lock openapi.yaml',
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const given = readDocuments(positionals, values)
  const output = new CommandOutput(given.variables)
  const { registry, outcomes } = await loadDocuments(given, output)
  const reports = requireReports(outcomes)
  for (const { source, skipped } of reports)
    for (const { method, path, reason } of skipped) output.warn(`${source}: ${method} ${path} is no tool: ${reason}`)
  const [file, locked] = [values.out ?? LOCK_FILE, lockOf(registry.tools())]
  await writeLock(file, locked)
  const sources = new Set([...reports.map(({ source }) => source), ...locked.keys()])
  const counts = [...sources].map((source) => ({ source, tools: locked.get(source)?.size ?? 0 }))
  if (values.json) output.json({ file, sources: counts })
  else output.lines(counts.map(({ source, tools }) => output.text(`${file}: ${tools} tools of ${source}`)))
  return 0
}
