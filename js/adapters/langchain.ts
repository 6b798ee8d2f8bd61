// Adapter for LangChain and LangGraph, for `require`: with the CommonJS copy of LangChain that its caller has.

import { makeAdapter } from './langchain-tools'
import type { LangChain, RunStore } from './langchain-peer'

const { AsyncLocalStorageProviderSingleton: runs } = require('@langchain/core/singletons') as RunStore
const { tool } = require('@langchain/core/tools') as Pick<LangChain, 'tool'>
const { ToolMessage } = require('@langchain/core/messages') as Pick<LangChain, 'ToolMessage'>

export const { langchainTools, liveLangchainTools } = makeAdapter({
  tool,
  ToolMessage,
  currentConfig: () => runs.getRunnableConfig(),
})
