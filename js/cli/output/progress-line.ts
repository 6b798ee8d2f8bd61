// Progress line: what a command is doing, on a terminal alone; the next output takes its place.

/** The progress of a document. */
export function documentProgress(given: string): string {
  return `reading ${given}`
}

/** Begins the line again, and clears it. */
const CLEAR = '\r\u001B[K'

/** The width of a terminal that tells none. */
const NARROW = 79

/** A line of stderr that is replaced, and goes with the command. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  #isShown = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  /** Shows a text instead of that before; `undefined` shows nothing. */
  show(text: string | undefined): void {
    if (!this.#stream.isTTY || (text === undefined && !this.#isShown)) return
    // Some terminals do not say how wide they are.
    const width = this.#stream.columns > 1 ? this.#stream.columns - 1 : NARROW
    this.#stream.write(text === undefined ? CLEAR : `${CLEAR}${text.slice(0, width)}`)
    this.#isShown = text !== undefined
  }
}
