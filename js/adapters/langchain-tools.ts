// LangChain tools: the tools of a snapshot as tools of LangChain, for both of its module formats. The doors
// `langchain.ts` and `langchain.mts` hand in its functions.

import type { PlainTool } from '../../index'
import { actionId, askPerson } from './langchain-approval'
import type { Action, Decision } from './langchain-approval'
import { EveryPiece, streamAnswer } from './answer-stream'
import { callFailure, followTools, offerTools } from './offered-tools'
import type { FrameworkCall, OfferedTools } from './offered-tools'
import { makeMiddleware, middlewareName } from './langchain-middleware'
import { contentOf, isRefusedInput } from './langchain-content'
import type { LangChain, LangChainTool, ToolConfig } from './langchain-peer'
import { guard } from './langchain-review'

/** A call of a model. One that is made by hand has no id. */
interface ModelCall {
  readonly id: string | undefined
  readonly name: string
  readonly arguments: unknown
}

export function makeAdapter(langchain: LangChain) {
  const makeTools = (offered: OfferedTools<'plain'>) =>
    offered.definitions.map((tool) => makeTool(langchain, offered, tool))
  const langchainTools = (source: unknown, options?: unknown) => makeTools(offerTools(source, 'plain', options).tools)
  const liveLangchainTools = (source: unknown, options?: unknown) => {
    const { newest, options: own } = followTools(source, 'plain', options, ['name'])
    const name = middlewareName(own.name)
    let offered = newest()
    let made = makeTools(offered)
    const tools = () => {
      if (offered !== newest()) made = makeTools((offered = newest()))
      return made
    }
    return { tools, middleware: makeMiddleware(name, tools, langchain.currentConfig) }
  }
  return { langchainTools, liveLangchainTools }
}

/** `decided` is what a person has decided about the only call of the tool. */
function makeTool(
  langchain: LangChain,
  offered: OfferedTools<'plain'>,
  definition: PlainTool,
  decided?: Decision,
): LangChainTool {
  const { tool, ToolMessage } = langchain
  const { name, description, inputSchema } = definition
  const asks = decided === undefined && offered.asksFor(name)
  const isNeeded = async (sent: ModelCall, config: ToolConfig, { signal }: FrameworkCall) =>
    asks && (await offered.needsApproval(sent, { signal, run: config }))
  const actionOf = ({ id, arguments: args }: ModelCall): Action => ({
    id: actionId(id, name, args),
    name,
    args,
    description,
  })
  const answer = async (input: unknown, config: ToolConfig, call: FrameworkCall) => {
    const id = config.toolCall?.id
    const sent: ModelCall = { id, name, arguments: input }
    // A person may have been asked before, whatever the tool requires by now.
    const mayBeAsked = decided === undefined && (asks || config.interrupt !== undefined)
    const decision = mayBeAsked ? await askPerson(config, actionOf(sent), await isNeeded(sent, config, call)) : decided
    const [approved, isDeclined] = [decision?.approved === true, decision?.approved === false]
    const answer = await offered.respond(sent, { ...call, run: config, approved, isDeclined })
    // A graph that is cancelled ends; a tool that is called by hand throws.
    if (!answer.ok && (id === undefined || config.signal?.aborted)) throw callFailure(answer.error)
    const refusal = isDeclined ? decision?.message : undefined
    const content = answer.ok ? contentOf(answer) : (refusal ?? JSON.stringify({ error: answer.error }))
    if (id === undefined) return answer.ok && answer.files === undefined ? (answer.value as unknown) : content
    // A message of our own: what a tool throws ends an agent that has middleware around its tools.
    return new ToolMessage({ status: answer.ok ? 'success' : 'error', content, tool_call_id: id, name })
  }
  const execute = (input: unknown, config: ToolConfig = {}): unknown => {
    const { signal } = config
    if (!offered.isStreamed(name)) return answer(input, config, { signal })
    return streamAnswer((call) => answer(input, config, call), signal, new EveryPiece((piece) => piece))
  }
  // The schema is a copy of its own: LangChain writes into it.
  const made = tool(execute, { name, description, schema: inputSchema })
  const call = made.call.bind(made)
  // LangChain checks the arguments before, with a message that says nothing of them. The call here says what is wrong.
  made.call = (input, config, tags) =>
    call(input, config, tags).catch((thrown: unknown) => {
      if (!isRefusedInput(thrown)) throw thrown
      return answer(input, config ?? {}, { signal: config?.signal })
    })
  guard(made, {
    asks,
    decided: (decision) => makeTool(langchain, offered, definition, decision),
    actionOf: async ({ id, args }, config) => {
      const sent = { id, name, arguments: args }
      return (await isNeeded(sent, config, config)) ? actionOf(sent) : undefined
    },
  })
  return made
}
