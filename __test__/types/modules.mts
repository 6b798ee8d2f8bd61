// Specs of tools, and providers, as code writes them.
import { z } from 'zod'
import type { CallContext, ProvidedTools, ToolModules, ToolProvider, ToolSpec } from 'toolrack'

const spec: ToolSpec = { name: 'weather', description: 'Weather', inputSchema: { json: { properties: { city: {} } } } }
const direct: ToolSpec = { ...spec, tags: ['a'], inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }
const library: ToolSpec = { ...spec, inputSchema: z.object({ city: z.string() }) }
// @ts-expect-error A spec has no function.
const executed: ToolSpec = { ...spec, execute: () => 1 }
// @ts-expect-error A spec has inputSchema.
const parameters: ToolSpec = { ...spec, parameters: {} }

class Forecast {
  static toolSpec: ToolSpec = spec
  execute({ city }: { city: string }, { signal }: CallContext) {
    return `${city} ${signal.aborted}`
  }
}

class Crm implements ToolProvider {
  async *loadTools() {
    yield { name: 'lookup', description: 'Looks up', execute: () => 1 }
    yield Forecast
  }
  addConsumer(_id: string) {}
  async removeConsumer() {}
  onChanged(listener: () => void) {
    const timer = setInterval(listener, 1000)
    return () => clearInterval(timer)
  }
}
const bare: ToolProvider = { loadTools: async () => [direct, library], addConsumer() {}, removeConsumer() {} }
const withName: ToolProvider = { name: 'inventory', loadTools: () => [], addConsumer() {}, removeConsumer() {} }
const tools: ProvidedTools = new Set([Forecast])
// @ts-expect-error A provider counts its consumers.
const uncounted: ToolProvider = { loadTools: () => [] }
// @ts-expect-error Tools are objects or functions.
const texts: ProvidedTools = ['./crm.js']
new Crm().loadTools()

/** What names a source. */
export async function place(modules: ToolModules) {
  await modules.add([withName, { path: './crm/index.js', source: 'crm', tools: ['find'] }])
  const { failed, passedOver } = await modules.addDirectory(new URL('file:///tools'), { onError: 'skip' })
  await modules.reload(new URL('file:///tools/crm.js'))
  await modules.remove(new URL('file:///tools'))
  // @ts-expect-error A reload takes no options.
  await modules.reload('crm', { gates: 'development' })
  return [failed[0]?.export, passedOver[0]?.exports] satisfies [string | undefined, string[] | undefined]
}
