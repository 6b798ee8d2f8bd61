// Own tool: a definition of toolrack with its `execute` (E1).

import type { ExportedValue } from './exported-value'
import { namedBy } from './named-definition'
import type { Place, Shape, ToolDraft } from './shape'

/** Told by `execute` and a name; a definition with `parameters` alone is toolrack's too, and its export names it. */
export const ownTool: Shape = {
  id: 'E1',
  matches: (value) =>
    value.isPlain && value.isMethod('execute') && (isName(value.get('name')) || value.isGiven('parameters')),
  read(value: ExportedValue, place: Place): ToolDraft {
    // All members: a misspelled one is reported as it is by `register`.
    const definition = { ...value.ownMembers(), execute: value.get('execute') }
    return { definition: namedBy(place, definition), self: value.value, notes: [] }
  },
}

/** Whether a member is meant as a name. That it is a text is checked with the definition. */
function isName(name: unknown): boolean {
  return name !== undefined && name !== null && typeof name !== 'function' && typeof name !== 'object'
}
