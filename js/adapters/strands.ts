// Adapter for Strands: the tools of a snapshot as its tools. Imports nothing of the SDK.

import type { BedrockTool } from '../../index'
import { EveryPiece, streamAnswer } from './answer-stream'
import { callDigest } from './call-digest'
import { offerTools } from './offered-tools'
import type { FrameworkCall, OfferedTools } from './offered-tools'
import { resultBlock } from './strands-result'
import type { Agent } from './strands-result'

/** What the SDK hands to a tool. */
interface ToolRun {
  readonly toolUse: { readonly toolUseId: string; readonly input: unknown }
  readonly agent: Agent
  readonly cancelSignal?: AbortSignal
  /** Ends the run until somebody answers; returns the answer when the run goes on. */
  readonly interrupt: (question: { readonly name: string; readonly reason: unknown }) => unknown
}

/** The part of a running agent that keeps its interrupts, of any version of the SDK. */
interface Interrupted {
  readonly _interruptState?: { readonly interrupts?: Readonly<Record<string, { readonly name?: unknown }>> }
}

export function strandsTools(source: unknown, options?: unknown) {
  const { tools } = offerTools(source, 'bedrock', options)
  return tools.definitions.flatMap((definition) => ('toolSpec' in definition ? [makeTool(tools, definition)] : []))
}

function makeTool(offered: OfferedTools<'bedrock'>, { toolSpec }: Extract<BedrockTool, { toolSpec: object }>) {
  const { name, description, inputSchema } = toolSpec
  const asks = offered.asksFor(name)
  // A declaration: the SDK validates no results.
  const outputSchema = offered.outputSchema(name)
  return {
    name,
    description,
    toolSpec: { name, description, inputSchema: inputSchema.json, ...(outputSchema && { outputSchema }) },
    async *stream(run: ToolRun) {
      const { toolUseId, input } = run.toolUse
      const call = { toolUse: { toolUseId, name, input } }
      const signal = run.cancelSignal
      const asked = askedQuestions(run.agent)
      const question = asks || asked.length > 0 ? questionOf(toolUseId, name, input) : undefined
      // A call that was asked about waits for its answer, whatever its tool requires by now.
      const approved =
        question !== undefined &&
        (asked.includes(question) || (asks && (await offered.needsApproval(call, { signal, run }))))
      if (approved && !isConsent(run.interrupt({ name: question, reason: { tool: name, input } })))
        return resultBlock(await offered.respond(call, { signal, run, isDeclined: true }), run.agent)
      if (!offered.isStreamed(name))
        return resultBlock(await offered.respond(call, { signal, run, approved }), run.agent)
      const respond = (given: FrameworkCall) => offered.respond(call, { ...given, run, approved })
      return resultBlock(yield* streamAnswer(respond, signal, new EveryPiece(pieceEvent)), run.agent)
    },
  }
}

/**
 * The name of the interrupt of a call that needs approval. The SDK keeps an answer by the call's id and this name, and a
 * model may use an id again: only the same call has the same name.
 */
function questionOf(toolUseId: string, name: string, input: unknown): string {
  return `toolrack:approval:${callDigest(toolUseId, name, input)}`
}

/** The names of the interrupts of an agent, also of those from before it was saved and loaded. */
function askedQuestions(agent: Agent & Interrupted): readonly unknown[] {
  return Object.values(agent._interruptState?.interrupts ?? {}).map(({ name }) => name)
}

/** Whether somebody approved a call: `true`, or what the SDK takes for it. */
function isConsent(answer: unknown): boolean {
  return answer === true || (typeof answer === 'string' && /^\s*y(es)?\s*$/i.test(answer))
}

/** A piece of a streamed result as the SDK's event. */
function pieceEvent(data: unknown) {
  return { type: 'toolStreamEvent', data }
}
