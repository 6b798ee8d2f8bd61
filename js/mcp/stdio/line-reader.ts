// Line reader: bytes of stdin → lines of text. A line over the limit is skipped, and the lines after it are read.

const NEWLINE = 0x0a

/** What a reader finds. */
export interface LineListener {
  readonly onLine: (line: string) => void
  /** A line was over the limit. */
  readonly onLongLine: () => void
  /** A line over the limit has ended; its first and its last bytes, as text. */
  readonly onLongLineEnd?: (head: string, tail: string) => void
}

/** How much of a line over the limit is kept at each of its ends, in bytes. */
const EDGE = 128

/** Splits a stream of bytes into lines. */
export class LineReader {
  readonly #limit: number
  readonly #listener: LineListener
  /** The parts of the line that has not ended yet. */
  #parts: Uint8Array[] = []
  #length = 0
  /** Whether the rest of a line is skipped: its first part was over the limit. */
  #isSkipping = false
  /** The first and the last bytes of a line over the limit. */
  #head = ''
  #tail = Buffer.alloc(0)

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
    if (this.#isSkipping) return this.#keepTail(part)
    this.#length += part.length
    this.#parts.push(part)
    if (this.#length <= this.#limit) return
    this.#isSkipping = true
    this.#head = Buffer.concat(this.#parts.slice(0, EDGE)).toString('utf8', 0, EDGE)
    this.#keepTail(part)
    this.#parts = []
    this.#listener.onLongLine()
  }

  #keepTail(part: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, part.subarray(-EDGE)]).subarray(-EDGE)
  }

  #endLine(): void {
    if (this.#isSkipping) this.#listener.onLongLineEnd?.(this.#head, this.#tail.toString())
    const line = this.#isSkipping ? '' : Buffer.concat(this.#parts, this.#length).toString().trim()
    this.#parts = []
    this.#length = 0
    this.#isSkipping = false
    this.#head = ''
    this.#tail = Buffer.alloc(0)
    if (line !== '') this.#listener.onLine(line)
  }
}
