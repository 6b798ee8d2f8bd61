// Help of the command line, from the tables of commands and their options.

import type { Command, OptionTable } from './command'
import { COMMANDS } from './commands'

/** The longest line, in characters. */
const WIDTH = 120

/** The help of a command. */
export function commandHelp({ words, usage, about, options, notes, exitCodes, example }: Command): string {
  const codes = Object.entries(exitCodes).map(([code, meaning]) => `${code} ${meaning}`)
  return [
    `toolrack ${words.join(' ')} ${usage}`,
    wrap(about),
    optionLines(options),
    ...(notes === undefined ? [] : [wrap(notes)]),
    wrap(`Exit codes: ${codes.join('; ')}.`),
    `Example: ${example}`,
  ].join('\n\n')
}

/** The list of commands. */
export function usageHelp(): string {
  const rows = COMMANDS.map(({ name, summary }): [string, string] => [name, summary])
  const own: [string, string][] = [
    ['--help', 'says what a command does: toolrack check --help'],
    ['--version', 'prints the version'],
  ]
  return ['toolrack COMMAND [OPTIONS]', '', ...columns([...rows, ['', ''], ...own])].join('\n')
}

/** How the help writes an option: `--name VALUE`. */
export function optionTerm(name: string, value: string | undefined): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

function optionLines(options: OptionTable): string {
  const rows = Object.entries(options).map(([name, { value, help, choices, multiple }]): [string, string] => {
    const known = choices === undefined ? '' : `: ${choices.join(', ')}`
    return [optionTerm(name, value), `${help}${known}${multiple ? ' (may be given several times)' : ''}`]
  })
  return columns([...rows, ['--help', 'says this']]).join('\n')
}

/** Two columns; the second one is wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([term]) => term.length)) + 5
  return rows.flatMap(([term, text]) => {
    const [first = '', ...more] = wrapLines(text, WIDTH - width)
    return [`  ${term}`.padEnd(width) + first, ...more.map((line) => ' '.repeat(width) + line)].map((line) =>
      line.trimEnd(),
    )
  })
}

function wrap(text: string): string {
  return wrapLines(text, WIDTH).join('\n')
}

function wrapLines(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
