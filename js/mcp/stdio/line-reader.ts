// Line reader: bytes of stdin → lines of text. A line over the limit is skipped, and the lines after it are read.

const NEWLINE = 0x0a

/** What a reader finds. */
export interface LineListener {
  readonly onLine: (line: string) => void
  /** A line was over the limit. */
  readonly onLongLine: () => void
}

/** Splits a stream of bytes into lines. */
export class LineReader {
  readonly #limit: number
  readonly #listener: LineListener
  /** The parts of the line that has not ended yet. */
  #parts: Uint8Array[] = []
  #length = 0
  /** Whether the rest of a line is skipped: its first part was over the limit. */
  #isSkipping = false

  /** `limit` is the longest line, in bytes. */
  constructor(limit: number, listener: LineListener) {
    this.#limit = limit
    this.#listener = listener
  }

  /** Takes the next bytes. */
  read(bytes: Uint8Array): void {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#add(bytes.subarray(start, end))
      this.#endLine()
      start = end + 1
    }
    if (start < bytes.length) this.#add(bytes.subarray(start))
  }

  #add(part: Uint8Array): void {
    if (this.#isSkipping) return
    this.#length += part.length
    if (this.#length > this.#limit) {
      this.#isSkipping = true
      this.#parts = []
      this.#listener.onLongLine()
    } else this.#parts.push(part)
  }

  #endLine(): void {
    const line = this.#isSkipping ? '' : Buffer.concat(this.#parts, this.#length).toString().trim()
    this.#parts = []
    this.#length = 0
    this.#isSkipping = false
    if (line !== '') this.#listener.onLine(line)
  }
}
