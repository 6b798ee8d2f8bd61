// List stream: notifications of a changed list to one client, and one that waits while the client is slow.

/** Where the messages of a stream go. */
export interface MessageSink {
  /** Writes a message. Returns false while the reader is slow: then nothing is written before {@link whenReady} calls. */
  write(text: string): boolean
  /** Calls once when the reader has caught up. */
  whenReady(resume: () => void): void
}

/** A stream of notifications. A slow reader has at most one waiting, whatever has changed meanwhile. */
export class ListStream {
  readonly #sink: MessageSink
  readonly #notification: string
  #isSlow = false
  #isWaiting = false
  #isEnded = false

  /** `notification` is the text of the message: it is always the same. */
  constructor(sink: MessageSink, notification: string) {
    this.#sink = sink
    this.#notification = notification
  }

  /** Tells the client that its list has changed. */
  notify(): void {
    if (this.#isEnded) return
    if (this.#isSlow) this.#isWaiting = true
    else this.#write(this.#notification)
  }

  /** Writes another message, such as the first or the last one. */
  send(text: string): void {
    if (!this.#isEnded) this.#write(text)
  }

  /** Writes nothing more. */
  end(): void {
    this.#isEnded = true
  }

  #write(text: string): void {
    if (this.#sink.write(text) || this.#isSlow) return
    this.#isSlow = true
    this.#sink.whenReady(() => {
      this.#isSlow = false
      if (!this.#isWaiting) return
      this.#isWaiting = false
      this.notify()
    })
  }
}
