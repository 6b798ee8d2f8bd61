// Targets of the command line: their names, for help and completion.

import type { Target } from '../../index'

/** The compiler holds that no target is missing. */
const ALL: Readonly<Record<Target, true>> = Object.freeze({
  openai: true,
  'openai-responses': true,
  'openai-chat': true,
  anthropic: true,
  gemini: true,
  'gemini-openapi': true,
  bedrock: true,
  mcp: true,
  'ai-sdk': true,
  mistral: true,
  cohere: true,
  plain: true,
})

/** The names of all targets. */
export const TARGETS = Object.freeze(Object.keys(ALL) as Target[])
