// Strands tool: what `tool` of Strands Agents returns, or an instance of one of its tool classes (E6).

import { CallContext } from '../../../call/context'
import { libraryOf } from '../../../definition/standard-schema'
import type { ExportedValue } from '../exported-value'
import { outputNotes, sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { callerContext } from './caller-context'
import { nameOfThrown, needsLoop } from './framework-loop'
import { endOnAbort, generatorOf, runUntilEnd } from './strands-generator'
import { endOfStream, piecesOfStream, strandsResult } from './strands-result'
import type { StrandsStream } from './strands-result'

type Invoke = (input: unknown, context: object) => Promise<unknown>
type Stream = (context: object) => StrandsStream

export const strandsTool: Shape = {
  id: 'E6',
  matches: (value) => value.isMethod('stream') && value.objectAt('toolSpec')?.objectAt('inputSchema') !== undefined,
  read(value: ExportedValue, _place: Place): ToolDraft {
    // `matches` has seen it.
    const spec = value.objectAt('toolSpec') as ExportedValue
    const self = value.value
    const stream = value.get('stream') as Stream
    // It is there for tools that are functions.
    const invoke = value.isMethod('invoke') ? (value.get('invoke') as Invoke) : undefined
    const callback = generatorOf(value)
    const execute = (params: unknown, context: CallContext): unknown => {
      const toolContext = new StrandsContext(params, context)
      const reader = CallContext.readerOf(context)
      if (reader !== undefined) return piecesOfStream(stream.call(self, toolContext), reader)
      if (invoke === undefined) {
        const generator = stream.call(self, toolContext)
        return endOfStream(generator).finally(endOnAbort(generator, context))
      }
      const run = (tool: object) => invoke.call(tool, params, toolContext)
      return settle(callback === undefined ? run(self) : runUntilEnd(self, callback, context, run))
    }
    const inputSchema = spec.get('inputSchema')
    const definition = {
      ...sharedMembers(value),
      ...sharedMembers(spec),
      inputSchema,
      execute,
    }
    // A schema that Strands does not know, such as one of Zod 3, stays in `toolSpec`, and nothing validates by it.
    const framework = { validates: libraryOf(inputSchema) === undefined, ...validationOf(value) }
    return { definition, self, notes: outputNotes(spec), framework }
  },
}

/** The schema of Zod by which a tool validates, of which `toolSpec` has the JSON Schema. Void is for any arguments. */
function validationOf(value: ExportedValue): { readonly validatesBy?: unknown } {
  const schema = value.objectAt('_inputSchema')
  if (schema === undefined || schema.get('type') === 'void' || schema.objectAt('_def')?.get('typeName') === 'ZodVoid')
    return {}
  return { validatesBy: schema.value }
}

async function settle(result: Promise<unknown>): Promise<unknown> {
  try {
    return strandsResult(await result)
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
