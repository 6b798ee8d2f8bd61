// Output of a command: text or JSON on stdout, warnings on stderr, without secrets and without control characters.

import { printable } from '../command'
import type { Variables } from '../variables'
import { jsonLines } from './json-lines'
import { ProgressLine } from './progress-line'
import { coloursOf } from './terminal-colours'
import type { Paint } from './terminal-colours'

/** Writes what a command has to say. */
export class CommandOutput {
  /** Colours a text that {@link CommandOutput.text} has checked. */
  readonly paint: Paint
  readonly #variables: Variables
  readonly #progress = new ProgressLine(process.stderr)

  /** `variables` are those whose values no output has. */
  constructor(variables: Variables) {
    this.#variables = variables
    this.paint = coloursOf(process.stdout, process.env)
    // Where a reader such as `head` has enough, the command goes on without it: its exit code is the same.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  }

  /** A text with the names of variables instead of their values. */
  readonly hide = (text: string): string => this.#variables.hide(text)

  /** A text of a document, or of the arguments, as it may be printed: in one line. */
  readonly text = (text: string): string => printable(this.hide(text).replace(/\s+/g, ' '))

  /** Prints lines that are made of checked texts. */
  lines(lines: readonly string[]): void {
    this.progress(undefined)
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
  }

  /** Prints a value as JSON. */
  json(value: unknown): void {
    this.lines([jsonLines(value, this.hide)])
  }

  /** Says on stderr what is no result. */
  note(text: string): void {
    this.#tell(text)
  }

  warn(text: string): void {
    this.#tell(`warn: ${text}`)
  }

  /** Says on stderr why there is no result. */
  fail(text: string): void {
    this.#tell(text)
  }

  /** Shows what is being done, on a terminal; `undefined` takes it away. */
  progress(text: string | undefined): void {
    this.#progress.show(text === undefined ? undefined : this.text(text))
  }

  #tell(text: string): void {
    this.progress(undefined)
    process.stderr.write(`toolrack: ${this.text(text)}\n`)
  }
}
