// Commands of the command line, by their words. A command is loaded when it is called, so that `serve` answers at once.

import { nearestName } from '../border/nearest'
import type { Command } from './command'

/** A command that is not loaded yet. */
interface CommandEntry {
  /** The words that call it, with a space between them. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** How long its last output may take, in ms: a client that reads nothing more must not keep it. */
  readonly flushMs?: number
  readonly load: () => Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = Object.freeze([
  {
    name: 'serve',
    summary: 'serves API documents as an MCP server',
    flushMs: 500,
    load: async () => (await import('./serve/serve-command.js')).serve,
  },
  {
    name: 'check',
    summary: 'says what is lost of API documents, what their tools cost, and what gates would hold',
    load: async () => (await import('./check/check-command.js')).check,
  },
  {
    name: 'diff',
    summary: 'compares the tools of two API documents, as a model sees them',
    load: async () => (await import('./diff/diff-command.js')).diff,
  },
  {
    name: 'tools',
    summary: 'lists tools, and shows what a model provider gets of one',
    load: async () => (await import('./tools/tools-command.js')).tools,
  },
  {
    name: 'search',
    summary: 'finds the tools that a request in words is about',
    load: async () => (await import('./search/search-command.js')).search,
  },
  {
    name: 'call',
    summary: 'calls a tool',
    load: async () => (await import('./call/call-command.js')).call,
  },
  {
    name: 'lock',
    summary: 'writes a lock file: hashes of what models see of tools',
    load: async () => (await import('./lock/lock-command.js')).lock,
  },
  {
    name: 'clients',
    summary: 'prints the configuration of a desktop client',
    load: async () => (await import('./clients/clients-command.js')).clients,
  },
  {
    name: 'audit verify',
    summary: 'verifies an audit log',
    load: async () => (await import('./audit/audit-verify.js')).auditVerify,
  },
  {
    name: 'completion',
    summary: 'prints the completion script of a shell',
    load: async () => (await import('./completion/completion-command.js')).completion,
  },
])

/** The command that arguments begin with. */
export function findCommand(args: readonly string[]): CommandEntry | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, i) => args[i] === word))
}

/** Says that no command has a name, and which is the nearest. */
export function describeUnknownCommand(name: string): string {
  const names = COMMANDS.map((command) => command.name)
  const nearest = names.find((known) => known.startsWith(`${name} `)) ?? nearestName(name, names)
  return `no command is called "${name}"${nearest === undefined ? '' : `; nearest: ${nearest}`}`
}
