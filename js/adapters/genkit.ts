// Adapter for Genkit: the tools of a snapshot as its dynamic tools. Imports nothing of the framework.

import type { PlainAnswer, PlainTool } from '../../index'
import { invalidOption, readOption } from '../border/options'
import { checkSignal } from '../call/abort-signals'
import { callerOf } from './call-digest'
import { signRestart, takeDecision } from './genkit-approval'
import type { Restart } from './genkit-approval'
import { callFailure, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** The part of an instance of the framework that makes tools. */
interface Genkit {
  readonly dynamicTool: (config: object, execute: (input: unknown, run: ToolRun) => Promise<unknown>) => DynamicTool
}

/** A tool of the framework. What a model gets of it stands in its metadata. */
interface DynamicTool {
  readonly __action: { actionType: string; inputJsonSchema: unknown; metadata: Record<string, unknown> }
  restart?: Restart
}

/** What the framework hands to a tool beside its input. */
interface ToolRun {
  readonly context?: Record<string, unknown>
  readonly abortSignal?: AbortSignal
  readonly sendChunk: (chunk: unknown) => void
  /** There if a person restarts a call that was interrupted, or if a message says so. */
  readonly resumed?: unknown
}

/** Ends a generation until somebody restarts the call. The framework knows it by its name. */
class Interruption extends Error {
  override readonly name = 'ToolInterruptError'
  readonly metadata: object

  constructor(tool: string) {
    super(`a call of "${tool}" waits for the approval of a person`)
    this.metadata = { reason: 'approval', tool }
  }
}

export function genkitTools(source: unknown, options?: unknown): DynamicTool[] {
  const { tools, options: own } = offerTools(source, 'plain', options, ['ai', 'signal'])
  const { ai } = own
  if (!isGenkit(ai)) throw invalidOption('ai', 'must be the instance of Genkit: genkitTools(registry, { ai })')
  const signal = checkSignal(own.signal)
  // A context that comes from the run is known when the call is made, and not when it is restarted.
  const caller = typeof own.context === 'function' ? undefined : callerOf(own.context)
  return tools.definitions.map((definition) => makeTool(tools, definition, ai, { signal, caller }))
}

function makeTool(
  offered: OfferedTools<'plain'>,
  { name, description, inputSchema }: PlainTool,
  ai: Genkit,
  { signal, caller }: { readonly signal: AbortSignal | undefined; readonly caller: unknown },
): DynamicTool {
  const asks = offered.asksFor(name)
  const tool = ai.dynamicTool({ name, description }, async (input, run) => {
    const sent = { name, arguments: input ?? {} }
    const settings = { signal: signal ?? run.abortSignal, run, onPiece: run.sendChunk }
    // A decision first: it is final, whatever the tool requires by now.
    const decision = takeDecision(run.resumed, { name, input, caller })
    if (decision === 'declined') return toOutput(await offered.respond(sent, { ...settings, isDeclined: true }))
    const approved = asks && decision === 'approved'
    if (asks && !approved && (decision === 'forged' || (await offered.needsApproval(sent, settings))))
      throw new Interruption(name)
    return toOutput(await offered.respond(sent, { ...settings, approved }))
  })
  const { __action: action } = tool
  // Only now: the framework would end the whole generation for arguments that do not match.
  action.inputJsonSchema = inputSchema
  // A multipart tool: its output has content beside it.
  action.actionType = 'tool.v2'
  action.metadata = { ...action.metadata, type: 'tool.v2', tool: { multipart: true } }
  if (tool.restart !== undefined) tool.restart = signRestart(tool.restart, caller)
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
