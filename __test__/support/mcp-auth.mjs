// Access tokens by hand: an issuer with keys of every kind, and a server that takes its tokens.
import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { jwtVerifier } from 'toolrack/mcp'
import { served } from './mcp-http.mjs'

export const ISSUER = 'https://issuer.example'
export const RESOURCE = 'http://127.0.0.1/mcp'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KINDS = {
  RS256: rsa,
  PS256: rsa,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}
export const ALGORITHMS = Object.keys(KINDS)
export const keyOf = (alg) => KINDS[alg]

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const SIGNERS = {
  RS256: (bytes, key) => sign('sha256', bytes, key),
  PS256: (bytes, key) => sign('sha256', bytes, { key, ...PSS }),
  ES256: (bytes, key) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (bytes, key) => sign(null, bytes, key),
  HS256: (bytes, key) => createHmac('sha256', key).update(bytes).digest(),
  none: () => Buffer.alloc(0),
}

/** The public keys of the issuer. */
export const jwks = (over = {}) => ({
  keys: ALGORITHMS.map((alg) => ({ ...KINDS[alg].publicKey.export({ format: 'jwk' }), kid: alg, alg, ...over })),
})

const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** Claims of a good token. */
export const claimsOf = (over) => ({
  iss: ISSUER,
  aud: RESOURCE,
  sub: 'ann',
  iat: seconds(),
  exp: seconds() + 600,
  scope: 'tools',
  ...over,
})

/** Signs a token; header and claims may be texts. */
export function token(claims = {}, { alg = 'ES256', header = {}, key = KINDS[alg]?.privateKey } = {}) {
  const head = typeof header === 'string' ? header : { alg, kid: alg, typ: 'at+jwt', ...header }
  const signed = `${part(head)}.${part(typeof claims === 'string' ? claims : claimsOf(claims))}`
  return `${signed}.${SIGNERS[alg](Buffer.from(signed), key).toString('base64url')}`
}

export const bearer = (text) => ({ authorization: `Bearer ${text}` })

/** Options of a server that takes tokens of the issuer. */
export const authOf = (over) => ({
  resource: RESOURCE,
  authorizationServers: [ISSUER],
  scopes: ['tools'],
  verify: jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: jwks() }),
  ...over,
})

/** Serves a registry to callers with tokens. */
export const guarded = (t, registry, { auth, ...options } = {}) =>
  served(t, registry, { auth: authOf(auth), ...options })
