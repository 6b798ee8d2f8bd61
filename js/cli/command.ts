// Command: one verb of the command line, with its options and its help.

import { parseArgs } from 'node:util'
import { describeUnknown } from '../border/options'
import { noneOf } from '../border/nearest'

/** An option: `--name VALUE`, or `--name` for a boolean. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** Whether it may be given several times. */
  readonly multiple?: true
  /** What stands for its value in the help. */
  readonly value?: string
  /** What it does, for the help. */
  readonly help: string
  /** The values that it takes: others are refused, and completion offers these. */
  readonly choices?: readonly string[]
}

/** The options of a command, by name. `parseArgs` of Node takes them as they are. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

/** A verb of the command line. */
export interface Command {
  /** The words that call it: `audit verify`. */
  readonly words: readonly string[]
  /** What follows the words: `DOCUMENT... [OPTIONS]`. */
  readonly usage: string
  /** What it does, in a few sentences. */
  readonly about: string
  readonly options: OptionTable
  /** What is said below the options. */
  readonly notes?: string
  /** Exit codes and their meaning. */
  readonly exitCodes: Readonly<Record<number, string>>
  readonly example: string
  /** The values of the first argument, where they are known: completion offers them. */
  readonly firstArguments?: readonly string[]
  /** Runs with the arguments after its words; returns the exit code. */
  readonly run: (args: string[]) => Promise<number>
}

/** The option of commands with a result. */
export const JSON_OPTION = Object.freeze({ type: 'boolean', help: 'prints the result as JSON' } satisfies OptionSpec)

/** A mistake in the arguments: the command ends with 2, says this on stderr, and where its help is. */
export class UsageError extends Error {}

/** What cannot be done, such as to read a document: the command ends with 2, and says this on stderr. */
export class CommandError extends Error {}

/** Parses the arguments of a command. Throws {@link UsageError}. */
export function parseCommand<const Options extends OptionTable>(args: string[], options: Options) {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true })
    checkChoices(parsed.values, options)
    return parsed
  } catch (thrown) {
    // `parseArgs` throws instances of Error alone.
    throw new UsageError(mistakeOf(thrown as NodeJS.ErrnoException, args, Object.keys(options)))
  }
}

function checkChoices(values: Readonly<Record<string, unknown>>, options: OptionTable): void {
  for (const [name, value] of Object.entries(values)) {
    const choices = options[name]?.choices
    if (choices === undefined) continue
    for (const one of [value].flat())
      if (!choices.includes(one as string)) throw new UsageError(`--${name}: ${describeUnknown(one, choices)}`)
  }
}

/** Says what is wrong with arguments, and which option is the nearest. */
function mistakeOf(
  { code, message }: NodeJS.ErrnoException,
  args: readonly string[],
  names: readonly string[],
): string {
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message
  const known = [...names, 'help'].map((name) => `--${name}`)
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
