// Completion candidates: what the last word of a command line can become.

import type { Command } from '../command'
import { COMMANDS, findCommand } from '../commands'

/** A word, and what it does. */
type Candidate = readonly [word: string, about: string]

/** Prints a candidate on each line, with a tab before what it does. `words` are all words behind `toolrack`. */
export async function printCandidates(words: readonly string[]): Promise<number> {
  const last = words.at(-1) ?? ''
  const candidates = await candidatesOf(words.slice(0, -1), last)
  const lines = candidates.filter(([word]) => word.startsWith(last)).map(([word, about]) => `${word}\t${about}\n`)
  process.stdout.write(lines.join(''))
  return 0
}

async function candidatesOf(before: readonly string[], last: string): Promise<readonly Candidate[]> {
  const entry = findCommand(before)
  if (entry === undefined) return commandWords(before, last)
  const command = await entry.load()
  const given = before.slice(command.words.length)
  const asked = command.options[given.at(-1)?.replace(/^--/, '') ?? '']
  if (given.at(-1)?.startsWith('--') && asked?.type === 'string')
    return (asked.choices ?? []).map((choice): Candidate => [choice, ''])
  if (last.startsWith('-')) return optionWords(command, given)
  const isFirst = !given.some((word) => !word.startsWith('-'))
  return isFirst ? (command.firstArguments ?? []).map((word): Candidate => [word, '']) : []
}

/** The next words of commands that begin with the words before. */
function commandWords(before: readonly string[], last: string): Candidate[] {
  const words = COMMANDS.flatMap(({ name, summary }): Candidate[] => {
    const own = name.split(' ')
    const word = own[before.length]
    return word === undefined || before.some((given, i) => own[i] !== given) ? [] : [[word, summary]]
  })
  const isOption = before.length === 0 && last.startsWith('-')
  return isOption
    ? [
        ['--help', 'lists the commands'],
        ['--version', 'prints the version'],
      ]
    : words
}

/** The options that can still be given. */
function optionWords({ options }: Command, given: readonly string[]): Candidate[] {
  const free = Object.entries(options).filter(([name, { multiple }]) => multiple || !given.includes(`--${name}`))
  return [...free.map(([name, { help }]): Candidate => [`--${name}`, help]), ['--help', 'says what the command does']]
}
