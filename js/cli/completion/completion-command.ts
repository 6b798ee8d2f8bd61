// `toolrack completion`: the script by which a shell completes commands, options and their values.

import { noneOf } from '../../border/nearest'
import { JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { SCRIPTS } from './shell-scripts'

const SHELLS = Object.keys(SCRIPTS)

const OPTIONS = Object.freeze({
  json: { ...JSON_OPTION, help: 'prints the script as a JSON string' },
} satisfies OptionTable)

export const completion: Command = Object.freeze({
  words: ['completion'],
  usage: 'SHELL',
  about:
    'Prints the completion script of a shell: bash, zsh or fish. It completes commands, options and their values ' +
    'where toolrack is installed as a command (npm install --global toolrack), and files elsewhere.',
  options: OPTIONS,
  notes:
    'bash: put source <(toolrack completion bash) into ~/.bashrc. zsh: the same with zsh, into ~/.zshrc, below ' +
    'compinit. fish: toolrack completion fish > ~/.config/fish/completions/toolrack.fish',
  exitCodes: { 0: 'the script is printed', 2: 'a mistake in the arguments' },
  example: 'source <(toolrack completion bash)',
  firstArguments: SHELLS,
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const [shell, ...more] = positionals
  if (shell === undefined || more.length > 0) throw new UsageError(`give one shell: ${SHELLS.join(', ')}`)
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
  if (script === undefined) throw new UsageError(`shell "${shell}" ${noneOf(shell, SHELLS)}`)
  process.stdout.write(values.json ? `${JSON.stringify(script)}\n` : script)
  return 0
}
