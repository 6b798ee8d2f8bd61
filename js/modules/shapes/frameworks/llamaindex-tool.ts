// LlamaIndex tool: what `tool` of LlamaIndex returns, or an instance of `FunctionTool` (E9).

import { unchangedSource } from '../../../definition/standard-schema'
import type { ExportedValue } from '../exported-value'
import { refuseOtherApprovals, sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'

/** It takes no context and no signal. */
type Call = (input: unknown) => unknown

export const llamaindexTool: Shape = {
  id: 'E9',
  matches(value) {
    const metadata = value.isMethod('call') ? value.objectAt('metadata') : undefined
    return metadata !== undefined && metadata.isText('name') && metadata.isGiven('parameters')
  },
  read(value: ExportedValue, _place: Place): ToolDraft {
    // `matches` has seen it.
    const metadata = value.objectAt('metadata') as ExportedValue
    refuseOtherApprovals(value, [])
    const self = value.value
    const call = value.get('call') as Call
    const execute = (params: unknown): unknown => call.call(self, params)
    const parameters = metadata.get('parameters')
    const inputSchema = unchangedSource(parameters) ?? parameters
    const definition = { ...sharedMembers(metadata), inputSchema, execute }
    // It parses arguments where it wrote the JSON Schema itself, and leaves them where it was given one.
    return { definition, self, notes: [], framework: { validates: true, transforms: 'perhaps', fillsWritten: true } }
  },
}
