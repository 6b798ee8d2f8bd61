// Auth options: what the option `auth` of a server takes, read once and checked.

import { checkOptions, invalidOption, oneOf, toName, toNames } from '../../border/options'
import { reasonOf } from '../../border/error'
import { checkAddress } from './issuer-keys'

/** Says who sends a token. What it returns is checked where it is used. */
export type VerifyFunction = (token: string, request: object) => unknown

/** Checked options of authorization. */
export interface AuthSettings {
  /** The address of the server; and as it was written: clients and tokens name it letter by letter so. */
  readonly resource: URL
  readonly resourceName: string
  /** The issuers of tokens. */
  readonly authorizationServers: readonly string[]
  /** The scopes that every request needs. */
  readonly scopes: readonly string[]
  readonly verify: VerifyFunction
  /** Whether a tool is hidden from callers without its scopes; else they are listed it, and told what they need. */
  readonly hidesUnscoped: boolean
}

const NAMES = Object.freeze(['resource', 'authorizationServers', 'scopes', 'verify', 'unscoped'] as const)

/** A scope. It stands in headers as it is. Source: RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Reads the option `auth`. */
export function readAuth(option: unknown): AuthSettings | undefined {
  if (option === undefined) return undefined
  const { resource, authorizationServers, scopes, verify, unscoped } = checkOptions(option, NAMES, 'auth')
  if (typeof verify !== 'function')
    throw invalidOption('auth.verify', 'must be a function, such as jwtVerifier({ issuer, audience })')
  oneOf('auth.unscoped', unscoped, ['hide', 'tell'])
  return {
    resource: readResource(resource),
    // It was checked.
    resourceName: resource as string,
    authorizationServers: readServers(authorizationServers),
    scopes: readScopes('auth.scopes', scopes),
    verify: verify as VerifyFunction,
    hidesUnscoped: unscoped !== 'tell',
  }
}

function readResource(value: unknown): URL {
  const url = readAddress('auth.resource', toName('auth.resource', value))
  if (url.hash !== '' || url.search !== '') throw invalidOption('auth.resource', 'must have no query and no fragment')
  return url
}

function readServers(value: unknown): readonly string[] {
  const servers = toNames('auth.authorizationServers', value) ?? []
  if (servers.length === 0) throw invalidOption('auth.authorizationServers', 'must name an issuer of tokens')
  for (const server of servers) readAddress('auth.authorizationServers', server)
  return servers
}

function readAddress(option: string, text: string): URL {
  try {
    return checkAddress('it', text)
  } catch (thrown) {
    throw invalidOption(option, `"${text}" is no address for tokens: ${reasonOf(thrown)}`)
  }
}

/** Whether a value is a scope. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value)
}

/** Reads a list of scopes. */
export function readScopes(option: string, value: unknown): readonly string[] {
  const scopes = toNames(option, value) ?? []
  for (const scope of scopes)
    if (!isScope(scope)) throw invalidOption(option, 'must be scopes of OAuth: visible ASCII without spaces, " and \\')
  return Object.freeze([...new Set(scopes)])
}
