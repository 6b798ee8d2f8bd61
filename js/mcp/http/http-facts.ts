// HTTP facts: what is known of a request before its body is read, on `node:http` and with `fetch` alike.

import type { RequestFacts } from '../principals'

/** The head of a request. */
export interface HttpFacts extends RequestFacts {
  readonly transport: 'http'
  readonly method: string
  /** The path, without the query. */
  readonly path: string
  /** Returns a header by its name in lower case. One that was sent several times is joined by commas. */
  header(name: string): string | undefined
}
