// Bare definition: a definition without a function, as providers take it (E15).

import type { ExportedValue } from './exported-value'
import type { Shape } from './shape'
import { ShapeFault } from './shape-faults'

/** Members with the schema of the arguments, in the definitions of toolrack and of providers. */
const SCHEMAS: readonly string[] = Object.freeze(['parameters', 'inputSchema', 'input_schema'])
/** Members that are often written in place of `execute`. */
const MISNAMED: readonly string[] = Object.freeze(['run', 'func', 'fn', 'call', 'callback', 'invoke', 'function'])

export const bareDefinition: Shape = {
  id: 'E15',
  matches: (value) => value.isPlain && (isDefinition(value) || isWrapped(value)),
  read(value: ExportedValue): never {
    // A tool of the AI SDK has no id, and one of Mastra is what its createTool returns.
    if (value.isMethod('execute') && value.isGiven('id'))
      throw new ShapeFault([
        { pointer: '/id', message: 'stands beside execute in what has no name: give a name, or leave the id out' },
      ])
    if (value.isMethod('execute')) throw new ShapeFault([{ pointer: '/name', message: 'must be a text' }])
    if (value.isGiven('execute'))
      throw new ShapeFault([
        { pointer: '/execute', message: `must be a function, is a ${typeof value.get('execute')}` },
      ])
    const misnamed = MISNAMED.find((key) => value.isMethod(key))
    const meant = misnamed === undefined ? '' : ` in place of ${misnamed}`
    throw new ShapeFault(`is a definition with nothing to call: write execute(params, context)${meant}`)
  },
}

/** A schema of arguments alone may be data of any kind. */
function isDefinition(value: ExportedValue): boolean {
  const isNamed = value.isText('name') || value.isText('description')
  return isNamed && SCHEMAS.some((key) => value.isGiven(key))
}

/** The definition of OpenAI's chat completions: `{ type: 'function', function: { name, … } }`. */
function isWrapped(value: ExportedValue): boolean {
  return value.get('type') === 'function' && value.objectAt('function')?.isText('name') === true
}
