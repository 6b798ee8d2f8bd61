// OpenAI Agents guardrails: checks of a tool before and after its call, which the runner of that SDK makes.

import type { CallContext } from '../../../call/context'
import type { ExportedValue } from '../exported-value'
import type { RunContext } from './openai-agents-context'
import { toolCallOf } from './openai-agents-context'

/** A guardrail, and what it says of a call. */
interface Guardrail {
  readonly name?: unknown
  run(data: object): unknown
}

interface GuardrailOutput {
  readonly behavior?: { readonly type?: unknown; readonly message?: unknown }
}

/** What a model gets in place of a result. */
interface Replacement {
  readonly message: unknown
}

/** Runs the guardrails of one side of a call. */
type RunGuards = (
  runContext: RunContext,
  context: CallContext,
  input: string,
  output?: unknown,
) => Promise<Replacement | undefined>

/** The guardrails of a tool; undefined for a side that has none. */
export function guardsOf(tool: ExportedValue): { readonly before?: RunGuards; readonly after?: RunGuards } {
  const before = listOf(tool.get('inputGuardrails'))
  const after = listOf(tool.get('outputGuardrails'))
  return { ...(before && { before: runner(before) }), ...(after && { after: runner(after) }) }
}

function listOf(given: unknown): readonly Guardrail[] | undefined {
  return Array.isArray(given) && given.length > 0 ? [...(given as Guardrail[])] : undefined
}

function runner(guardrails: readonly Guardrail[]): RunGuards {
  return async (runContext, context, input, output) => {
    const data = { context: runContext, agent: undefined, toolCall: toolCallOf(context, input), output }
    for (const guardrail of guardrails) {
      const { behavior } = ((await guardrail.run(data)) ?? {}) as GuardrailOutput
      if (behavior?.type === 'rejectContent') return { message: behavior.message }
      if (behavior?.type === 'throwException')
        throw new Error(`its guardrail "${String(guardrail.name)}" refuses the call`)
    }
    return undefined
  }
}
