// Genkit tool: the function that `defineTool` or `dynamicTool` of Genkit returns (E7).

import type { CallContext } from '../../../call/context'
import type { ExportedValue } from '../exported-value'
import { refuseOtherApprovals, sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { callerContext } from './caller-context'
import { fileOf, isRecord, valueOfBlocks } from './content-blocks'
import { nameOfThrown, needsLoop } from './framework-loop'
import { pushedPieces } from './pushed-pieces'
import type { PushPiece } from './pushed-pieces'

type GenkitTool = (input: unknown, options: object) => Promise<unknown>

/** The metadata of a tool; a tool of the second kind returns `{ output, content }`. */
const TYPES: readonly unknown[] = Object.freeze(['tool', 'tool.v2'])

export const genkitTool: Shape = {
  id: 'E7',
  matches: (value) => value.isFunction && TYPES.includes(value.objectAt('__action')?.objectAt('metadata')?.get('type')),
  read(value: ExportedValue, _place: Place): ToolDraft {
    // `matches` has seen it.
    const action = value.objectAt('__action') as ExportedValue
    refuseOtherApprovals(value, [])
    const tool = value.value as GenkitTool
    const isMultipart = action.objectAt('metadata')?.get('type') === 'tool.v2'
    const call = async (params: unknown, context: CallContext, push?: PushPiece): Promise<unknown> => {
      const result = await invoke(tool, params, context, push)
      return isMultipart ? valueOfParts(result) : result
    }
    const execute = (params: unknown, context: CallContext): unknown =>
      pushedPieces(context, (push) => call(params, context, push))
    const inputSchema = action.get('inputJsonSchema') ?? action.get('inputSchema')
    const definition = { ...sharedMembers(action), ...(inputSchema != null && { inputSchema }), execute }
    // Its call checks the JSON Schema alone: no refinement and no transform of Zod runs.
    return { definition, self: value.value, notes: [], framework: { validates: true, transforms: false } }
  },
}

async function invoke(tool: GenkitTool, params: unknown, context: CallContext, push?: PushPiece): Promise<unknown> {
  const { signal: abortSignal } = context
  const options = { context: callerContext(context), abortSignal, ...(push && { onChunk: push }) }
  try {
    return await tool(params, options)
  } catch (thrown) {
    if (nameOfThrown(thrown) === 'ToolInterruptError')
      throw needsLoop('Genkit', 'the tool interrupts the generation', thrown)
    throw thrown
  }
}

/** The value of a multipart result: its output, its parts, or both in a list. */
function valueOfParts(result: unknown): unknown {
  if (!isRecord(result) || !Array.isArray(result.content)) return isRecord(result) ? result.output : result
  const read = valueOfBlocks(result.content, readPart)
  const parts = read === undefined ? result.content : read.value
  return result.output === undefined
    ? parts
    : [result.output, ...(Array.isArray(parts) ? (parts as unknown[]) : [parts])]
}

function readPart({ text, data, media }: Record<string, unknown>): { readonly value: unknown } | undefined {
  if (typeof text === 'string') return { value: text }
  if (data !== undefined) return { value: data }
  const file = isRecord(media) ? fileOf(media.url, media.contentType) : undefined
  return file === undefined ? undefined : { value: file }
}
