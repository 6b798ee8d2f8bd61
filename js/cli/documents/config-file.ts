// Configuration file of a command: `--config FILE`, or the file of the working directory where no documents are given.

import { existsSync } from 'node:fs'
import { UsageError } from '../command'
import type { OptionSpec, OptionTable } from '../command'

/** The files that are taken if no documents are given, the first one that is there. */
const DEFAULT_FILES = Object.freeze(['toolrack.config.yaml', 'toolrack.config.yml', 'toolrack.config.json'])

/** The option of the configuration file. */
export const CONFIG_OPTION = Object.freeze({
  type: 'string',
  value: 'FILE',
  help: 'a configuration file instead of documents (default without documents: toolrack.config.yaml, .yml or .json)',
} satisfies OptionSpec)

/** Arguments that may have a configuration file. */
interface ConfigValues {
  readonly config?: string | undefined
  readonly [option: string]: unknown
}

/** The configuration file of a command with these documents; `undefined`: its tools are those of the documents. */
export function configFileOf(documents: readonly string[], { config }: ConfigValues): string | undefined {
  if (config === undefined) return documents.length === 0 ? DEFAULT_FILES.find((file) => existsSync(file)) : undefined
  if (documents.length > 0) throw new UsageError('give documents or --config FILE: a configuration has its documents')
  if (config === '') throw new UsageError('--config is empty: give a file')
  return config
}

/**
 * Whether the first argument is the name of a tool, and not a document: with `--config`, or where the working directory
 * has a configuration and no file of that name.
 */
export function beginsWithTool(first: string | undefined, { config }: ConfigValues): boolean {
  if (config !== undefined) return true
  if (first === undefined || first.includes('://') || first.startsWith('$') || existsSync(first)) return false
  return configFileOf([], {}) !== undefined
}

/** Refuses options of documents beside a configuration file, which has them for each document. */
export function refuseDocumentOptions(
  file: string,
  table: OptionTable,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const name of Object.keys(table))
    if (values[name] !== undefined) throw new UsageError(`--${name} is for documents: write it into ${file}`)
}
