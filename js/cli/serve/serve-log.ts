// Log of a server on the command line: lines on stderr, from a level on.

import { printable } from '../command'
import type { Variables } from '../variables'

/** The levels, from the most important one. `silent` has no lines. */
export const LEVELS = Object.freeze(['silent', 'error', 'warn', 'info'] as const)

export type Level = (typeof LEVELS)[number]

/** What is logged, and how. */
export interface ServeLogOptions {
  readonly level: Level
  /** Whether each line is a JSON object. */
  readonly isJson: boolean
  readonly variables: Variables
}

/** Writes lines on stderr. */
export class ServeLog {
  readonly #most: number
  readonly #isJson: boolean
  readonly #variables: Variables

  /** `level` is the least important one that is written; `variables` are those whose values no line has. */
  constructor({ level, isJson, variables }: ServeLogOptions) {
    this.#variables = variables
    this.#isJson = isJson
    this.#most = LEVELS.indexOf(level)
    // A client that closes stderr does not read the log, and is served all the same.
    process.stderr.on('error', () => {})
  }

  /** A text with the names of variables instead of their values. */
  shown(text: string): string {
    return this.#variables.hide(text)
  }

  write(level: Exclude<Level, 'silent'>, text: string): void {
    if (LEVELS.indexOf(level) > this.#most) return
    const message = printable(this.shown(text))
    const line = this.#isJson ? JSON.stringify({ level, message }) : `toolrack: ${label(level)}${message}`
    process.stderr.write(`${line}\n`)
  }
}

function label(level: Level): string {
  return level === 'info' ? '' : `${level}: `
}
