// Adapter for LangChain and LangGraph, for `import`: with the ESM copy of LangChain that its caller has.

import { ToolMessage } from '@langchain/core/messages'
import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons'
import { tool } from '@langchain/core/tools'
import { makeAdapter } from './langchain-tools.js'
import type { LangChain } from './langchain-peer.js'

export const { langchainTools, liveLangchainTools } = makeAdapter({
  tool,
  ToolMessage,
  currentConfig: () => AsyncLocalStorageProviderSingleton.getRunnableConfig(),
} as LangChain)
