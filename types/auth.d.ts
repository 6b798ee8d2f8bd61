// Authentication: credentials of the security schemes of a document.
import type { CallContext } from './tool'

/**
 * A secret: a text, or `{ env }` with the name of an environment variable that holds it.
 * The variable is read when the document is loaded. If it is not set, calls fail with `AUTH_FAILED`.
 */
export type SecretText = string | { env: string }

/**
 * The credential of one security scheme: an API key, a Bearer token, a login, OAuth 2 data, or a function.
 * @see [credentials](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#credentials)
 */
export type Credential = SecretText | LoginCredential | ClientCredential | RefreshCredential | CredentialFunction

/** HTTP Basic: user name and password. */
export interface LoginCredential {
  /** The user name, without a `:`. */
  username: SecretText
  /** The password. */
  password: SecretText
}

/**
 * The options of a token request to an OAuth 2 token endpoint.
 * @see [token endpoints](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
 */
export interface TokenRequest {
  /**
   * The URL of the token endpoint. This option may name any address. A URL that the document names must have the
   * origin of the API, or be an https address on the public internet.
   * @default the scheme's `tokenUrl` or `refreshUrl`, or that of the provider's metadata
   * @see [token endpoints](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
   */
  tokenUrl?: string
  /**
   * The OAuth 2 scopes to request.
   * @default the scopes of each operation; with a refresh token none, which requests all granted scopes
   */
  scopes?: readonly string[]
  /**
   * The parameter `audience` of the token request. Some servers require it.
   * @default none
   */
  audience?: string
  /**
   * Client authentication: where the client secret is sent. `'basic'`: in the header `Authorization` (HTTP Basic).
   * `'body'`: in the body of the request.
   * @default what the metadata of the provider says, else 'basic'
   */
  clientAuth?: 'basic' | 'body'
}

/**
 * The OAuth 2 client credentials grant. Tokens are cached and renewed before they expire.
 * Parallel calls share one token request. After a response 401, the call is sent once more with a new token.
 * @see [OAuth 2](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
 */
export interface ClientCredential extends TokenRequest {
  /** The client id. */
  clientId: SecretText
  /** The client secret. */
  clientSecret: SecretText
}

/**
 * The OAuth 2 refresh token grant. If the server returns a new refresh token, it replaces this one, in memory only.
 * @see [OAuth 2](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
 */
export interface RefreshCredential extends TokenRequest {
  /** The refresh token. */
  refreshToken: SecretText
  /** The client id. */
  clientId: SecretText
  /**
   * The client secret.
   * @default none: a public client
   */
  clientSecret?: SecretText
}

/**
 * A credential function. It runs at each call. It has the registry's `timeoutMs`, and no longer than the call.
 * If it throws, times out or returns an unusable value, the call fails with `AUTH_FAILED`, and nothing is sent.
 * @param context the context of the call; `metadata` must be plain data here
 * @see [credential functions](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#credential-functions)
 */
export type CredentialFunction = (
  context: CallContext,
  request: CredentialRequest,
) => GivenCredential | Promise<GivenCredential>

/**
 * The value that a credential function returns: a text, a token or a login. `expiresAt` is a date, or ms since 1970.
 * A token with `expiresAt` is cached for the same `userId` and `metadata`. Other values are not cached.
 * @see [credential functions](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#credential-functions)
 */
export type GivenCredential =
  string | { token: string; expiresAt?: number | Date } | { username: string; password: string }

/** The credential that a credential function must return: for which scheme, scopes and origin. */
export interface CredentialRequest {
  /** The name of the security scheme in the document. */
  readonly scheme: string
  /** The type of the security scheme. */
  readonly type: 'apiKey' | 'basic' | 'bearer' | 'oauth2' | 'openIdConnect'
  /** The OAuth 2 scopes of the operation, sorted. */
  readonly scopes: readonly string[]
  /** The origin that the credential is sent to, such as `https://api.example.com`. */
  readonly origin: string
  /** Whether the API answered 401 to the credential that the function returned before. */
  readonly isRefused: boolean
}
