// Event reader: bytes of a stream of server-sent events → the data of each message (WHATWG HTML, "Server-sent events").

import { StringDecoder } from 'node:string_decoder'

const LINE_END = /[\r\n]/g

/** Reads events. Only those of the type `message` are told: others are none of MCP. */
export class EventReader {
  readonly #decoder = new StringDecoder('utf8')
  readonly #limit: number
  readonly #onMessage: (data: string) => void
  /** The parts of a line that has not ended. */
  #parts: string[] = []
  #data: string[] = []
  #type = ''
  /** The length of what is kept. */
  #kept = 0
  #isAfterReturn = false
  #isFirst = true

  /** `limit` is the longest event, in characters. */
  constructor(limit: number, onMessage: (data: string) => void) {
    this.#limit = limit
    this.#onMessage = onMessage
  }

  /** Takes the next bytes. Whether the event that they belong to is within the limit; if not, no more is read. */
  read(bytes: Uint8Array): boolean {
    const text = this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    if (text === '') return true
    // A line may end with both: the second one may come with the next bytes.
    let start = this.#isAfterReturn && text.startsWith('\n') ? 1 : 0
    this.#isAfterReturn = false
    for (;;) {
      LINE_END.lastIndex = start
      const found = LINE_END.exec(text)
      if (found === null) break
      this.#keep(text.slice(start, found.index))
      if (this.#kept > this.#limit) return false
      this.#endLine()
      start = found.index + 1
      if (found[0] !== '\r') continue
      if (text[start] === '\n') start++
      else this.#isAfterReturn = start === text.length
    }
    this.#keep(text.slice(start))
    return this.#kept <= this.#limit
  }

  #keep(part: string): void {
    if (part === '') return
    this.#parts.push(part)
    this.#kept += part.length
  }

  #endLine(): void {
    let line = this.#parts.length === 1 ? (this.#parts[0] as string) : this.#parts.join('')
    this.#parts = []
    if (this.#isFirst && line.startsWith('\uFEFF')) line = line.slice(1)
    this.#isFirst = false
    if (line === '') return this.#endEvent()
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    if (name === 'data') this.#data.push(valueOf(line, colon))
    else {
      if (name === 'event') this.#type = valueOf(line, colon)
      // A comment, `id` or `retry`.
      this.#kept -= line.length
    }
  }

  #endEvent(): void {
    const [data, type] = [this.#data, this.#type]
    this.#data = []
    this.#type = ''
    this.#kept = 0
    if (data.length > 0 && (type === '' || type === 'message')) this.#onMessage(data.join('\n'))
  }
}

function valueOf(line: string, colon: number): string {
  if (colon < 0) return ''
  return line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
}
