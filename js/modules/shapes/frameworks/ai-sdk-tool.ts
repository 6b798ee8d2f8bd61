// AI SDK tool: what `tool` and `dynamicTool` of the package `ai` return, which have neither a mark nor a name (E12).

import type { CallContext } from '../../../call/context'
import { ignoreRejection, reasonOf } from '../../../border/error'
import { isAsyncGenerator } from '../../../border/realm'
import { isThenable } from '../../../border/thenable'
import { iteratorOf } from '../../../call/streaming'
import type { ExportedValue } from '../exported-value'
import { namedBy, outputNotes, sharedMembers } from '../named-definition'
import { unwrapFailure } from '../mcp-result'
import type { Place, Shape, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { aiSdkModelOutput } from './ai-sdk-model-output'
import { contextReader } from './ai-sdk-context'
import type { ReadContext } from './ai-sdk-context'
import { approvalOf } from './framework-approval'
import { LastPiece } from './last-piece'

type Execute = (input: unknown, options: object) => unknown

export const aiSdkTool: Shape = {
  id: 'E12',
  matches: (value) =>
    value.isPlain &&
    value.isGiven('inputSchema') &&
    !value.isGiven('name') &&
    (isProviderTool(value) || (value.isMethod('execute') && !value.isGiven('id'))),
  read(value: ExportedValue, place: Place): ToolDraft {
    if (!value.isMethod('execute'))
      throw new ShapeFault(
        `is the tool "${String(value.get('id'))}" of a provider, which the provider runs: give it an execute, or put it ` +
          'beside the definitions of the registry in the request',
      )
    const self = value.value
    const readContext = contextReader(value.get('contextSchema'))
    const execute = executeOf(value, readContext)
    const toModel = value.isMethod('toModelOutput') ? aiSdkModelOutput(value) : undefined
    const description = descriptionOf(value)
    const definition = {
      ...sharedMembers(value, ['needsApproval']),
      ...(description !== undefined && { description }),
      ...approvalOf('needsApproval', value.get('needsApproval'), (decide, params, context) => {
        const ask = (caller: unknown): unknown => {
          const options = { toolCallId: context.callId, messages: [], context: caller, experimental_context: caller }
          return decide.call(self, params, options)
        }
        const caller = readContext(context)
        return isThenable(caller) ? Promise.resolve(caller).then(ask) : ask(caller)
      }),
      inputSchema: value.get('inputSchema'),
      execute,
    }
    const draft = { self, notes: outputNotes(value), framework: { validates: false } }
    return { definition: namedBy(place, definition), ...draft, ...(toModel && { toModel }) }
  },
}

/** A tool whose schema a provider defines. */
function isProviderTool(value: ExportedValue): boolean {
  return String(value.get('type')).startsWith('provider') && value.isText('id')
}

/** A description may be a function of the context, which is not known before a call. */
function descriptionOf(value: ExportedValue): unknown {
  const description = value.get('description')
  if (typeof description !== 'function') return description
  try {
    const made = (description as (options: object) => unknown)({ context: {}, experimental_context: {} })
    // What is no text is refused with the definition.
    ignoreRejection(made)
    return made
  } catch (cause) {
    const message = `is a function that fails without the context of a call (${reasonOf(cause)}): give a text`
    throw new ShapeFault([{ pointer: '/description', message }], { cause })
  }
}

/** Calls a tool as the AI SDK does. Of a stream of results the last is the result. A generator stays one to see. */
function executeOf(value: ExportedValue, readContext: ReadContext): (params: unknown, context: CallContext) => unknown {
  const execute = value.get('execute') as Execute
  const self = value.value
  const run = (params: unknown, context: CallContext, caller: unknown): unknown => {
    const result = execute.call(self, params, {
      toolCallId: context.callId,
      messages: [],
      // A getter, and an own one: an AbortSignal costs more than a call, and tools spread their options.
      get abortSignal() {
        return context.signal
      },
      context: caller,
      experimental_context: caller,
    })
    const iterator = iteratorOf(result)
    if (iterator !== undefined) return new LastPiece(iterator)
    return isThenable(result) ? Promise.resolve(result).then(unwrapFailure) : unwrapFailure(result)
  }
  if (isAsyncGenerator(execute))
    return async function* (params, context) {
      return yield* run(params, context, await readContext(context)) as LastPiece
    }
  return (params, context) => {
    const caller = readContext(context)
    return isThenable(caller)
      ? Promise.resolve(caller).then((read) => run(params, context, read))
      : run(params, context, caller)
  }
}
