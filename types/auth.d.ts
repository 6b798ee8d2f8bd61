// Authentication: credentials of the security schemes of a document.
import type { CallContext } from './tool'

/**
 * A secret: a text, or the name of an environment variable that holds it.
 * The variable is read at the load; if it is not set, calls are `AUTH_FAILED`.
 */
export type SecretText = string | { env: string }

/**
 * The credential of one security scheme.
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
 * The options of a token request.
 * @see [token endpoints](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
 */
export interface TokenRequest {
  /**
   * The token endpoint. A documented one must be at the API's own origin, or https on the public internet.
   * @default the scheme's `tokenUrl` or `refreshUrl`, or that of the provider's metadata
   * @see [token endpoints](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
   */
  tokenUrl?: string
  /**
   * The scopes.
   * @default those of each operation; none with a refresh token, which means all that were granted
   */
  scopes?: readonly string[]
  /**
   * The parameter `audience`, which some servers require.
   * @default none
   */
  audience?: string
  /**
   * Client authentication: in the header `Authorization` (HTTP Basic), or in the body.
   * @default as the provider's metadata says, else 'basic'
   */
  clientAuth?: 'basic' | 'body'
}

/**
 * The OAuth 2 client credentials grant. Tokens are cached and renewed before they expire.
 * Parallel calls share a request. After a 401, the call is sent once more with a new token.
 * @see [OAuth 2](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#oauth-2-and-openid-connect)
 */
export interface ClientCredential extends TokenRequest {
  /** The client id. */
  clientId: SecretText
  /** The client secret. */
  clientSecret: SecretText
}

/**
 * The OAuth 2 refresh token grant. A refresh token that the server returns replaces this one, in memory only.
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
 * A credential function. It is asked at each call, within the registry's `timeoutMs` and the call's deadline.
 * A throw, a timeout or an unusable answer is `AUTH_FAILED`, and nothing is sent.
 * @param context the context of the call; `metadata` has to be plain data here
 * @see [credential functions](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#credential-functions)
 */
export type CredentialFunction = (
  context: CallContext,
  request: CredentialRequest,
) => GivenCredential | Promise<GivenCredential>

/**
 * The answer of a credential function: a text, a token or a login. `expiresAt` is a date, or ms since 1970.
 * A token with `expiresAt` is cached for the same `userId` and `metadata`; nothing else is.
 * @see [credential functions](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#credential-functions)
 */
export type GivenCredential =
  string | { token: string; expiresAt?: number | Date } | { username: string; password: string }

/** The request to a credential function. */
export interface CredentialRequest {
  /** The name of the security scheme. */
  readonly scheme: string
  /** The type of the security scheme. */
  readonly type: 'apiKey' | 'basic' | 'bearer' | 'oauth2' | 'openIdConnect'
  /** The scopes of the operation, sorted. */
  readonly scopes: readonly string[]
  /** The origin that gets the credential: `https://api.example.com`. */
  readonly origin: string
  /** Whether the API answered 401 to the credential before. */
  readonly isRefused: boolean
}
