// ToolModules on a directory of their own.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ToolModules, ToolRegistry } from 'toolrack'
import { next } from './events.mjs'
import { directoryOf, write as writeFiles } from './module-graph.mjs'
import { holdOpen } from './tools.mjs'

/** A watch that is quick: what a test is about is not how long it waits. */
export const WATCH = { stabilityMs: 20, pollMs: 100 }

/** The text of a module that exports one tool, which answers `answer`; `before` stands above it. */
export const moduleText = (name, answer = `'${name}'`, before = '') =>
  `${before}\nexport const ${name} = { name: '${name}', description: 'Does ${name}', inputSchema: { type: 'object' },
  execute: async (params, context) => ${answer} }\n`

/** Modules on a directory of their own with these files; all is closed with the test. */
export function modulesOf(t, files = {}, options = {}) {
  const directory = directoryOf(t, files)
  const registry = new ToolRegistry()
  const modules = new ToolModules(registry, { resolveFrom: directory, ...options })
  holdOpen(t, registry, modules)
  t.after(() =>
    modules
      .close()
      .catch(() => {})
      .then(() => registry.close()),
  )
  const at = (name) => join(directory, name)
  return { directory, registry, modules, at, write: (more) => writeFiles(directory, more) }
}

/** The events of these names as they come. */
export function eventsOf(registry, ...names) {
  const events = []
  for (const name of names) registry.on(name, (event) => events.push([name, event]))
  return events
}

/** What a registry and its sources are, to see that nothing has changed. */
export const stateOf = ({ registry, modules }) => ({
  tools: registry.list(),
  revision: registry.revision,
  sources: modules.sources().map(({ name, tools, hash }) => [name, tools, hash]),
})

/** Files of `tools/`, watched as a directory. */
export async function watched(t, files, options) {
  const inTools = (more) => Object.fromEntries(Object.entries(more).map(([name, text]) => [`tools/${name}`, text]))
  const house = modulesOf(t, inTools(files), options?.modules)
  const { failed } = await house.modules.addDirectory('./tools', { watch: WATCH, ...options?.directory })
  assert.deepEqual(failed, [])
  const { registry } = house
  const write = (more) => house.write(inTools(more))
  const remove = (name) => rmSync(house.at(`tools/${name}`))
  const told = (event, source) => next(registry, event, { wanted: (value) => value.source === source })
  return { ...house, write, remove, told, answer: (name = 'crm', params) => registry.execute(name, params ?? {}) }
}
