// Table of shapes: the order in which a value is compared with them.
//
// The first that matches reads the value. A file with a spec (E2) and records and lists of tools (E14) are no forms of
// one value: `spec-module.ts` and `tool-collection.ts` read them.

import { bareDefinition } from './bare-definition'
import type { ExportedValue } from './exported-value'
import { adkTool } from './frameworks/adk-tool'
import { aiSdkTool } from './frameworks/ai-sdk-tool'
import { genkitTool } from './frameworks/genkit-tool'
import { langchainTool } from './frameworks/langchain-tool'
import { llamaindexTool } from './frameworks/llamaindex-tool'
import { mastraTool } from './frameworks/mastra-tool'
import { hostedOpenaiTool, openaiAgentsTool } from './frameworks/openai-agents-tool'
import { strandsTool } from './frameworks/strands-tool'
import { plainMcpTool, registeredMcpTool } from './mcp-tool'
import { ownTool } from './own-tool'
import type { Place, Shape } from './shape'
import { toolClass } from './tool-class'

/** The shapes in order. toolrack's own is behind those that could be taken for it. */
export const SHAPES: readonly Shape[] = Object.freeze([
  mastraTool,
  adkTool,
  langchainTool,
  strandsTool,
  genkitTool,
  openaiAgentsTool,
  hostedOpenaiTool,
  llamaindexTool,
  registeredMcpTool,
  plainMcpTool,
  aiSdkTool,
  toolClass,
  ownTool,
  bareDefinition,
])

export function findShape(value: ExportedValue, place: Place): Shape | undefined {
  return SHAPES.find((shape) => shape.matches(value, place))
}
