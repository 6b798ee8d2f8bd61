// AI SDK model output: what a model reads of the result of a tool with `toModelOutput`, as the AI SDK and Mastra have it.

import type { ModelOutput } from '../../../call/interfaces'
import { ToolError } from '../../../border/tool-error'
import { isThenable } from '../../../border/thenable'
import type { ExportedValue } from '../exported-value'
import { fileOf, isRecord, valueOfBlocks } from './content-blocks'

/** Calls the `toModelOutput` of a tool, and reads its output as a value with files. */
export function aiSdkModelOutput(tool: ExportedValue): ModelOutput {
  const self = tool.value
  const toModelOutput = tool.get('toModelOutput') as (options: object) => unknown
  return (output, input, toolCallId) => {
    const made = toModelOutput.call(self, { toolCallId, input, output })
    return isThenable(made) ? Promise.resolve(made).then(valueOfOutput) : valueOfOutput(made)
  }
}

/** The value of an output; an output that says an error is thrown. */
export function valueOfOutput(output: unknown): unknown {
  if (!isRecord(output)) return output
  const { type, value } = output
  switch (type) {
    case 'text':
    case 'json':
      return value
    case 'error-text':
      throw new ToolError(String(value))
    case 'error-json':
      throw new ToolError(JSON.stringify(value) ?? 'the tool failed without a message')
    case 'execution-denied':
      throw new ToolError(typeof output.reason === 'string' ? output.reason : 'the execution of the tool was denied')
    case 'content': {
      const read = valueOfBlocks(value, readPart)
      return read === undefined ? value : read.value
    }
    default:
      return output
  }
}

/** Reads a part of content, of any version of the AI SDK. */
function readPart(part: Record<string, unknown>): { readonly value: unknown } | undefined {
  const { type, data, mediaType, filename } = part
  if (type === 'text') return typeof part.text === 'string' ? { value: part.text } : undefined
  if (!['file', 'file-data', 'image-data', 'media'].includes(String(type))) return undefined
  if (isRecord(data) && data.type === 'text') return { value: data.text }
  // From version 7 on the data say their kind.
  const file = fileOf(isRecord(data) && data.type === 'data' ? data.data : data, mediaType, filename)
  return file === undefined ? undefined : { value: file }
}
