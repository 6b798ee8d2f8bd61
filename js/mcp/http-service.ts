// HTTP service: the HTTP doors of a server, with the authorization of their callers.

import type { AuthSettings } from './auth/auth-options'
import { TokenAuthorizer } from './auth/token-authorizer'
import { HttpDoors } from './http/http-doors'
import type { DoorParts } from './http/http-doors'

/** What the doors need of their server, and who may use them. */
export interface ServiceParts extends Omit<DoorParts, 'authorizer'> {
  /** `undefined`: whoever can connect. */
  readonly auth: AuthSettings | undefined
}

export function openHttpDoors({ auth, ...parts }: ServiceParts): HttpDoors {
  return new HttpDoors({ ...parts, authorizer: auth && new TokenAuthorizer(auth, parts) })
}
