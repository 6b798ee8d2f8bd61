// Conformance fixture: the tools that the scenarios of @modelcontextprotocol/conformance call, in one registry.
import { setTimeout as sleep } from 'node:timers/promises'
import { ToolRegistry } from '../../lib/index.js'
import { QUESTIONS } from './conformance-questions.mjs'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
/** A WAV file of no samples. */
const WAV = Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=', 'base64')

/** Between two reports of a tool: longer than between two notices, so that each is told. */
const PAUSE_MS = 120

/** Of the scenario json-schema-2020-12: each keyword has to be in the list. */
const SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

const TOOLS = {
  test_simple_text: () => 'This is a simple text response for testing.',
  test_image_content: () => ({ mediaType: 'image/png', data: PNG }),
  test_audio_content: () => ({ mediaType: 'audio/wav', data: WAV }),
  test_embedded_resource: () => ({
    mediaType: 'text/plain',
    name: 'embedded.txt',
    data: Buffer.from('This is an embedded resource content.'),
  }),
  test_multiple_content_types: () => ({
    text: 'Multiple content types test:',
    image: { mediaType: 'image/png', data: PNG },
    resource: { mediaType: 'application/json', name: 'mixed.json', data: Buffer.from('{"test":"data","value":123}') },
  }),
  test_error_handling: () => {
    throw new Error('This tool intentionally returns an error for testing')
  },
  test_tool_with_progress: async (_, { progress }) => {
    for (const done of [0, 50, 100]) {
      progress(done, 100)
      await sleep(PAUSE_MS)
    }
    return 'Progress was reported.'
  },
  test_tool_with_logging: async (_, { log }) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      log('info', line)
      await sleep(PAUSE_MS)
    }
    return 'Messages were logged.'
  },
  test_logging_tool: (_, { log }) => log('info', 'a message') ?? 'A message was logged.',
}

/**
 * A registry with the tools of the scenarios. `test_trigger_tool_change` adds a tool, or takes it away again;
 * `test_trigger_prompt_change` does what it is given.
 */
export function conformanceRegistry(changePrompts) {
  const registry = new ToolRegistry()
  for (const [name, execute] of Object.entries(TOOLS))
    registry.register({ name, description: `A tool of the scenarios: ${name}`, execute })
  for (const [name, tool] of Object.entries(QUESTIONS))
    registry.register({ name, description: `A tool of the scenarios that asks: ${name}`, ...tool })
  registry.register({
    name: 'json_schema_2020_12_tool',
    description: 'Tool with JSON Schema 2020-12 features',
    inputSchema: SCHEMA_2020_12,
    execute: () => 'valid',
  })
  registry.register({
    name: 'test_x_mcp_header',
    description: 'A tool with an argument that clients repeat in a header',
    inputSchema: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      required: ['region'],
    },
    execute: ({ region }) => region,
  })
  registry.register({
    name: 'test_trigger_tool_change',
    description: 'Adds a tool, or takes it away again',
    execute: () => {
      const removed = registry.unregister('test_changed_tool')
      if (!removed)
        registry.register({ name: 'test_changed_tool', description: 'Comes and goes', execute: () => 'here' })
      return removed ? 'removed' : 'added'
    },
  })
  registry.register({
    name: 'test_trigger_prompt_change',
    description: 'Adds a prompt, or takes it away again',
    execute: () => changePrompts() ?? 'changed',
  })
  return registry
}
