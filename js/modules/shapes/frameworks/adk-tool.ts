// Google ADK tool: a `FunctionTool` of the Agent Development Kit, or an instance of another tool class of it (E4).

import type { CallContext } from '../../../call/context'
import { ignoreRejection } from '../../../border/error'
import { isThenable } from '../../../border/thenable'
import { libraryOf } from '../../../definition/standard-schema'
import { isGenaiSchema, jsonOfGenai } from '../../../definition/genai-schema'
import type { ExportedValue } from '../exported-value'
import { sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { AdkToolContext } from './adk-context'
import { checkedAtEnd } from './checked-pieces'
import { approvalOf } from './framework-approval'

const MARK = Symbol.for('google.adk.baseTool')

type RunAsync = (request: object) => Promise<unknown>

export const adkTool: Shape = {
  id: 'E4',
  matches: (value) => value.get(MARK) === true,
  read(value: ExportedValue, _place: Place): ToolDraft {
    if (!value.isMethod('runAsync')) throw new ShapeFault('is a tool of Google ADK without runAsync')
    // Closures keep the tool alone: what was read of it holds the values of its module.
    const self = value.value
    const runAsync = value.get('runAsync') as RunAsync
    const inputSchema = schemaOf(value)
    const execute = async (params: unknown, context: CallContext): Promise<unknown> => {
      const toolContext = new AdkToolContext(context)
      const result = await runAsync.call(self, { args: params, toolContext })
      return checkedAtEnd(result, () => toolContext.checkActions())
    }
    const approval = approvalOf('requireConfirmation', value.get('requireConfirmation'), (decide, params, context) =>
      decide.call(self, params, new AdkToolContext(context)),
    )
    const definition = {
      ...sharedMembers(value, ['requireConfirmation']),
      ...approval,
      ...(inputSchema != null && { inputSchema }),
      execute,
    }
    return { definition, self, notes: [], framework: { validates: true } }
  },
}

/** The schema of its parameters: that of a library as it is, any other as its declaration has it. */
function schemaOf(value: ExportedValue): unknown {
  const parameters = value.get('parameters')
  if (libraryOf(parameters) !== undefined) return parameters
  const declare = value.get('_getDeclaration')
  const declaration: unknown = typeof declare === 'function' ? declare.call(value.value) : undefined
  if (isThenable(declaration)) {
    ignoreRejection(declaration)
    throw new ShapeFault('declares its function by a promise: _getDeclaration must return the declaration itself')
  }
  if (typeof declaration !== 'object' || declaration === null)
    throw new ShapeFault(
      `is the tool "${String(value.get('name'))}" of Google ADK, which declares no function: Gemini runs it`,
    )
  const { parametersJsonSchema, parameters: declared } = declaration as Record<string, unknown>
  return parametersJsonSchema ?? (isGenaiSchema(declared) ? jsonOfGenai(declared) : declared)
}
