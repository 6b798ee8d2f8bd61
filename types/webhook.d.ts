// Webhooks: a request handler that reloads documents.

/**
 * The options of a webhook.
 * @see [webhook options](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#options)
 */
export interface WebhookOptions {
  /**
   * The secrets that senders sign with. Set several while you replace one.
   * A text with the prefix `whsec_` is base64, as in Standard Webhooks. Any other text is the secret itself.
   */
  secrets: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * The document to reload: its name, or a function that gets the headers and the parsed JSON body and returns names.
   * `body` is `undefined` if the body is not JSON. If the function returns no name, nothing is reloaded.
   * @default all watched documents; all documents of the loader if none is watched
   */
  source?:
    | string
    | ((
        headers: Readonly<Record<string, string | string[] | undefined>>,
        body: any,
      ) => WebhookNames | Promise<WebhookNames>)
  /**
   * When the handler responds. `'decided'`: after the reload, with its result.
   * `'immediately'`: before the reload, with status 202 and `{ accepted }`.
   * @default 'decided'
   */
  respond?: 'decided' | 'immediately'
  /**
   * Replay protection: how much a signed timestamp may differ from the clock, in ms.
   * Ids of deliveries are remembered for twice that time.
   * @default 300000 (5 minutes)
   * @see [replay protection](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#replay-protection)
   */
  toleranceMs?: number
  /**
   * Size limit of a request body, in bytes. The response to a larger one has status 413.
   * @default 1048576 (1 MiB)
   */
  bodyLimit?: number
  /**
   * The clock: a function that returns ms since 1970. For tests.
   * @default that of the registry: Date.now
   */
  now?: () => number
}

/** The names of the documents that a delivery reloads. */
export type WebhookNames = string | readonly string[] | null | undefined

/**
 * The response body for one reloaded document.
 * @see [responses](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md#responses)
 */
export interface WebhookReport {
  /** The name of the source. */
  source: string
  /** The revision of the registry that has its tools. */
  revision: number
  /** The version of the document. */
  version?: string
  /** The SHA-256 of the document, in hex. */
  hash: string
  /** The names of new tools. */
  added: string[]
  /** The names of changed tools. */
  updated: string[]
  /** The names of removed tools. */
  removed: string[]
  /** The names of stale tools: the reload could not read their operation. */
  stale: string[]
  /** The names of tools whose change a gate holds. */
  held: string[]
  /** The number of unchanged tools. */
  unchanged: number
  /** The number of skipped operations. */
  skipped: number
  /** Whether the same delivery came before. It then reloads nothing. */
  duplicate?: true
}

/** A request of `node:http`. If a body parser has read it, it must keep the bytes in `rawBody` or `body`. */
export interface WebhookRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  on(event: string, listener: (...values: any[]) => void): unknown
  pause(): unknown
}

/** A response of `node:http`. */
export interface WebhookResponse {
  writeHead(status: number, headers: Record<string, string | number>): unknown
  end(text: string): unknown
}

/** A request handler. It resolves after it has responded, and never rejects. */
export type WebhookHandler = (request: WebhookRequest, response: WebhookResponse) => Promise<void>
