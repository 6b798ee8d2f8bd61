// Command: one verb of the command line, with its help.

import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { noneOf } from '../border/nearest'

/** A verb of the command line. */
export interface Command {
  /** The words that call it: `audit verify`. */
  readonly words: readonly string[]
  /** One line for the list of commands. */
  readonly summary: string
  readonly help: string
  /** Whether the process ends with the command, whatever is still under way in it. */
  readonly endsProcess?: boolean
  /** Runs with the arguments after its words; returns the exit code. */
  readonly run: (args: string[]) => Promise<number>
}

/** The options of a command, as `parseArgs` of Node takes them. */
export type OptionTable = NonNullable<ParseArgsConfig['options']>

/** A mistake in the arguments: the command ends with 2, and says this on stderr. */
export class UsageError extends Error {}

/** Parses the arguments of a command. Throws {@link UsageError}. */
export function parseCommand<Options extends OptionTable>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (thrown) {
    // `parseArgs` throws instances of Error alone.
    throw new UsageError(mistakeOf(thrown as NodeJS.ErrnoException, args, Object.keys(options)))
  }
}

/** Says what is wrong with arguments, and which option is the nearest. */
function mistakeOf(
  { code, message }: NodeJS.ErrnoException,
  args: readonly string[],
  names: readonly string[],
): string {
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message
  const known = names.map((name) => `--${name}`)
  const unknown = args
    .map((arg) => arg.split('=', 1)[0] ?? '')
    .find((arg) => arg.startsWith('-') && !known.includes(arg))
  return unknown === undefined ? message : `option ${unknown} ${noneOf(unknown, known)}`
}

/** Control characters but line feeds: text of a file must not control the terminal. */
// oxlint-disable-next-line eslint/no-control-regex -- It finds them to remove them.
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g

/** A text without what controls a terminal. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '?')
}
