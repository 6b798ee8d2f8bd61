// JWT: a signed token → its claims, if a key of the issuer has signed it (RFC 7515, RFC 7519).

// A DOM in JavaScript (Jest) has no global one.
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { TextDecoder } from 'node:util'
import { constants, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { emptyMembers } from '../../border/given-members'

/** How an algorithm signs, and which keys it takes. A key of another type is none for it (key confusion). */
interface Algorithm {
  readonly keyType: 'rsa' | 'ec' | 'ed25519'
  /** The hash; null where the algorithm has its own. */
  readonly hash: 'sha256' | null
  readonly curve?: string
  readonly padding?: number
}

/**
 * The algorithms that are verified. There is no `none`, and nothing with a shared secret: who verifies could sign.
 * Source: RFC 7518, section 3.1; RFC 8037, section 3.1.
 */
const ALGORITHMS: ReadonlyMap<unknown, Algorithm> = new Map<unknown, Algorithm>([
  ['RS256', { keyType: 'rsa', hash: 'sha256', padding: constants.RSA_PKCS1_PADDING }],
  ['PS256', { keyType: 'rsa', hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING }],
  ['ES256', { keyType: 'ec', hash: 'sha256', curve: 'prime256v1' }],
  ['EdDSA', { keyType: 'ed25519', hash: null }],
])

/** The least length of an RSA key, in bits. Source: RFC 7518, section 3.3. */
const LEAST_RSA_BITS = 2_048

/** The longest token, in characters. */
const LONGEST = 16_384

/** A part of a token: base64url without padding. Source: RFC 7515, section 2. */
const PART = /^[\w-]+$/

/**
 * The types of access tokens. An issuer signs others with the same key: DPoP proofs, logout tokens, security events.
 * Source: RFC 9068, section 4; RFC 8725, section 3.11.
 */
const TYPE = /^(application\/)?(at\+)?jwt$/i

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Parts of a token, none of them verified. */
export interface ParsedToken {
  readonly algorithm: string
  /** The id of the key; `undefined`: any key of the issuer. */
  readonly keyId: string | undefined
  readonly claims: Members
  readonly signed: Buffer
  readonly signature: Buffer
}

/** Reads a token; nothing for a text that is none, or is signed in a way that is not verified. */
export function parseToken(text: string): ParsedToken | undefined {
  const [head = '', body = '', signature = '', ...more] = text.length > LONGEST ? [] : text.split('.')
  if (more.length > 0 || !PART.test(signature)) return undefined
  const [header, claims] = [parsePart(head), parsePart(body)]
  if (header === undefined || claims === undefined) return undefined
  const { alg, kid, typ, crit, b64 } = header
  // What a token declares critical must be understood, and nothing is (RFC 7515, section 4.1.11).
  if (!ALGORITHMS.has(alg) || crit !== undefined || b64 !== undefined) return undefined
  if (kid !== undefined && typeof kid !== 'string') return undefined
  if (typ !== undefined && !(typeof typ === 'string' && TYPE.test(typ))) return undefined
  return {
    // The table has texts alone.
    algorithm: alg as string,
    keyId: kid,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  }
}

function parsePart(part: string): Members | undefined {
  if (!PART.test(part)) return undefined
  try {
    const value: unknown = JSON.parse(decoder.decode(Buffer.from(part, 'base64url')))
    return isMembers(value) ? ownMembers(value) : undefined
  } catch {
    return undefined
  }
}

/** Copies members to an object that inherits none: what is missing must not come from `Object.prototype`. */
function ownMembers(members: Members): Members {
  const own = emptyMembers<Record<string, unknown>>()
  for (const [key, value] of Object.entries(members)) own[key] = value
  return own
}

/** Whether an algorithm takes a key. */
export function takesKey(algorithm: string, key: KeyObject): boolean {
  const known = ALGORITHMS.get(algorithm)
  if (known === undefined || key.asymmetricKeyType !== known.keyType) return false
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (known.keyType === 'rsa') return modulusLength >= LEAST_RSA_BITS
  return known.curve === undefined || namedCurve === known.curve
}

/** Whether a key has signed a token. */
export function isSignedBy({ algorithm, signed, signature }: ParsedToken, key: KeyObject): boolean {
  const known = ALGORITHMS.get(algorithm)
  if (known === undefined || !takesKey(algorithm, key)) return false
  const { hash, padding } = known
  const options = padding === undefined ? { key, dsaEncoding: 'ieee-p1363' as const } : { key, padding, ...SALT }
  try {
    return verify(hash, signed, options, signature)
  } catch {
    // OpenSSL cannot read the signature.
    return false
  }
}

/** The salt of PSS is as long as the hash. Source: RFC 7518, section 3.5. */
const SALT = Object.freeze({ saltLength: constants.RSA_PSS_SALTLEN_DIGEST })
