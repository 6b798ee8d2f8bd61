// Stdio transport: one client, one message a line. It ends with its input.

import type { McpInput } from '../../../types/mcp'
import type { ContentCatalog } from '../content/content-catalog'
import type { Endpoint } from '../endpoint'
import type { Principal } from '../principals'
import { writeFault, writeNotification } from '../protocol/answers'
import { Connection } from '../protocol/connection'
import { noticesTo } from '../notices/notice-sink'
import type { RequestSink } from '../notices/notice-sink'
import type { Reply } from '../protocol/exchange'
import { INVALID_REQUEST, fault, readMessage } from '../protocol/json-rpc'
import type { Message, ProtocolFault, RequestId } from '../protocol/json-rpc'
import type { ListChanges } from '../subscriptions/list-changes'
import type { Transport } from '../transport'
import { ListStream } from '../subscriptions/list-stream'
import { LineReader } from './line-reader'
import { LineWriter } from './line-writer'
import type { LineOutput } from './line-writer'

/** Above this many bytes that the client has not read, nothing more is read from it. */
const MOST_WAITING = 16 << 20

/** What a transport needs of its server. */
export interface StdioParts {
  readonly endpoint: Endpoint
  readonly changes: ListChanges
  readonly content: ContentCatalog | undefined
  readonly principal: Principal
  readonly input: McpInput
  readonly output: LineOutput
  /** The longest line, in bytes. */
  readonly lineBytes: number
  /** The most levels of a message. */
  readonly depth: number
}

/** A connection over stdin and stdout. */
export class StdioTransport implements Transport {
  readonly #parts: StdioParts
  readonly #writer: LineWriter
  readonly #connection: Connection
  readonly #notices: RequestSink
  /** Notifications to a legacy client, once it is ready for them. */
  #push: ListStream | undefined
  #stopPush: (() => void) | undefined
  #stopReading: () => void = () => {}
  /** Whether messages are still read. */
  #isReading = true
  #isEnded = false
  #end: () => void = () => {}
  /** Resolves when the client is gone, or the transport was closed. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve
  })

  constructor(parts: StdioParts) {
    this.#parts = parts
    this.#writer = new LineWriter(parts.output)
    this.#notices = noticesTo(this.#writer)
    this.#connection = new Connection(() => this.#openPush())
    this.#listen()
  }

  /** Ends the streams of the client, with their last message, and reads nothing more. Resolves when calls are answered. */
  async finish(): Promise<void> {
    this.#stopReading()
    for (const requestId of this.#connection.completeStreams())
      // Source: 2026-07-28, "Cancellation": over stdio a server tells the end of a subscription so.
      this.#writer.write(writeNotification('notifications/cancelled', { requestId }))
    this.#stopPush?.()
    await this.#connection.idle()
  }

  /** Ends the connection: calls are cancelled, and nothing is written any more. */
  close(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#stopPush?.()
    this.#push?.end()
    this.#connection.close()
    this.#writer.end()
    this.#stopReading()
    this.#end()
  }

  #listen(): void {
    const { input, output, lineBytes, depth } = this.#parts
    const reader = new LineReader(lineBytes, {
      onLine: (line) => void this.#receive(readMessage(line, depth)),
      onLongLine: () => {
        const message = `a message is longer than ${lineBytes} bytes`
        this.#writer.writePieces(writeFault(fault(INVALID_REQUEST, message)))
      },
    })
    const read = (chunk: Uint8Array | string) => {
      reader.read(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      if (this.#writer.waiting < MOST_WAITING) return
      input.pause()
      this.#writer.whenReady(() => this.#isReading && void input.resume())
    }
    input.on('data', read)
    this.#stopReading = () => {
      this.#isReading = false
      input.off('data', read)
      input.pause()
    }
    for (const event of ['end', 'close', 'error'] as const) input.on(event, () => this.close())
    // A client that is gone without closing stdin is known by what is written to it.
    output.on('error', () => this.close())
    // An input that is over already tells nobody.
    if (hasEnded(input)) this.close()
  }

  async #receive(message: Message | ProtocolFault): Promise<void> {
    const { endpoint, principal } = this.#parts
    const reply = await endpoint.receive(message, { principal, connection: this.#connection, notices: this.#notices })
    this.#write(message.kind === 'request' ? message.id : undefined, reply)
  }

  #write(id: RequestId | undefined, reply: Reply): void {
    if (reply.kind === 'answer') this.#writer.writePieces(reply.pieces)
    else if (reply.kind === 'stream') {
      if (id === undefined || this.#isEnded) reply.discard()
      else this.#connection.addStream(id, reply.open(this.#writer))
    }
  }

  #openPush(): void {
    const { agreed } = this.#connection
    if (agreed === undefined || this.#push !== undefined) return
    const push = new ListStream(this.#writer, writeNotification('notifications/tools/list_changed'))
    this.#push = push
    const { principal, changes, content } = this.#parts
    this.#stopPush = changes.subscribe(principal, agreed.shape, () => push.notify())
    if (content === undefined) return
    this.#connection.content ??= content.subscriber(principal, ['resources', 'prompts'])
    this.#connection.content.attach(principal, (method, params) => push.notify(writeNotification(method, params)))
  }
}

/** Whether a stream of Node has given all that it had. */
function hasEnded(input: McpInput): boolean {
  const { readableEnded, destroyed } = input as { readonly readableEnded?: unknown; readonly destroyed?: unknown }
  return readableEnded === true || destroyed === true
}
