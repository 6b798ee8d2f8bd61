// Watching directories: one of API documents, one of TypeScript modules. A new file brings tools, an edit changes them,
// a file with a fault changes nothing, and a removed file takes its tools away, all while the program runs.
// Run it: node examples/watching-directories.mjs

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpecLoader, ToolModules, ToolRegistry } from 'toolrack'

// Two directories of this program, which it edits.
const directory = await mkdtemp(join(tmpdir(), 'toolrack-'))
const [apis, tools] = [join(directory, 'apis'), join(directory, 'tools')]
for (const path of [apis, tools]) await mkdir(path)
const api = (...names) =>
  JSON.stringify({
    openapi: '3.1.0',
    paths: Object.fromEntries(names.map((name) => [`/${name}`, { get: { operationId: name } }])),
  })
const greeting = (text) => `
  import { mark } from './_mark.ts' // a file whose name starts with _ is no tool of a directory
  interface Params { who: string }
  export const greet = {
    description: 'Greets',
    parameters: { who: { type: 'string' } },
    execute: ({ who }: Params): string => '${text} ' + who + mark,
  }`
await writeFile(join(apis, 'pets.json'), api('listPets'))
await writeFile(join(tools, '_mark.ts'), `export const mark: string = '.'`)
await writeFile(join(tools, 'greet.ts'), greeting('Hello'))

const registry = new ToolRegistry()
const loader = new SpecLoader(registry)
const modules = new ToolModules(registry)
const watch = { stabilityMs: 20, onMissing: 'remove' } // a short debounce, so that you need not wait
await loader.loadDirectory(apis, { baseUrl: 'https://pets.example', watch })
await modules.addDirectory(tools, { watch })
console.log('loaded:', registry.list())

/** Does something to a file, and waits for the event that follows. */
async function after(what, event, work) {
  const heard = new Promise((resolve) => registry.on(event, resolve))
  await work()
  const { source, added, updated, removed, error } = await heard
  console.log(`${what}:`, error ? `${source} is refused, ${error.code}` : { source, added, updated, removed })
}
const alive = setInterval(() => {}, 1000) // a watch does not keep a program alive; a server does
await after('a new document', 'reloaded', () => writeFile(join(apis, 'users.json'), api('listUsers')))
await after('an edit', 'reloaded', () => writeFile(join(apis, 'pets.json'), api('listPets', 'getPet')))
await after('a fault', 'reloadFailed', () => writeFile(join(apis, 'pets.json'), '{ "openapi": '))
console.log('  still there:', registry.list({ source: 'pets' }))
await after('a removed document', 'change', () => rm(join(apis, 'users.json')))
await after('an edited module', 'reloaded', () => writeFile(join(tools, 'greet.ts'), greeting('Welcome')))
await after('an edited helper', 'reloaded', () => writeFile(join(tools, '_mark.ts'), `export const mark = '!'`))
console.log(await registry.execute('greet', { who: 'Ada' }))

await modules.close()
registry.close()
clearInterval(alive)
await rm(directory, { recursive: true })
