// Command line: finds the command of the arguments, runs it, and sets the exit code.

import { version } from '../border/package-version'
import { auditVerify } from './audit-verify'
import { UsageError, printable } from './command'
import type { Command } from './command'
import { endProcess } from './process-end'
import { serve } from './serve/serve-command'

const COMMANDS: readonly Command[] = Object.freeze([serve, auditVerify])

/** Runs the command line. It never rejects. */
export async function main(args: string[]): Promise<void> {
  try {
    process.exitCode = await run(args)
  } catch (thrown) {
    process.exitCode = 2
    // Everything below throws instances of Error alone.
    process.stderr.write(`toolrack: ${printable((thrown as Error).message)}\n`)
    if (thrown instanceof UsageError) process.stderr.write(`Try: toolrack ${nameOf(args)}--help\n`)
  }
  if (findCommand(args)?.endsProcess === true) await endProcess()
}

async function run(args: string[]): Promise<number> {
  const command = findCommand(args)
  if (command !== undefined) {
    const rest = args.slice(command.words.length)
    if (!rest.includes('--help') && !rest.includes('-h')) return command.run(rest)
    process.stdout.write(`${command.help}\n`)
    return 0
  }
  const [first] = args
  if (first === '--version' || first === '-v') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  const help = usage()
  if (first === '--help' || first === '-h') {
    process.stdout.write(`${help}\n`)
    return 0
  }
  if (first === undefined) {
    process.stderr.write(`${help}\n`)
    return 2
  }
  throw new UsageError(`no command is called "${first}"\n\n${help}`)
}

function findCommand(args: readonly string[]): Command | undefined {
  return COMMANDS.find(({ words }) => words.every((word, i) => args[i] === word))
}

/** The words of the command with a space behind them, or nothing. */
function nameOf(args: readonly string[]): string {
  const command = findCommand(args)
  return command === undefined ? '' : `${command.words.join(' ')} `
}

function usage(): string {
  const names = COMMANDS.map(({ words }) => words.join(' '))
  const width = Math.max(...names.map((name) => name.length))
  const lines = COMMANDS.map(({ summary }, i) => `  ${names[i]?.padEnd(width)}   ${summary}`)
  return [
    'toolrack COMMAND [OPTIONS]',
    '',
    ...lines,
    '',
    '  --help      says what a command does: toolrack serve --help',
    '  --version   prints the version',
  ].join('\n')
}
