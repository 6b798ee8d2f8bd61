// MCP server of a configuration: what `serve` says → the options of the server, and where it listens.

import type { ConfiguredServer } from '../../index'
import type { McpAuth } from '../../types/mcp'
import { jwtVerifier } from '../mcp/auth/jwt-verifier'
import { readServerOptions } from '../mcp/server-options'
import type { ConfigContent } from './config-content'
import { openPart } from './config-mistakes'
import type { Config, ServeConfig } from './read-config'

/** The options of the server. Throws `CONFIG_INVALID` for those that no server takes. */
export function configuredServer({ name, serve = {} }: Config, content: ConfigContent): ConfiguredServer {
  const { http, auth, ...rest } = serve
  const options = { ...(name !== undefined && { name }), ...rest }
  // What makes the verification fails for the same addresses, and knows no option by name.
  const unverified = auth === undefined ? {} : { auth: { ...auth, verify: () => undefined } }
  openPart(content, '/serve', () => readServerOptions({ ...options, ...unverified }))
  const verified = auth && openPart(content, '/serve/auth/verify', () => serverAuth(auth))
  return { options: { ...options, ...(verified && { auth: verified }) }, ...(http !== undefined && { http }) }
}

function serverAuth({ verify = {}, ...auth }: NonNullable<ServeConfig['auth']>): McpAuth {
  const { issuer = auth.authorizationServers[0] ?? '', audience = auth.resource, jwks } = verify
  return { ...auth, verify: jwtVerifier({ issuer, audience, ...(jwks !== undefined && { jwks }) }) }
}
