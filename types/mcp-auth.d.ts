// Authorization of an MCP server: access tokens of OAuth 2, and what is known of a caller by them.

/** Who sends an access token. */
export interface McpIdentity {
  /** The id of the caller at its issuer: the `userId` of calls, and what sessions and limits are bound to. Not empty. */
  readonly subject: string
  /**
   * The scopes that the token has.
   * @default []
   */
  readonly scopes?: readonly string[]
  /**
   * What the issuer says of the caller: the `metadata` of calls.
   * @default {}
   */
  readonly claims?: Readonly<Record<string, unknown>>
  /**
   * When the token ends, in ms since 1970. Streams that were opened with it end then.
   * @default it does not end
   */
  readonly expiresAt?: number | undefined
}

/** A request over HTTP as `verify` gets it. Its access token is not in it. */
export interface McpAuthRequest {
  readonly transport: 'http'
  readonly method: string
  /** The path, without the query. */
  readonly path: string
  /** The headers but `authorization`, by names in lower case. They are what the client says, and no identity. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Verifies an access token: who sends it, or nothing for one that is not valid. */
export type McpVerify = (
  token: string,
  request: McpAuthRequest,
) => McpIdentity | null | undefined | Promise<McpIdentity | null | undefined>

/** The option `auth` of `createMcpServer`: who may call over HTTP. Over stdio it is ignored. */
export interface McpAuth {
  /**
   * The address of the server as clients and tokens name it, without query and fragment: `https://mcp.example.com/mcp`.
   * It is https, or of this machine. Its host need not stand in `hosts`.
   */
  resource: string
  /** The issuers of tokens, by their addresses: `https://login.example.com`. At least one. */
  authorizationServers: readonly string[]
  /**
   * The scopes that every request needs. A token without them is 403.
   * @default []
   */
  scopes?: readonly string[]
  /**
   * Verifies a token. Nothing is 401. If it throws, rejects, or takes longer than 20 seconds, the request is 503, and
   * `onError` gets `AUTH_FAILED`. No other function gets the token.
   */
  verify: McpVerify
  /**
   * Tools whose `scopes` the caller does not have. `'hide'`: they are not listed, and unknown to a call. `'tell'`: they
   * are listed, and a call is 403 with the scopes that it needs, so that the client can ask for them.
   * @default 'hide'
   */
  unscoped?: 'hide' | 'tell'
}

/** The options of `jwtVerifier`. */
export interface JwtVerifierOptions {
  /** The issuer, as the claim `iss` has it. */
  issuer: string
  /** The resource that tokens must be for, as the claim `aud` has it, or a list of such. */
  audience: string | readonly string[]
  /**
   * The keys of the issuer: the address of a key set (https, or of this machine), or a key set (JWKS) itself. Fetched keys
   * are used for 10 minutes; an unknown key id fetches them anew, at most once in 30 seconds.
   * @default the address that the metadata of the issuer names (RFC 8414, OpenID Connect Discovery)
   */
  jwks?: string | URL | { readonly keys: readonly object[] }
  /**
   * The time, in ms since 1970.
   * @default Date.now
   */
  now?: () => number
}

/**
 * Makes a function `verify` for access tokens that are JWTs: signed by RS256, PS256, ES256 or EdDSA, of this issuer, for
 * this audience, and in their time (`exp` is required; clocks may differ by 60 seconds). It resolves with nothing for any
 * other token, and rejects if the keys cannot be fetched.
 *
 * Throws `INVALID_OPTIONS`.
 */
export function jwtVerifier(options: JwtVerifierOptions): (token: string) => Promise<Required<McpIdentity> | undefined>
