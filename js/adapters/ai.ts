// Adapter for the AI SDK 6 and 7: the tools of a snapshot as a record of its tools. Imports nothing of the SDK.

import type { AiSdkOutput, AiSdkTool, PlainError } from '../../index'
import { ignoreRejection } from '../border/error'
import { isList } from '../border/kind'
import { invalidOption, readOption } from '../border/options'
import type * as aiFinder from './ai-finder'
import { isApproved } from './ai-approval'
import type { AiMessage } from './ai-approval'
import { withFileParts } from './ai-file-parts'
import { cancelOnReturn, streamAnswer } from './answer-stream'
import { liveRecord } from './live-record'
import { NewestPiece } from './newest-piece'
import { callFailure, followTools, offerTools } from './offered-tools'
import type { FrameworkCall, OfferedTools } from './offered-tools'

/** What the SDK hands to a tool beside its input. */
interface ToolRun {
  readonly toolCallId: string
  readonly messages?: readonly AiMessage[]
  readonly abortSignal?: AbortSignal
  /** There in version 7 alone. */
  readonly context?: unknown
}

/** The value of an output that is an error. */
interface FailedOutput {
  readonly error: PlainError
}

/** A tool as the SDK takes it. */
type AiTool = ReturnType<typeof makeTool>

/** Marks a schema of the SDK, of any copy of it. */
const SCHEMA = Symbol.for('vercel.ai.schema')

export function aiTools(source: unknown, options?: unknown): Record<string, AiTool> {
  return makeTools(offerTools(source, 'ai-sdk', options).tools)
}

export function liveAiTools(source: unknown, options?: unknown) {
  const { newest, options: own } = followTools(source, 'ai-sdk', options, ['tools'])
  let offered = newest()
  let made = makeTools(offered)
  // The SDK reads the record before its first step too: it executes calls that a person has approved.
  const tools = liveRecord(() => {
    if (offered !== newest()) made = makeTools((offered = newest()))
    return made
  }, otherTools(own.tools))
  // The SDK copies the active tools: a step keeps its own, whatever becomes of the record.
  return { tools, prepareStep: () => ({ activeTools: Object.keys(tools) }) }
}

/** Reads the tools that the caller has beside those of the registry. */
function otherTools(tools: unknown): PropertyDescriptorMap {
  if (tools === undefined) return {}
  if (tools === null || typeof tools !== 'object' || isList(tools))
    throw invalidOption('tools', 'must be an object with tools by name')
  return readOption('tools', () => Object.getOwnPropertyDescriptors({ ...tools }))
}

export function finderTools(finder: unknown, options?: unknown) {
  return loadFinderTools().finderTools(finder, options)
}

/** Few programs let a model load tools. */
function loadFinderTools(): typeof aiFinder {
  return require('./ai-finder') as typeof aiFinder
}

function makeTools(offered: OfferedTools<'ai-sdk'>): Record<string, AiTool> {
  return Object.fromEntries(offered.definitions.map((definition) => [definition.name, makeTool(offered, definition)]))
}

function makeTool(offered: OfferedTools<'ai-sdk'>, { name, description, inputSchema, strict }: AiSdkTool) {
  const asks = offered.asksFor(name)
  const sent = (input: unknown, { toolCallId }: ToolRun) => ({ toolCallId, toolName: name, input })
  const respond = async (input: unknown, run: ToolRun, call: FrameworkCall) => {
    const approved = asks && isApproved(run.messages, run.toolCallId)
    const { output } = await offered.respond(sent(input, run), approved ? { ...call, approved } : call)
    if (output.type === 'error-json') throw callFailure((output.value as FailedOutput).error)
    return 'context' in run ? withFileParts(output) : output
  }
  return {
    description,
    strict,
    // Without `validate`: the call is validated here, with a message for the model.
    inputSchema: { [SCHEMA]: true, _type: undefined, jsonSchema: inputSchema, validate: undefined },
    ...(asks && { needsApproval: (input: unknown, run: ToolRun) => offered.needsApproval(sent(input, run), { run }) }),
    execute: (input: unknown, run: ToolRun): Promise<AiSdkOutput> | AsyncGenerator<AiSdkOutput> => {
      const { abortSignal: signal } = run
      if (!offered.isStreamed(name)) return respond(input, run, { signal, run })
      const pieces = new NewestPiece(preliminary)
      return preliminaryResults(streamAnswer((call) => respond(input, run, { ...call, run }), signal, pieces))
    },
    toModelOutput: ({ output }: { readonly output: AiSdkOutput }) => output,
  }
}

/** Yields preliminary results, and the answer as the last one, which the SDK takes for the result. */
function preliminaryResults(
  stream: AsyncGenerator<AiSdkOutput, AiSdkOutput, undefined>,
): AsyncGenerator<AiSdkOutput, void, undefined> {
  const results = async function* () {
    yield yield* stream
  }
  // The stream is left: its answer is read by nobody.
  return cancelOnReturn(results(), () => ignoreRejection(stream.return(undefined as never)))
}

/** A preliminary result: the text so far, or the newest value of a progress. */
function preliminary(value: unknown): AiSdkOutput {
  return { type: typeof value === 'string' ? 'text' : 'json', value }
}
