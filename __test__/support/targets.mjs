// The targets. `public-surface.test.mjs` holds that the declarations have these names and no other.

/** One name for each form of definitions. */
export const TARGETS = [
  'openai',
  'openai-chat',
  'anthropic',
  'gemini',
  'gemini-openapi',
  'bedrock',
  'mcp',
  'ai-sdk',
  'mistral',
  'cohere',
  'plain',
]

/** Every name that a caller can give. `openai-responses` is a second name of `openai`. */
export const TARGET_NAMES = [...TARGETS, 'openai-responses']
