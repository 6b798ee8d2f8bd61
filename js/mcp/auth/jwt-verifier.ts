// JWT verifier: access tokens of an issuer → who sends them.

import type { Members } from '../../border/kind'
import { checkOptions, invalidOption, readOption, toName, toNames } from '../../border/options'
import { reasonOf } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import { isUrl } from '../../border/realm'
import { isScope } from './auth-options'
import { checkAddress, keysAt, keysOfIssuer } from './issuer-keys'
import { isSignedBy, parseToken } from './jwt'
import { KeySet } from './key-set'
import type { TokenIdentity } from './token-identity'
import { VerifiedTokens } from './verified-tokens'

/** How far the clocks of an issuer and of this machine may differ, in s. */
const LEEWAY_S = 60

/** Checked options of a verifier. */
interface VerifierSettings {
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly keys: KeySet
  readonly now: () => number
}

/**
 * Makes the function that verifies access tokens of an issuer. It resolves with nothing for a token that is not valid,
 * and rejects if the keys cannot be fetched.
 */
export function jwtVerifier(options: unknown): (token: string) => Promise<TokenIdentity | undefined> {
  const settings = readSettings(options)
  const verified = new VerifiedTokens()
  return async (text) => {
    const known = verified.find(text, settings.keys.trusted)
    if (known !== undefined) return isFor(known.claims, settings) ? known : undefined
    const token = parseToken(text)
    // The claims are asked first: it costs no key.
    if (token === undefined || !isFor(token.claims, settings)) return undefined
    const keys = await settings.keys.find(token)
    if (!keys.some((key) => isSignedBy(token, key))) return undefined
    const identity = identityOf(token.claims)
    verified.add(text, identity, settings.keys.trusted)
    return identity
  }
}

function readSettings(options: unknown): VerifierSettings {
  const { issuer, audience, jwks, now = Date.now } = checkOptions(options, ['issuer', 'audience', 'jwks', 'now'])
  const name = toName('issuer', issuer)
  const audiences = typeof audience === 'string' ? [audience] : (toNames('audience', audience) ?? [])
  if (audiences.length === 0) throw invalidOption('audience', 'must be the resource that tokens are for, or a list')
  if (typeof now !== 'function') throw invalidOption('now', 'must be a function')
  const clock = now as () => number
  return { issuer: name, audiences, keys: readKeySet(name, jwks, clock), now: clock }
}

function readKeySet(issuer: string, jwks: unknown, now: () => number): KeySet {
  try {
    if (jwks === undefined) return new KeySet(keysOfIssuer(issuer), now)
    if (typeof jwks === 'string' || isUrl(jwks)) return new KeySet(keysAt(checkAddress('jwks', jwks)), now)
    return readOption('jwks', () => new KeySet(structuredClone(jwks), now))
  } catch (thrown) {
    throw invalidOption(jwks === undefined ? 'issuer' : 'jwks', reasonOf(thrown))
  }
}

/** Whether a token is of the issuer, for the audience, and in its time. */
function isFor({ iss, aud, exp, nbf, iat, sub }: Members, { issuer, audiences, now }: VerifierSettings): boolean {
  if (iss !== issuer || typeof sub !== 'string' || sub === '') return false
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.some((one) => typeof one === 'string' && audiences.includes(one))) return false
  const seconds = now() / 1000
  if (typeof exp !== 'number' || !Number.isFinite(exp) || exp + LEEWAY_S <= seconds) return false
  return [nbf, iat].every((time) => time === undefined || (typeof time === 'number' && time - LEEWAY_S <= seconds))
}

function identityOf(claims: Members): TokenIdentity {
  // Both were checked.
  const [subject, exp] = [claims.sub as string, claims.exp as number]
  // It is shared by the requests with its token.
  return deepFreeze({ subject, scopes: scopesOf(claims), claims, expiresAt: (exp + LEEWAY_S) * 1000 })
}

/** The scopes of a token: `scope` (RFC 9068, section 2.2.3), or `scp`, as some issuers call it. */
function scopesOf({ scope, scp }: Members): readonly string[] {
  const given: unknown = scope ?? scp
  const named: readonly unknown[] = typeof given === 'string' ? given.split(' ') : Array.isArray(given) ? given : []
  return named.filter(isScope)
}
