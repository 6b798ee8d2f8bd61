// Adapter for LlamaIndex: the tools of a snapshot as its tools. Imports nothing of the framework.

import type { PlainAnswer, PlainTool } from '../../index'
import { checkSignal } from '../call/abort-signals'
import { describeFile } from './file-text'
import { callFailure, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

export function llamaindexTools(source: unknown, options?: unknown) {
  const { tools, options: own } = offerTools(source, 'plain', options, ['signal'])
  // The framework hands no signal to its tools.
  const signal = checkSignal(own.signal)
  return tools.definitions.map((definition) => makeTool(tools, definition, signal))
}

function makeTool(
  offered: OfferedTools<'plain'>,
  { name, description, inputSchema }: PlainTool,
  signal: AbortSignal | undefined,
) {
  return {
    metadata: { name, description, parameters: inputSchema },
    call: async (input: unknown) => toOutput(await offered.respond({ name, arguments: input ?? {} }, { signal })),
  }
}

/** Writes an answer as JSON without null, which the framework refuses. It writes a text without its quotes. */
function toOutput(answer: PlainAnswer): unknown {
  if (!answer.ok) throw callFailure(answer.error)
  const value = withoutNull(answer.value)
  return answer.files === undefined ? value : { result: value, files: answer.files.map(describeFile) }
}

function withoutNull(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text.includes('null') ? JSON.parse(text, (_, member: unknown) => member ?? 'null') : value
}
