// MCP tool: what `registerTool` of an MCP server returns (E10), and a tool with a `handler` written by hand (E11).

import type { CallContext } from '../../call/context'
import type { ExportedValue } from './exported-value'
import { rejected } from './frameworks/framework-loop'
import { unwrapResult } from './mcp-result'
import { namedBy, sharedMembers } from './named-definition'
import { readOutputSchema } from './output-schema'
import type { Place, Shape, ToolDraft } from './shape'
import { ShapeFault } from './shape-faults'

/** A handler of MCP; without an input schema it gets the extra alone. */
type Handler = (...call: readonly unknown[]) => unknown

/** A tool that is registered in an MCP server, which keeps its name to itself. */
export const registeredMcpTool: Shape = {
  id: 'E10',
  matches: (value) =>
    !value.isFunction &&
    value.isMethod('update') &&
    typeof value.get('enabled') === 'boolean' &&
    value.isGiven('handler') &&
    !value.isGiven('name'),
  read(value: ExportedValue, place: Place): ToolDraft {
    if (value.get('enabled') === false)
      throw new ShapeFault('is disabled in its MCP server: enable it, or do not export it')
    return readMcpTool(value, place, presentHandler)
  },
}

/** A tool with the members of MCP and a name. */
export const plainMcpTool: Shape = {
  id: 'E11',
  matches: (value) => !value.isFunction && value.isText('name') && value.isMethod('handler'),
  read: (value: ExportedValue, place: Place): ToolDraft => readMcpTool(value, place),
}

/** A tool in its MCP server, which changes it by `enable`, `disable` and `update`. */
interface RegisteredTool {
  readonly enabled?: unknown
  readonly handler?: unknown
  readonly inputSchema?: unknown
}

/** The handler of a registered tool at a call. Throws where the tool is not the one that was read any more. */
function presentHandler({ enabled, handler, inputSchema }: RegisteredTool, schema: unknown): Handler {
  if (enabled === false) throw new Error('the tool is disabled in its MCP server')
  if (inputSchema !== schema)
    throw new Error('the input schema of the tool was changed in its MCP server: register the tool again')
  if (typeof handler !== 'function') throw new Error('the tool has no handler any more')
  return handler as Handler
}

function readMcpTool(value: ExportedValue, place: Place, find?: typeof presentHandler): ToolDraft {
  if (!value.isMethod('handler'))
    throw new ShapeFault('runs as a task of MCP, and a call waits for its result: give it a handler that is a function')
  const schemas = ['inputSchema', 'parameters'].filter((key) => value.isGiven(key) && value.get(key) !== null)
  const { value: self } = value
  const [read, schema] = [value.get('handler') as Handler, value.get('inputSchema')]
  const execute = executeOf(() => find?.(self, schema) ?? read, self, schemas.length > 0)
  const given = Object.fromEntries(schemas.map((key) => [key, value.get(key)]))
  const { members, notes } = readOutputSchema(value)
  const definition = { ...sharedMembers(value), ...given, ...members, execute }
  return { definition: namedBy(place, definition), self: value.value, notes }
}

/** Calls a handler as an MCP server does, and unwraps its result. */
function executeOf(findHandler: () => Handler, self: object, takesArguments: boolean) {
  return async (params: unknown, context: CallContext): Promise<unknown> => {
    const extra = new HandlerExtra(context)
    return unwrapResult(await findHandler().apply(self, takesArguments ? [params, extra] : [extra]))
  }
}

/** What a handler gets beside its arguments: the part of the request's context that holds without a session. */
class HandlerExtra {
  /** The context of the call, which MCP does not know. */
  readonly context: CallContext
  readonly requestId: string

  constructor(context: CallContext) {
    this.context = context
    this.requestId = context.callId
  }

  /** A getter: an AbortSignal costs more than a call. */
  get signal(): AbortSignal {
    return this.context.signal
  }

  /** A handler reports progress where it has a token. */
  get _meta(): object {
    return { progressToken: this.requestId }
  }

  /** The request, where version 2 of MCP's SDK has it. */
  get mcpReq(): object {
    const { context, requestId: id, _meta, sendNotification: notify, sendRequest: send } = this
    const log = (level: unknown, data: unknown, logger?: unknown): Promise<void> =>
      notify({ method: 'notifications/message', params: { level, data, logger } })
    return { id, method: 'tools/call', _meta, signal: context.signal, notify, send, log }
  }

  /** Progress and log messages are those of the call; other notifications have no client. */
  readonly sendNotification = async (notification: unknown): Promise<void> => {
    const { method, params } = (notification ?? {}) as { readonly method?: unknown; readonly params?: Told }
    try {
      if (method === 'notifications/progress') this.context.progress(...progressOf(params))
      else if (method === 'notifications/message') this.context.log(...messageOf(params))
    } catch {
      // A client would drop what is none, and the tool goes on.
    }
  }

  readonly sendRequest = (): Promise<never> =>
    rejected(new Error('no MCP client is connected: the tool is called by toolrack'))
}

/** Params of a notification. They may be anything. */
type Told = Readonly<Record<string, unknown>> | undefined

function progressOf(told: Told): Parameters<CallContext['progress']> {
  return [told?.progress, told?.total, told?.message] as Parameters<CallContext['progress']>
}

function messageOf(told: Told): Parameters<CallContext['log']> {
  return [told?.level, told?.data, told?.logger] as Parameters<CallContext['log']>
}
