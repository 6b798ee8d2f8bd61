// Transport: a way that messages come in and go out, as the server ends it.

export interface Transport {
  /** Ends streams with their last message, and takes no new requests. Resolves when those under way are answered. */
  finish(): Promise<void>
  /** Ends everything: calls under way are cancelled. */
  close(): void
}
