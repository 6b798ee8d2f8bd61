// MCP server of a configuration: what `serve` says → the options of the server, and where it listens.

import type { ConfiguredServer } from '../../index'
import type { McpAuth } from '../../types/mcp'
import { jwtVerifier } from '../mcp/auth/jwt-verifier'
import type { Config, ServeConfig } from './read-config'

/** The options of the server. Throws `INVALID_OPTIONS` for an issuer or keys that are none. */
export function configuredServer({ name, serve = {} }: Config): ConfiguredServer {
  const { http, auth, ...options } = serve
  return {
    options: {
      ...(name !== undefined && { name }),
      ...options,
      ...(auth !== undefined && { auth: serverAuth(auth) }),
    },
    ...(http !== undefined && { http }),
  }
}

function serverAuth({ verify = {}, ...auth }: NonNullable<ServeConfig['auth']>): McpAuth {
  const { issuer = auth.authorizationServers[0] ?? '', audience = auth.resource, jwks } = verify
  return { ...auth, verify: jwtVerifier({ issuer, audience, ...(jwks !== undefined && { jwks }) }) }
}
