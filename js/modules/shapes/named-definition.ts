// Named definition: the name of a tool that has none itself, and members that foreign shapes share with a definition.

import type { ExportedValue } from './exported-value'
import { portableName } from './portable-name'
import type { DefinitionMembers, Place, ShapeNote } from './shape'
import { ShapeFault } from './shape-faults'

/** Members that mean the same in a definition and in a shape that is not toolrack's own. */
const SHARED: readonly string[] = Object.freeze([
  'name',
  'title',
  'description',
  'category',
  'tags',
  'aliases',
  'version',
  'requiresAuth',
  'requiresApproval',
  'scopes',
  'rateLimit',
  'callLimits',
  'deprecated',
])

/** Hints of MCP that a definition has too. */
const HINTS: readonly string[] = Object.freeze(['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'])

/** Words of frameworks for the approval of a person; each framework has one or two of them. */
const APPROVALS: readonly string[] = Object.freeze([
  'requiresApproval',
  'needsApproval',
  'requireApproval',
  'needsApprovalFn',
  'requireConfirmation',
])

/** Gives a definition the name of its place where it has none. */
export function namedBy(place: Place, definition: DefinitionMembers): DefinitionMembers {
  if (definition.name !== undefined && definition.name !== null) return definition
  if (place.name === undefined)
    throw new ShapeFault('has no name, and its place gives it none: give it one, or export { tool_name: tool }')
  return { ...definition, name: portableName(place.name) }
}

/**
 * Refuses a tool that asks for approval in a word that is not read of it: its calls would run without a person. `read`
 * are those that are read.
 */
export function refuseOtherApprovals(value: ExportedValue, read: readonly string[]): void {
  const problems = APPROVALS.filter((key) => !read.includes(key) && asksFor(value.get(key))).map((key) => ({
    pointer: `/${key}`,
    message: `is not read of this tool: write ${read[0] ?? 'the option requiresApproval'}`,
  }))
  if (problems.length > 0) throw new ShapeFault(problems)
}

function asksFor(given: unknown): boolean {
  return given !== undefined && given !== null && given !== false
}

/**
 * Copies what a foreign shape shares with a definition, annotations included. `approvals` are the words for approval that
 * the shape reads itself; another one is a fault.
 */
export function sharedMembers(value: ExportedValue, approvals: readonly string[] = []): DefinitionMembers {
  refuseOtherApprovals(value, [...approvals, 'requiresApproval'])
  const members: DefinitionMembers = {}
  for (const key of SHARED) if (value.isGiven(key)) members[key] = value.get(key)
  const annotations = value.objectAt('annotations')
  if (annotations === undefined) return members
  const title = annotations.get('title')
  if (title !== undefined) members.title ??= title
  const hints = HINTS.filter((key) => annotations.isGiven(key)).map((key) => [key, annotations.get(key)])
  return { ...members, annotations: Object.fromEntries(hints) }
}

/**
 * Notes that a tool declares its results, which are not checked: its framework never does, so that a tool that works
 * there would fail here.
 */
export function outputNotes(value: ExportedValue): ShapeNote[] {
  if (!value.isGiven('outputSchema')) return []
  const message = 'is not used: its framework does not validate results'
  return [{ code: 'OUTPUT_SCHEMA_UNUSED', effect: 'WIDER', pointer: '/outputSchema', message }]
}
