// LangChain tool: what `tool` of LangChain returns, or an instance of one of its tool classes (E5).

import type { CallContext } from '../../../call/context'
import { libraryOf } from '../../../definition/standard-schema'
import type { ExportedValue } from '../exported-value'
import { sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { callerContext } from './caller-context'
import { isRecord } from './content-blocks'
import { memberOf, needsLoop } from './framework-loop'
import { langchainResult } from './langchain-result'
import { pushedPieces } from './pushed-pieces'
import type { PushPiece } from './pushed-pieces'

type Invoke = (input: unknown, config: object) => Promise<unknown>

export const langchainTool: Shape = {
  id: 'E5',
  matches: (value) => value.get('lc_runnable') === true && value.isMethod('invoke') && value.isText('name'),
  read(value: ExportedValue, _place: Place): ToolDraft {
    if (!value.isGiven('schema'))
      throw new ShapeFault(
        'is a Runnable of LangChain and no tool: give runnable.asTool({ name, description, schema })',
      )
    if (value.objectAt('metadata')?.get('headlessTool') === true)
      throw new ShapeFault('is a headless tool of LangChain, which a client runs: give it a function')
    const self = callableOf(value)
    const invoke = value.get('invoke') as Invoke
    const call = async (params: unknown, context: CallContext, push?: PushPiece): Promise<unknown> => {
      checkArguments(params)
      return settle(invoke.call(self, params, configOf(context, push)))
    }
    const execute = (params: unknown, context: CallContext): unknown =>
      pushedPieces(context, (push) => call(params, context, push))
    // Its `invoke` validates.
    const framework = { validates: true }
    const definition = { ...sharedMembers(value), inputSchema: value.get('schema'), execute }
    return { definition, self: value.value, notes: [], framework }
  },
}

/**
 * What is called. LangChain writes into the JSON Schema of a tool, so the tool gets a copy of it: one that stands in front
 * of the tool. `this` of any other tool must be itself, for `#private` members: there the copy takes the place of the
 * schema in the tool.
 */
function callableOf(value: ExportedValue): object {
  const given = value.get('schema')
  if (!isRecord(given) || libraryOf(given) !== undefined || given._def !== undefined) return value.value
  let schema: unknown
  try {
    schema = structuredClone(given)
  } catch {
    // It is refused with the definition.
    return value.value
  }
  const copy = { value: schema, enumerable: true, configurable: true, writable: true }
  if (!isMadeByTool(value) && Reflect.defineProperty(value.value, 'schema', copy)) return value.value
  return Object.create(value.value, { schema: copy }) as object
}

/** Whether a tool is what `tool` of LangChain returns, whose function has no `this`. */
function isMadeByTool(value: ExportedValue): boolean {
  const made: unknown = (Object.getPrototypeOf(value.value) as { readonly constructor?: unknown } | null)?.constructor
  if (typeof made !== 'function' || !Object.hasOwn(made, 'lc_name')) return false
  return (made as unknown as { lc_name(): unknown }).lc_name() === 'DynamicStructuredTool'
}

/** LangChain would call the tool with other arguments: those in `args` of such a call, unseen by our validation. */
function checkArguments(params: unknown): void {
  if (isRecord(params) && params.type === 'tool_call')
    throw new Error('LangChain takes arguments with type "tool_call" for a call of its own')
}

async function settle(result: Promise<unknown>): Promise<unknown> {
  try {
    return langchainResult(await result)
  } catch (thrown) {
    if (isInterrupt(thrown)) throw needsLoop('LangGraph', 'the tool interrupts the graph', thrown)
    throw thrown
  }
}

/** Whether an error is an interrupt of LangGraph, or says that there is no graph to interrupt. */
function isInterrupt(thrown: unknown): boolean {
  const name = memberOf(thrown, 'name')
  if (name === 'GraphInterrupt' || name === 'NodeInterrupt') return true
  return (
    memberOf(thrown, 'lc_error_code') === 'MISSING_CHECKPOINTER' ||
    memberOf(thrown, 'message') === 'Called interrupt() outside the context of a graph.'
  )
}

/** The config of a call. What LangGraph adds of its graph (state, store) is not there. */
function configOf(context: CallContext, push: PushPiece | undefined): object {
  const caller = callerContext(context)
  const { metadata } = context
  return {
    configurable: caller,
    context: caller,
    ...(isRecord(metadata) && { metadata }),
    toolCallId: context.callId,
    signal: context.signal,
    writer: push ?? drop,
    ...(push && { callbacks: [handlerOf(push)] }),
  }
}

/** Pushes the pieces of the run that begins first: tools that the tool calls with its config have runs of their own. */
function handlerOf(push: PushPiece): object {
  let own: unknown
  const begin = (_runnable: unknown, _input: unknown, run: unknown): void => void (own ??= run)
  return {
    name: 'toolrack',
    awaitHandlers: true,
    handleToolStart: begin,
    // What `asTool` of a Runnable returns begins as a chain.
    handleChainStart: begin,
    handleToolEvent: async (piece: unknown, run: unknown): Promise<void> => (run === own ? push(piece) : undefined),
  }
}

/** Takes the pieces of a call that nobody reads in pieces. */
async function drop(): Promise<void> {}
