// Adapter for Google's ADK: the tools of a snapshot as its tools, and a toolset that follows a registry. Imports nothing
// of the framework.

import { makeTool } from './adk-tool'
import { followTools, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** Marks a toolset of the framework, of any copy of it. */
const TOOLSET = Symbol.for('google.adk.baseToolset')

export function adkTools(source: unknown, options?: unknown) {
  return makeTools(offerTools(source, 'gemini', options).tools)
}

export function adkToolset(source: unknown, options?: unknown) {
  const { newest } = followTools(source, 'gemini', options)
  let offered = newest()
  let tools = makeTools(offered)
  // Asked several times for each step of an agent.
  const getTools = async () => {
    if (offered !== newest()) tools = makeTools((offered = newest()))
    return Array.from(tools)
  }
  return {
    [TOOLSET]: true,
    toolFilter: [],
    getTools,
    // What later versions of the framework ask for; wire names have no prefix.
    getToolsWithPrefix: getTools,
    getAuthConfig: () => undefined,
    processLlmRequest: async () => {},
    isToolSelected: () => true,
    // The registry is its owner's.
    close: async () => {},
  }
}

function makeTools(offered: OfferedTools<'gemini'>) {
  return offered.definitions.flatMap(({ functionDeclarations }) =>
    functionDeclarations.map((declaration) => makeTool(offered, declaration)),
  )
}
