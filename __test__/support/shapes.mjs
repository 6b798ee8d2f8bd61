// Modules by their exports, and what is recognised of them.
import { createRequire } from 'node:module'
import { ToolRegistry } from 'toolrack'

const require = createRequire(import.meta.url)
export const { recogniseExports, recogniseValue } = require('../../lib/modules/shapes/recognise-exports.js')

/** A namespace as `import()` gives it. */
export const namespaceOf = (exports) => Object.assign(Object.create(null), exports)

/** What is recognised of a module that has these exports. */
export const recognise = (exports, origin = {}) =>
  recogniseExports(namespaceOf(exports), { stem: 'crm', specifier: './crm.js', ...origin })

/** The only tool of a module. */
export async function toolOf(exports, origin) {
  const { tools, failed } = await recognise(exports, origin)
  if (failed.length > 0) throw failed[0].error
  if (tools.length !== 1) throw new Error(`${tools.length} tools`)
  return tools[0].tool
}

/** A registry that has recognised tools, each closure called on what it belongs to. */
export function registryWith(...tools) {
  const registry = new ToolRegistry()
  for (const { definition, self } of tools) registry.register({ ...definition, execute: definition.execute.bind(self) })
  return registry
}

/** What is seen of a recognition: exports and names of tools, the count of the rest, and what failed why. */
export async function seen(recognition) {
  const { tools, passedOver, failed } = await recognition
  return {
    tools: Object.fromEntries(tools.map(({ export: name, tool }) => [name, tool.definition.name])),
    passedOver: passedOver.length,
    failed: Object.fromEntries(failed.map(({ export: name, error }) => [name, error.message])),
  }
}
