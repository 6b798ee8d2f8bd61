// Own tools of a finder: their texts and schemas, and how each target takes them. Their bytes are the same on every
// request: a description that told what was found would change the prompt cache.

import type { FinderTarget } from '../../index'
import type { Members } from '../border/kind'
import { MOST_HITS } from './finder-options'
import type { OwnNames } from './finder-options'

/** A tool of the finder, in no format. */
export interface OwnTool {
  readonly name: string
  readonly description: string
  readonly schema: Members
}

const object = (properties: Members, required: readonly string[]): Members => ({
  type: 'object',
  properties,
  required,
})

const texts = (description: string, most: number): Members => ({
  type: 'array',
  items: { type: 'string' },
  minItems: 1,
  maxItems: most,
  description,
})

/** The most phrasings of one search, and the most names that are loaded at once. */
export const MOST_QUERIES = 3
export const MOST_NAMES = 20

export function searchTool({ search, load }: OwnNames, isExplicit: boolean): OwnTool {
  const then = isExplicit
    ? `Load what you need of the result with ${load}.`
    : 'What it finds can be called after its answer.'
  return {
    name: search,
    description:
      'Finds tools. Write the words that an API would use, such as "create pull request", in two or three phrasings. ' +
      `One need for each call. ${then}`,
    schema: object(
      {
        queries: texts('phrasings of one need, such as "create pull request" and "open a PR"', MOST_QUERIES),
        source: { type: 'string', description: 'the name of a source: only its tools are searched' },
        limit: { type: 'integer', minimum: 1, maximum: MOST_HITS, description: 'the most tools' },
      },
      ['queries'],
    ),
  }
}

export function loadTool({ search, load }: OwnNames): OwnTool {
  return {
    name: load,
    description: `Loads tools by their names, as ${search} writes them. They can be called after its answer.`,
    schema: object({ names: texts('the names of the tools', MOST_NAMES) }, ['names']),
  }
}

export function callTool({ call }: OwnNames): OwnTool {
  return {
    name: call,
    description: 'Calls a tool whose name another tool has here. Results say which tools are called with it.',
    schema: object(
      {
        name: { type: 'string', description: 'the name of the tool' },
        arguments: { type: 'object', properties: {}, description: 'the arguments of the tool' },
      },
      ['name', 'arguments'],
    ),
  }
}

const chat = ({ name, description, schema: parameters }: OwnTool) => ({
  type: 'function',
  function: { name, description, parameters, strict: false },
})
const responses = ({ name, description, schema: parameters }: OwnTool) => ({
  type: 'function',
  name,
  description,
  parameters,
  strict: false,
})

/** How each target takes a tool; for Gemini one declaration. */
const WRITERS: { readonly [T in FinderTarget]: (tool: OwnTool) => Members } = Object.freeze({
  openai: responses,
  'openai-responses': responses,
  'openai-chat': chat,
  mistral: chat,
  cohere: ({ name, description, schema: parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }),
  anthropic: ({ name, description, schema }) => ({ name, description, input_schema: schema, strict: false }),
  gemini: ({ name, description, schema }) => ({ name, description, parametersJsonSchema: schema }),
  'gemini-openapi': ({ name, description, schema }) => ({ name, description, parameters: schema }),
  bedrock: ({ name, description, schema }) => ({
    toolSpec: { name, description, inputSchema: { json: schema }, strict: false },
  }),
  'ai-sdk': ({ name, description, schema }) => ({
    type: 'function',
    name,
    description,
    inputSchema: schema,
    strict: false,
  }),
  plain: ({ name, description, schema }) => ({ name, description, inputSchema: schema }),
})

/** Writes a tool of the finder for a target. */
export function writeOwnTool(target: FinderTarget, tool: OwnTool): Members {
  return WRITERS[target](tool)
}

/** The tool search of OpenAI's Responses API, which the finder answers. */
export function clientToolSearch({ description, schema }: OwnTool): Members {
  return { type: 'tool_search', execution: 'client', description, parameters: schema }
}
