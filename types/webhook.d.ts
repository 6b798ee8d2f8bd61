// Webhooks: a request handler that reloads documents.

/**
 * The options of a webhook.
 * @see [webhook options](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#options)
 */
export interface WebhookOptions {
  /**
   * The secrets that senders sign with; several while one is replaced.
   * A text with the prefix `whsec_` is base64 for Standard Webhooks; any other is used as it is.
   */
  secrets: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * The document that changed: its name, or a function of headers and parsed body that returns names.
   * The body is `undefined` if it is no JSON. No name reloads nothing.
   * @default all watched documents; all documents of the loader if none is watched
   */
  source?:
    | string
    | ((
        headers: Readonly<Record<string, string | string[] | undefined>>,
        body: any,
      ) => WebhookNames | Promise<WebhookNames>)
  /**
   * When the handler responds: after the reload, or immediately with status 202 and `{ accepted }`.
   * @default 'decided'
   */
  respond?: 'decided' | 'immediately'
  /**
   * Replay protection: the tolerance of a signed timestamp, in ms. Delivery ids are remembered for twice as long.
   * @default 300000 (5 minutes)
   * @see [replay protection](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#replay-protection)
   */
  toleranceMs?: number
  /**
   * Size limit of a body in bytes (413).
   * @default 1048576 (1 MiB)
   */
  bodyLimit?: number
  /**
   * The clock in ms since 1970, for tests.
   * @default Date.now
   */
  now?: () => number
}

/** The names of documents that a delivery reloads. */
export type WebhookNames = string | readonly string[] | null | undefined

/**
 * The response body for one reloaded document.
 * @see [responses](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#responses)
 */
export interface WebhookReport {
  /** The name of the source. */
  source: string
  /** The revision that has its tools. */
  revision: number
  /** The version of the document. */
  version?: string
  /** The SHA-256 of the document, in hex. */
  hash: string
  /** New tools. */
  added: string[]
  /** Changed tools. */
  updated: string[]
  /** Removed tools. */
  removed: string[]
  /** Stale tools. */
  stale: string[]
  /** Tools whose change is held. */
  held: string[]
  /** The number of unchanged tools. */
  unchanged: number
  /** The number of skipped operations. */
  skipped: number
  /** Whether the delivery is a repetition; it then reloads nothing. */
  duplicate?: true
}

/** A request, as `node:http` has it. A body parser may keep the bytes in `rawBody` or `body`. */
export interface WebhookRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  on(event: string, listener: (...values: any[]) => void): unknown
  pause(): unknown
}

/** A response, as `node:http` has it. */
export interface WebhookResponse {
  writeHead(status: number, headers: Record<string, string | number>): unknown
  end(text: string): unknown
}

/** A request handler. It resolves once it has responded, and never rejects. */
export type WebhookHandler = (request: WebhookRequest, response: WebhookResponse) => Promise<void>
