// List stream: notifications of changes to one client, and those that wait while the client is slow.

/** The most resources whose updates one client is told of: so many notifications wait for a slow one at most. */
export const MOST_WATCHED = 1_000

/** Where the messages of a stream go. */
export interface MessageSink {
  /** Writes a message. Returns false while the reader is slow: then nothing is written before {@link whenReady} calls. */
  write(text: string): boolean
  /** Calls once when the reader has caught up. */
  whenReady(resume: () => void): void
}

/** A stream of notifications. For a slow reader each text waits once at most, whatever has changed meanwhile. */
export class ListStream {
  readonly #sink: MessageSink
  readonly #notification: string
  #isSlow = false
  readonly #waiting = new Set<string>()
  #isEnded = false

  /** `notification` is the text of the message of a changed list of tools. */
  constructor(sink: MessageSink, notification: string) {
    this.#sink = sink
    this.#notification = notification
  }

  /** Tells the client that its list of tools has changed, or something else. */
  notify(text = this.#notification): void {
    if (this.#isEnded) return
    if (this.#isSlow) this.#waiting.add(text)
    else this.#write(text)
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
      const waiting = [...this.#waiting]
      this.#waiting.clear()
      for (const text of waiting) this.notify(text)
    })
  }
}
