// The same package from CommonJS: by `import … = require` and by `import`.
import toolrack = require('toolrack')
import { ToolRegistry } from 'toolrack'
import type { ToolDefinition } from 'toolrack'

const registry: ToolRegistry = new toolrack.ToolRegistry()
const definition: ToolDefinition = { name: 'a', description: 'b', execute: () => 1 }
toolrack.registerDynamicTool(registry, definition)
const revision: number = new ToolRegistry().snapshot().revision
// @ts-expect-error a name that is not exported
toolrack.Registry
export { revision }
