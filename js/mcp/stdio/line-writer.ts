// Line writer: messages → lines of stdout, in order, with what the client has not read yet counted.

import type { McpOutput } from '../../../types/mcp'
import type { Pieces } from '../protocol/answers'
import type { MessageSink } from '../subscriptions/list-stream'

/** Where lines go: a stream, or what is left of stdout while it is guarded. */
export type LineOutput = McpOutput

/** Writes one message a line. */
export class LineWriter implements MessageSink {
  readonly #output: LineOutput
  #isEnded = false

  constructor(output: LineOutput) {
    this.#output = output
  }

  /** How many bytes wait for the client. */
  get waiting(): number {
    return this.#output.writableLength
  }

  write(text: string): boolean {
    return this.#isEnded || this.#output.write(`${text}\n`)
  }

  /** Writes a message in pieces, none of which is copied. Texts that follow each other are one write. */
  writePieces(pieces: Pieces): void {
    if (this.#isEnded) return
    let text = ''
    for (const piece of pieces) {
      if (typeof piece === 'string') {
        text += piece
        continue
      }
      if (text !== '') this.#output.write(text)
      this.#output.write(piece)
      text = ''
    }
    this.#output.write(`${text}\n`)
  }

  whenReady(resume: () => void): void {
    this.#output.once('drain', resume)
  }

  /** Writes nothing more: the client is gone. */
  end(): void {
    this.#isEnded = true
  }
}
