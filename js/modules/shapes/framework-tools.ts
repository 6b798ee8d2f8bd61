// Framework tools: tools of agent frameworks that are told apart but not read (E3 to E9, E12), and what to write instead.
//
// They are told first because they share members with the shapes that are read: reading one as another shape would call
// it with the wrong arguments.

import type { ExportedValue } from './exported-value'
import type { Shape } from './shape'
import { ShapeFault } from './shape-faults'

const MASTRA = Symbol.for('mastra.core.tool.Tool')
const ADK = Symbol.for('google.adk.baseTool')

/** Frameworks, by the rows of the table of shapes, with what tells their tools and how these are called. */
const FRAMEWORKS: readonly (readonly [
  id: string,
  framework: string,
  call: string,
  tells: (value: ExportedValue) => boolean,
])[] = Object.freeze([
  ['E3', 'Mastra', 'tool.execute(params, {})', (value) => value.get(MASTRA) === true],
  ['E4', 'Google ADK', 'tool.runAsync({ args: params, toolContext })', (value) => value.get(ADK) === true],
  [
    'E5',
    'LangChain',
    'tool.invoke(params)',
    (value) => value.get('lc_runnable') === true && value.isMethod('invoke') && value.isText('name'),
  ],
  [
    'E6',
    'Strands Agents',
    'tool.invoke(params)',
    (value) => value.isMethod('stream') && value.objectAt('toolSpec')?.objectAt('inputSchema') !== undefined,
  ],
  [
    'E7',
    'Genkit',
    'tool(params)',
    (value) => value.isFunction && value.objectAt('__action')?.objectAt('metadata')?.get('type') === 'tool',
  ],
  [
    'E8',
    'OpenAI Agents',
    'tool.invoke(runContext, JSON.stringify(params))',
    (value) => value.get('type') === 'function' && value.isMethod('invoke'),
  ],
  [
    'E9',
    'LlamaIndex',
    'tool.call(params)',
    (value) => {
      const metadata = value.isMethod('call') ? value.objectAt('metadata') : undefined
      return metadata !== undefined && metadata.isText('name') && metadata.isGiven('parameters')
    },
  ],
])

/** One shape for each framework. */
export const FRAMEWORK_TOOLS: readonly Shape[] = FRAMEWORKS.map(([id, framework, call, tells]) => ({
  id,
  matches: tells,
  read(): never {
    const instead = `export const NAME = { description, parameters, execute } whose execute calls ${call}`
    throw new ShapeFault(`is a tool of ${framework}, which toolrack does not read: ${instead}`)
  },
}))

/** A tool of the AI SDK has neither a mark nor a name. */
export const aiSdkTool: Shape = {
  id: 'E12',
  matches: (value) =>
    value.isPlain &&
    value.isMethod('execute') &&
    value.isGiven('inputSchema') &&
    !value.isGiven('name') &&
    !value.isGiven('id'),
  read(): never {
    const instead = 'give it a name, and execute gets (params, context) of toolrack'
    throw new ShapeFault(`has no name, as a tool of the AI SDK, which toolrack does not read: ${instead}`)
  },
}
