// Stdio channel: messages to a server's process and back, one a line.

import type { Members } from '../../border/kind'
import { startIdleTimer } from '../../border/timers'
import type { RequestId } from '../protocol/json-rpc'
import { LineReader } from '../stdio/line-reader'
import { LineWriter } from '../stdio/line-writer'
import { AbandonedCalls } from './abandoned-calls'
import { canBeAsked } from './channel'
import type { Channel, ChannelListener } from './channel'
import type { ClientLimits } from './client-limits'
import { writeNotice, writeRequest } from './envelope'
import type { ClientRequest, Dialect } from './envelope'
import { brokenFault, checkWaits } from './pending-request'
import type { Patience } from './pending-request'
import { PendingRequests } from './pending-requests'
import { readServerMessage } from './server-message'
import type { ServerMessage, ServerRequest } from './server-message'
import { answerServer } from './server-requests'
import { ServerProcess } from './server-process'
import type { ProcessSpec } from './server-process'
import { Subscription } from './subscription'
import { UpstreamFault } from './upstream-connection'

/** How long a process whose output has ended may take to say how it ended, in ms. */
const ENDING_MS = 250
/** The longest part of a line that is told as noise. */
const LONGEST_NOISE = 1_000

/** A connection to a process over its stdin and stdout. */
export class StdioChannel implements Channel {
  readonly isHttp = false
  dialect: Dialect
  listener: ChannelListener | undefined
  readonly capabilities: Members
  readonly #limits: ClientLimits
  readonly #process: ServerProcess
  readonly #writer: LineWriter
  readonly #abandoned = new AbandonedCalls((signal) => this.request({ method: 'ping' }, { signal }))
  readonly #pending = new PendingRequests(this.#abandoned)
  /** The requests of `tools/list` that have no answer yet. */
  readonly #lists = new Set<RequestId>()
  readonly #subscription = new Subscription(this, (fault) => this.#tellEnd(fault))
  /** Why nothing is sent any more. */
  #over: UpstreamFault | undefined
  #isClosing = false
  #hasTold = false

  /** Starts the process. Throws an `UpstreamFault` where it cannot be started. */
  constructor(spec: ProcessSpec, dialect: Dialect, limits: ClientLimits, capabilities: Members = {}) {
    this.dialect = dialect
    this.capabilities = capabilities
    this.#limits = limits
    this.#process = new ServerProcess(spec, limits)
    this.#writer = new LineWriter(this.#process.stdin)
    this.#read()
    void this.#process.ended.then((fault) => this.#end(fault))
  }

