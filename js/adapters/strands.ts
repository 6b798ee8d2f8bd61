// Adapter for Strands: the tools of a snapshot as its tools. Imports nothing of the SDK.

import type { BedrockTool } from '../../index'
import { declinedCall } from './approval'
import { EveryPiece, streamAnswer } from './answer-stream'
import { callDigest } from './call-digest'
import { offerTools } from './offered-tools'
import type { FrameworkCall, OfferedTools } from './offered-tools'
import { resultBlock } from './strands-result'
import type { Agent, Answer } from './strands-result'

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
      const question = asks ? questionOf(toolUseId, name, input) : undefined
      // A call that was asked about waits for its answer, whatever the predicate says by now.
      const approved =
        question !== undefined &&
        (hasAsked(run.agent, question) || (await offered.needsApproval(call, { signal, run })))
      if (approved && !isConsent(run.interrupt({ name: question, reason: { tool: name, input } })))
        return resultBlock(declined(toolUseId, name), run.agent)
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

/** Whether the SDK has asked this already, also before the agent was saved and loaded. */
function hasAsked(agent: Agent & Interrupted, question: string): boolean {
  const interrupts = agent._interruptState?.interrupts ?? {}
  return Object.values(interrupts).some(({ name }) => name === question)
}

/** Whether somebody approved a call: `true`, or what the SDK takes for it. */
function isConsent(answer: unknown): boolean {
  return answer === true || (typeof answer === 'string' && /^\s*y(es)?\s*$/i.test(answer))
}

function declined(toolUseId: string, name: string): Answer {
  return { toolResult: { toolUseId, status: 'error', content: [{ json: { error: declinedCall(name) } }] } }
}

/** A piece of a streamed result as the SDK's event. */
function pieceEvent(data: unknown) {
  return { type: 'toolStreamEvent', data }
}
