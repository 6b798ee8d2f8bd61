// Strands tool: what `tool` of Strands Agents returns, or an instance of one of its tool classes (E6).

import { CallContext } from '../../../call/context'
import type { ExportedValue } from '../exported-value'
import { outputNotes, sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { callerContext } from './caller-context'
import { nameOfThrown, needsLoop } from './framework-loop'
import { endOfStream, piecesOfStream, strandsResult } from './strands-result'
import type { StrandsStream } from './strands-result'

/** The part of a tool that is called; `invoke` is there for tools that are functions. */
interface StrandsTool {
  invoke?(input: unknown, context: StrandsContext): Promise<unknown>
  stream(context: StrandsContext): StrandsStream
}

export const strandsTool: Shape = {
  id: 'E6',
  matches: (value) => value.isMethod('stream') && value.objectAt('toolSpec')?.objectAt('inputSchema') !== undefined,
  read(value: ExportedValue, _place: Place): ToolDraft {
    // `matches` has seen it.
    const spec = value.objectAt('toolSpec') as ExportedValue
    const tool = value.value as StrandsTool
    const isFunction = value.isMethod('invoke')
    const execute = (params: unknown, context: CallContext): unknown => {
      const toolContext = new StrandsContext(params, context)
      if (CallContext.isStreamed(context)) return piecesOfStream(tool.stream(toolContext))
      return isFunction ? invoke(tool, params, toolContext) : endOfStream(tool.stream(toolContext))
    }
    const definition = {
      ...sharedMembers(value),
      ...sharedMembers(spec),
      inputSchema: spec.get('inputSchema'),
      execute,
    }
    return { definition, self: value.value, notes: outputNotes(spec), framework: { validates: true } }
  },
}

async function invoke(tool: StrandsTool, params: unknown, context: StrandsContext): Promise<unknown> {
  try {
    return strandsResult(await tool.invoke?.(params, context))
  } catch (thrown) {
    if (nameOfThrown(thrown) === 'InterruptError') throw needsLoop('Strands', 'the tool interrupts the agent', thrown)
    throw thrown
  }
}

/** What an interrupt asks for. */
interface InterruptRequest {
  readonly name?: unknown
  readonly response?: unknown
}

/** What a tool gets beside its arguments: the part of `ToolContext` of Strands that holds without an agent. */
class StrandsContext {
  readonly #context: CallContext
  readonly toolUse: object
  /** A copy for each call: in Strands, it is shared by the tools of one invocation, which may write into it. */
  readonly invocationState: object

  constructor(input: unknown, context: CallContext) {
    this.#context = context
    this.toolUse = { name: context.toolName, toolUseId: context.callId, input }
    this.invocationState = { ...callerContext(context) }
  }

  get cancelSignal(): AbortSignal {
    return this.#context.signal
  }

  get agent(): never {
    throw needsLoop('Strands', 'the tool uses its agent')
  }

  /** A request that brings its response is answered by it, as in Strands. */
  interrupt({ name, response }: InterruptRequest): unknown {
    if (response !== undefined) return response
    throw needsLoop('Strands', `the tool interrupts the agent by "${String(name)}"`)
  }
}
