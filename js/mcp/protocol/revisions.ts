// Protocol revisions of MCP: which are served, and the shape that definitions have in each.

/** Shapes of tool definitions, by the revision that brought them; see `definitions('mcp', …, { revision })`. */
export type ListShape = '2025-06-18' | '2025-11-25' | '2026-07-28'

/**
 * Revisions without a handshake: every request names its revision. The newest first.
 * Source: modelcontextprotocol.io, "Versioning and Compatibility" of 2026-07-28.
 */
export const MODERN_REVISIONS: readonly string[] = Object.freeze(['2026-07-28'])

/** Revisions that open with `initialize`, the newest first. */
export const LEGACY_REVISIONS: readonly string[] = Object.freeze([
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
])

/**
 * The revision of a legacy request over HTTP that names none: the header is younger.
 * Source: 2025-06-18, "Transports", protocol version header.
 */
export const REVISION_WITHOUT_HEADER = '2025-03-26'

/** A protocol revision with its era. */
export interface Revision {
  readonly name: string
  readonly isModern: boolean
  readonly shape: ListShape
}

export const MODERN: Revision = Object.freeze({ name: '2026-07-28', isModern: true, shape: '2026-07-28' })

const BY_NAME: ReadonlyMap<string, Revision> = new Map([
  [MODERN.name, MODERN],
  ...LEGACY_REVISIONS.map((name): [string, Revision] => [
    name,
    Object.freeze({ name, isModern: false, shape: shapeOf(name) }),
  ]),
])

/** Tools of older revisions have the shape of 2025-06-18: what they do not know is ignored by their clients. */
function shapeOf(name: string): ListShape {
  return name === '2025-11-25' ? '2025-11-25' : '2025-06-18'
}

/** Returns a revision that is served; nothing for another name. */
export function findRevision(name: unknown): Revision | undefined {
  return typeof name === 'string' ? BY_NAME.get(name) : undefined
}

/** The revision that `initialize` agrees on: the one that the client asks for, or the newest with a handshake. */
export function agreeOnRevision(requested: unknown): Revision {
  const found = findRevision(requested)
  // The newest legacy revision is in the table.
  return found !== undefined && !found.isModern ? found : (BY_NAME.get('2025-11-25') as Revision)
}

/** The revisions that a server serves, the newest first. */
export function servedRevisions(hasLegacy: boolean): readonly string[] {
  return hasLegacy ? [...MODERN_REVISIONS, ...LEGACY_REVISIONS] : MODERN_REVISIONS
}