  async request(request: ClientRequest, patience: Patience): Promise<Members> {
    if (request.method === 'tools/call') await this.#abandoned.whenClear()
    this.#checkOpen()
    checkWaits(patience)
    const id = this.#pending.nextId()
    const text = writeRequest(id, request, this.dialect, patience.onProgress && id)
    const pending = this.#pending.add(id, request, patience, (fault) => this.#cancel(id, request.method, fault))
    this.#writer.write(text)
    if (request.method !== 'tools/list') return pending.answer
    this.#lists.add(id)
    return pending.answer.finally(() => this.#lists.delete(id))
  }

  async notify(method: string, params?: Members): Promise<void> {
    this.#checkOpen()
    this.#writer.write(writeNotice(method, params, this.dialect))
  }

  listen(notifications: Members): void {
    // A legacy server tells its changes without being asked.
    if (this.dialect.era === 'modern') this.#subscription.open(notifications)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.#end(new UpstreamFault('lost', 'the connection was closed'))
    await this.#process.close()
  }

  /** The fault of a process that has ended, once it has; a process that could not be started is `down`. */
  get ended(): Promise<UpstreamFault> {
    return this.#process.ended
  }

  #checkOpen(): void {
    if (this.#over !== undefined) throw new UpstreamFault('down', this.#over.message)
    if (this.#writer.waiting > this.#limits.waitingBytes)
      throw new UpstreamFault('down', 'the server does not read what is sent to it')
  }

  #cancel(requestId: RequestId, method: string, { kind }: UpstreamFault): void {
    // A server that has not agreed on a revision yet expects no notification.
    if (this.#over !== undefined || method === 'initialize' || method === 'server/discover') return
    // It may still run, and ask.
    if (this.dialect.era === 'legacy' && method === 'tools/call' && canBeAsked(this)) this.#abandoned.add()
    const reason = kind === 'timeout' ? 'timeout' : 'aborted'
    this.#writer.write(writeNotice('notifications/cancelled', { requestId, reason }, this.dialect))
  }

  #read(): void {
    const { messageBytes, depth } = this.#limits
    const isList = (id: RequestId): boolean => this.#lists.has(id)
    const reader = new LineReader(messageBytes, {
      onLine: (line) => this.#receive(readServerMessage(line, depth, this.#lists.size > 0 ? isList : undefined), line),
      onLongLine: () => {},
      onLongLineEnd: (head, tail) => this.#failLongLine(head, tail),
    })
    this.#process.stdout.on('data', (chunk: Buffer) => reader.read(chunk))
    // Half a connection is none: what is asked would get no answer. Most often the process has ended, and says how.
    this.#process.stdout.on('end', () =>
      startIdleTimer(ENDING_MS, () => this.#end(new UpstreamFault('lost', 'the server has closed its output'))),
    )
  }

  #receive(message: ServerMessage, line: string): void {
    switch (message.kind) {
      case 'response':
        return this.#pending.take(this.#process.secrets.hideInAnswer(message))
      case 'notice':
        return this.#hear(message.method, message.params)
      case 'request':
        return this.#answer(message)
      case 'noise':
        return this.#process.tell(`(stdout: ${message.reason}) ${line.slice(0, LONGEST_NOISE)}`)
    }
  }

  #hear(method: string, params: Members): void {
    if (method === 'notifications/progress') this.#pending.progress(params)
    else if (method === 'notifications/cancelled') this.#pending.cancelStream(params)
    else this.listener?.onNotice(method, params)
  }

  /** Answers a request of a legacy server. A modern one has none: what it asks stands in its results. */
  #answer(request: ServerRequest): void {
    if (this.dialect.era === 'modern') return
    void answerServer(request, { pending: this.#pending, capabilities: this.capabilities }).then((text) => {
      if (this.#over === undefined && this.#writer.waiting <= this.#limits.waitingBytes) this.#writer.write(text)
    })
  }

  /** Fails the request whose answer was too long. Where it cannot be told which it is, the connection is over. */
  #failLongLine(head: string, tail: string): void {
    const fault = brokenFault(`the answer has more than ${this.#limits.messageBytes} bytes`)
    const id = longLineId(head, tail)
    if (id !== undefined && this.#pending.has(id)) return this.#pending.fail(id, fault)
    const { awaited } = this.#pending
    const [only] = awaited
    if (awaited.length === 1 && only !== undefined) this.#pending.fail(only, fault)
    // It may be the answer to any of them. Where nobody waits, it is one that came too late.
    else if (awaited.length > 1) this.#end(fault)
  }

  #end(fault: UpstreamFault): void {
    if (this.#over !== undefined) return
    this.#over = fault
    this.#writer.end()
    this.#pending.failAll(fault)
    if (this.#isClosing) return
    // It may live on, with its output closed, or its children may.
    this.#process.close().catch(() => {})
    this.#tellEnd(fault)
  }

  /** Tells that the connection is over. Where its stream alone has ended, calls that were sent are still answered. */
  #tellEnd(fault: UpstreamFault): void {
    if (this.#hasTold || this.#isClosing) return
    this.#hasTold = true
    this.listener?.onChannelClosed(fault)
  }
}

/** The id of a message by its ends: servers write it first, or last. */
function longLineId(head: string, tail: string): number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+)\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*(\d+)\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail)
  return found === null ? undefined : Number(found[1])
}
