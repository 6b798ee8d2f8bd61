// Adapter for Genkit: the tools of a snapshot as its dynamic tools. Imports nothing of the framework.

import type { PlainAnswer, PlainTool } from '../../index'
import { invalidOption, readOption } from '../border/options'
import { checkSignal } from '../call/abort-signals'
import { callFailure, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** The part of an instance of the framework that makes tools. */
interface Genkit {
  readonly dynamicTool: (config: object, execute: (input: unknown, run: ToolRun) => Promise<unknown>) => DynamicTool
}

/** A tool of the framework. What a model gets of it stands in its metadata. */
interface DynamicTool {
  readonly __action: { actionType: string; inputJsonSchema: unknown; metadata: Record<string, unknown> }
}

/** What the framework hands to a tool beside its input. */
interface ToolRun {
  readonly context?: Record<string, unknown>
  readonly abortSignal?: AbortSignal
  readonly sendChunk: (chunk: unknown) => void
}

export function genkitTools(source: unknown, options?: unknown): DynamicTool[] {
  const { tools, options: own } = offerTools(source, 'plain', options, ['ai', 'signal'])
  const { ai } = own
  if (!isGenkit(ai)) throw invalidOption('ai', 'must be the instance of Genkit: genkitTools(registry, { ai })')
  const signal = checkSignal(own.signal)
  return tools.definitions.map((definition) => makeTool(tools, definition, ai, signal))
}

function makeTool(
  offered: OfferedTools<'plain'>,
  { name, description, inputSchema }: PlainTool,
  ai: Genkit,
  signal?: AbortSignal,
): DynamicTool {
  const tool = ai.dynamicTool({ name, description }, async (input, run) => {
    const call = { signal: signal ?? run.abortSignal, run, onPiece: run.sendChunk }
    return toOutput(await offered.respond({ name, arguments: input ?? {} }, call))
  })
  const { __action: action } = tool
  // Only now: the framework would end the whole generation for arguments that do not match.
  action.inputJsonSchema = inputSchema
  // A multipart tool: its output has content beside it.
  action.actionType = 'tool.v2'
  action.metadata = { ...action.metadata, type: 'tool.v2', tool: { multipart: true } }
  return tool
}

/** Writes an answer as the output of a multipart tool. A failure is output too: the framework knows no failed tool. */
function toOutput(answer: PlainAnswer) {
  if (answer.ok) return { output: answer.value as unknown, content: answer.files?.map(mediaPart) }
  // The run has ended.
  if (answer.error.code === 'CANCELLED') throw callFailure(answer.error)
  return { output: { error: answer.error } }
}

function mediaPart({ mediaType, data }: { readonly mediaType: string; readonly data: string }) {
  return { media: { contentType: mediaType, url: `data:${mediaType};base64,${data}` } }
}

function isGenkit(value: unknown): value is Genkit {
  return readOption('ai', () => typeof (value as Partial<Genkit> | null | undefined)?.dynamicTool === 'function')
}
