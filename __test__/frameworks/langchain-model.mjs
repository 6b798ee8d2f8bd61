// A scripted chat model of LangChain, and the adapter with the classes of the installed package.
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons'
import { tool } from '@langchain/core/tools'
import { makeAdapter } from '../../lib/adapters/langchain-tools.js'

export const { langchainTools, liveLangchainTools } = makeAdapter({
  tool,
  ToolMessage,
  currentConfig: () => AsyncLocalStorageProviderSingleton.getRunnableConfig(),
})

/** A chat model that makes the calls of one step after another, and then is done. */
export class ScriptedModel extends BaseChatModel {
  requests = []
  #steps

  constructor(steps) {
    super({})
    this.#steps = [...steps]
  }

  _llmType() {
    return 'scripted'
  }

  bindTools(tools) {
    return this.withConfig({ tools })
  }

  async _generate(messages, { tools = [] }) {
    this.requests.push({ tools: tools.map(({ name }) => name), answers: answersIn(messages) })
    const step = this.#steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    const tool_calls = calls.map(({ id, name, args }) => ({ type: 'tool_call', id, name, args }))
    const message = new AIMessage({ content: calls.length > 0 ? '' : 'Done', tool_calls })
    return { generations: [{ text: '', message }] }
  }
}

function answersIn(messages) {
  return Object.fromEntries(
    messages
      .filter((message) => ToolMessage.isInstance(message))
      .map(({ tool_call_id, status, content }) => [
        tool_call_id,
        { failed: status === 'error', text: typeof content === 'string' ? content : JSON.stringify(content), content },
      ]),
  )
}
