// Bearer token: the header `Authorization` → an access token (RFC 6750, section 2.1). Tokens elsewhere are ignored.

/** The longest token, in characters. */
const LONGEST = 16_384

/** Spaces alone part a scheme from its token: other white space is no part of the grammar. */
const BEARER = /^bearer +([\w.~+/-]+=*)$/i

/** Reads a header: a token; `undefined` where none was sent; `malformed` for a Bearer header that has none. */
export function readBearerToken(header: string | undefined): { readonly token: string } | 'malformed' | undefined {
  if (header === undefined || !/^bearer/i.test(header)) return undefined
  const [, token] = BEARER.exec(header) ?? []
  return token === undefined || token.length > LONGEST ? 'malformed' : { token }
}
