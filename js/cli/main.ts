// Command line: finds the command of the arguments, runs it, and sets the exit code.

import { version } from '../border/package-version'
import { CommandError, UsageError, printable } from './command'
import { COMMANDS, describeUnknownCommand, findCommand } from './commands'
import { endProcess, failOnDiskFaults } from './process-end'

/** Runs the command line. It never rejects. */
export async function main(args: string[]): Promise<void> {
  failOnDiskFaults()
  try {
    process.exitCode = await run(args)
  } catch (thrown) {
    process.exitCode = 2
    // Everything below throws instances of Error alone.
    const { message, code } = thrown as Error & { code?: unknown }
    const isOwn = thrown instanceof UsageError || thrown instanceof CommandError
    const name = isOwn || typeof code !== 'string' ? '' : ` (${code})`
    process.stderr.write(`toolrack: ${printable(message)}${name}\n`)
    const words = findCommand(args)?.name
    if (thrown instanceof UsageError) process.stderr.write(`Try: toolrack ${words ? `${words} ` : ''}--help\n`)
  }
  // What is still under way, such as a document that is being loaded, must not keep the process.
  await endProcess(findCommand(args)?.flushMs)
}

async function run(args: string[]): Promise<number> {
  const entry = findCommand(args)
  if (entry !== undefined) {
    const command = await entry.load()
    const rest = args.slice(command.words.length)
    if (!asksForHelp(rest)) return command.run(rest)
    const { commandHelp } = await import('./help.js')
    process.stdout.write(`${commandHelp(command)}\n`)
    return 0
  }
  const [first] = args
  if (asksForHelp(args) && first !== undefined && !first.startsWith('-')) {
    // `toolrack audit --help`: the words of a command that are not all of them.
    const name = COMMANDS.find((command) => command.name.startsWith(`${first} `))?.name
    if (name !== undefined) return run([...name.split(' '), '--help'])
  }
  if (first === '--version' || first === '-v') {
    process.stdout.write(`${version}\n`)
    return 0
  }
  if (first === 'complete-words') {
    const { printCandidates } = await import('./completion/candidates.js')
    return printCandidates(args.slice(1))
  }
  const { usageHelp } = await import('./help.js')
  const help = usageHelp()
  if (first === '--help' || first === '-h') {
    process.stdout.write(`${help}\n`)
    return 0
  }
  if (first === undefined) {
    process.stderr.write(`${help}\n`)
    return 2
  }
  throw new UsageError(`${describeUnknownCommand(first)}\n\n${help}`)
}

/** Whether `--help` is among the options: what follows `--` is no option. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  const options = end < 0 ? args : args.slice(0, end)
  return options.includes('--help') || options.includes('-h')
}
