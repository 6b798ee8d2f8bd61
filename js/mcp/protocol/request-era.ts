// Era of a request: which protocol revision it speaks, judged by the message itself.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { INVALID_PARAMS, UNSUPPORTED_REVISION, fault } from './json-rpc'
import type { ProtocolFault, RequestMessage } from './json-rpc'
import { MODERN, MODERN_REVISIONS, REVISION_WITHOUT_HEADER, findRevision, servedRevisions } from './revisions'
import type { Revision } from './revisions'

/** Keys of `_meta` in a modern request. Source: 2026-07-28, "Overview", `_meta`. */
const REVISION_KEY = 'io.modelcontextprotocol/protocolVersion'
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities'

/** Methods that only modern clients call: with them, a request without `_meta` is a modern one that is incomplete. */
const MODERN_METHODS: ReadonlySet<string> = new Set(['server/discover', 'subscriptions/listen'])

/** What is known of the revision of a request beside its message. */
export interface RevisionHints {
  /** The header `MCP-Protocol-Version` of an HTTP request. */
  readonly header?: string | undefined
  /** The revision that `initialize` agreed on: for the process, or the session. */
  readonly agreed?: Revision | undefined
}

/** Says which revision a request speaks. */
export function judgeEra(request: RequestMessage, hints: RevisionHints, hasLegacy: boolean): Revision | ProtocolFault {
  const { id } = request
  if (!isModernRequest(request, hints.header)) return legacyRevision(request, hints, hasLegacy)
  const meta = metaOf(request)
  const named = meta[REVISION_KEY]
  if (typeof named !== 'string') return incomplete(id, `params/_meta/${REVISION_KEY} must be a string`)
  const revision = findRevision(named)
  if (revision?.isModern === false && hasLegacy) return legacyInMeta(id, named)
  if (revision?.isModern !== true) return unsupported(id, named, hasLegacy)
  if (!isMembers(meta[CAPABILITIES_KEY])) return incomplete(id, `params/_meta/${CAPABILITIES_KEY} must be an object`)
  return MODERN
}

/** Whether a request is one of a modern client. `header` is its header `MCP-Protocol-Version`. */
export function isModernRequest(request: RequestMessage, header: string | undefined): boolean {
  const { method } = request
  return (
    namedRevision(request) !== undefined ||
    MODERN_METHODS.has(method) ||
    (method !== 'initialize' && isModernHeader(header))
  )
}

/** The revision that a modern request names. It may be of any type. */
export function namedRevision(request: RequestMessage): unknown {
  return metaOf(request)[REVISION_KEY]
}

/** What the client of a modern request can do. */
export function clientCapabilitiesOf(params: Members): Members {
  const capabilities = isMembers(params._meta) ? params._meta[CAPABILITIES_KEY] : undefined
  return isMembers(capabilities) ? capabilities : {}
}

function metaOf({ params }: RequestMessage): Members {
  return isMembers(params?._meta) ? params._meta : {}
}

/** Whether a header names a revision that is no legacy one: such a client knows no `initialize`. */
export function isModernHeader(header: string | undefined): boolean {
  return header !== undefined && findRevision(header)?.isModern !== false
}

function legacyRevision(
  { id, method, params }: RequestMessage,
  { header, agreed }: RevisionHints,
  hasLegacy: boolean,
): Revision | ProtocolFault {
  const requested = method === 'initialize' ? params?.protocolVersion : (agreed?.name ?? header)
  if (!hasLegacy) return unsupported(id, requested, hasLegacy)
  // The table of revisions has it.
  return agreed ?? findRevision(header) ?? (findRevision(REVISION_WITHOUT_HEADER) as Revision)
}

function incomplete(id: RequestMessage['id'], message: string): ProtocolFault {
  return fault(INVALID_PARAMS, message, { id, status: 400 })
}

/** The error of a request that names a revision with a handshake. It names those that a request may name. */
function legacyInMeta(id: RequestMessage['id'], requested: string): ProtocolFault {
  const supported = MODERN_REVISIONS
  const message = `protocol revision "${requested}" opens with "initialize": in a request, name ${supported.join(', ')}`
  return fault(UNSUPPORTED_REVISION, message, { id, status: 400, data: { supported, requested } })
}

/** The error of a revision that is not served. It names those that are. */
export function unsupported(
  id: RequestMessage['id'] | undefined,
  requested: unknown,
  hasLegacy: boolean,
): ProtocolFault {
  const supported = servedRevisions(hasLegacy)
  const named = typeof requested === 'string' ? requested : ''
  const message = `protocol revision "${named}" is not served: use ${supported.join(', ')}`
  return fault(UNSUPPORTED_REVISION, message, { id, status: 400, data: { supported, requested: named } })
}
