// Modules of tools as files, and what loads them: toolrack, Node's own import, jiti and tsx.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { load } from './toolrack.mjs'

const BYTES = 5_000

/** A function as modules have them around their tools. */
const HELP = (number, type) => `
/** Reads part ${number} of an answer; what is no number counts as none. */
const part${number} = (answer${type && ': Record<string, unknown>'}, key${type && ': string'}) => {
  const value = answer?.[key]
  if (typeof value !== 'number' || !Number.isFinite(value)) return { part: ${number}, value: 0, isKnown: false }
  return { part: ${number}, value: Math.round(value * 100) / 100, isKnown: true }
}
`

/** The text of a module of 5 kB with one tool; `version` tells one content from another. */
export function moduleText(name, version, { helper, typed = false } = {}) {
  const head = helper === undefined ? '' : `import { unit } from '${helper}'\n`
  const tool = `
export default {
  name: '${name}',
  description: 'The weather forecast of a city',
  parameters: { city: { type: 'string', minLength: 1 }, days: { type: 'integer', minimum: 1, maximum: 14 } },
  execute: async ({ city }${typed ? ': { city: string }' : ''}) =>
    ({ city, version: ${version}${helper === undefined ? '' : ', unit'} }),
}
`
  let text = head + tool
  for (let number = 0; text.length + 300 < BYTES; number++) text += HELP(number, typed ? 'typed' : '')
  return `${text}${'//'.padEnd(Math.max(2, BYTES - text.length - 1), '-')}\n`
}

/** A folder for modules. */
export function moduleFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-bench-'))
  mkdirSync(join(folder, 'lib'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'lib/helper.mjs'), `export const unit = 'metric'\n`)
  return folder
}

/** Writes `count` modules of 5 kB; their paths. */
export function writeModules(folder, count, version, { ending = 'js', first = 0, ...options } = {}) {
  return Array.from({ length: count }, (_, i) => {
    const number = first + i
    const path = join(folder, `tool_${number}.${ending}`)
    writeFileSync(path, moduleText(`tool_${number}`, version, { typed: ending === 'ts', ...options }))
    return path
  })
}

let lastAddress = 0

/** What loads a file that has new content, by name: each gives a function of its path. */
export const LOADERS = {
  async toolrack(paths) {
    const { ToolRegistry, ToolModules } = load()
    const modules = new ToolModules(new ToolRegistry())
    if (paths.length > 0) await modules.add(paths)
    return (path) => modules.reload(path)
  },
  async import() {
    return (path) => import(`${pathToFileURL(path).href}?v=${++lastAddress}`)
  },
  async jiti() {
    const { createJiti } = await import('jiti')
    return (path) => createJiti(import.meta.url, { moduleCache: false, fsCache: false, tryNative: false }).import(path)
  },
  async tsx() {
    const { tsImport } = await import('tsx/esm/api')
    return (path) => tsImport(pathToFileURL(path).href, import.meta.url)
  },
}
