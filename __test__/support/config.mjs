// Configurations in tests: a folder with the sources that a configuration names, loaded and closed with the test.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from 'toolrack'
import { folder, text } from './documents.mjs'

/** The source of a module with one tool, which returns `answer`. */
export const moduleText = (name, answer = name) =>
  `export const toolSpec = { name: '${name}', description: 'Does ${name}', ` +
  `inputSchema: { json: { type: 'object' } } }\nexport default () => '${answer}'\n`

/**
 * A folder with the documents `pets.json` (listPets, getPet) and `owners.json` (listOwners), and the module
 * `tools/echo.mjs`. `load` writes a configuration and loads it.
 */
export async function configFolder(t) {
  const path = await folder(t)
  const write = (name, content) =>
    writeFile(join(path, name), typeof content === 'string' ? content : JSON.stringify(content))
  await mkdir(join(path, 'tools'))
  await write('pets.json', text(['listPets', 'getPet']))
  await write('owners.json', text(['listOwners']))
  await write('tools/echo.mjs', moduleText('echo'))
  const file = join(path, 'toolrack.config.json')
  const load = async (config, options = {}) => {
    await write('toolrack.config.json', config)
    const loaded = await loadConfig(file, options)
    t.after(() => loaded.close())
    return loaded
  }
  return { path, file, write, load }
}

/** The names of all tools, sorted. */
export const toolNames = ({ registry }) =>
  registry
    .tools()
    .map(({ name }) => name)
    .sort()

/** The parts that failed, with their codes. */
export const failures = ({ failed }) => failed.map(({ part, error }) => [part, error.code])
