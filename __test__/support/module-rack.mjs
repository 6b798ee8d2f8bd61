// Modules over a folder of files, and providers of tools.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolModules, ToolRegistry } from 'toolrack'
import { folder } from './documents.mjs'
import { tool } from './tools.mjs'

/** Options of a watch that is quick. */
export const QUICK = { watch: { stabilityMs: 20, pollMs: 100 } }

/** The text of a module with one tool, whose call answers `answer`. */
export const text = (name, answer = 1) =>
  `export const ${name} = { description: 'D', parameters: {}, execute: () => ${answer} }\n`

/** Modules over a folder of files, closed with the test. */
export async function rack(t, files = {}, options = {}) {
  const directory = await folder(t)
  const write = (name, content) => writeFile(join(directory, name), content)
  for (const [name, content] of Object.entries(files)) await write(name, content)
  const registry = new ToolRegistry()
  const modules = new ToolModules(registry, { resolveFrom: directory, ...options })
  t.after(() => modules.close().catch(() => {}))
  return { registry, modules, directory, write, path: (name) => join(directory, name) }
}

/** A provider of tools that notes its calls. */
export function providerOf(over = {}) {
  const calls = []
  const provider = {
    tools: [tool({ name: 'given' })],
    loadTools: () => provider.tools,
    addConsumer: (id) => calls.push(['add', id]),
    removeConsumer: (id) => calls.push(['remove', id]),
    onChanged: (listener) => void (provider.change = listener),
    calls,
    ...over,
  }
  return provider
}
