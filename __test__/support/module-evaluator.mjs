// A small evaluator of compiled modules: what tests compare with the import of Node.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Evaluates an entry of a reading, `{ modules }` as the native graph gives it. Returns its namespace. */
export async function evaluate(reading, entry) {
  const records = new Map(reading.modules.map((module) => [module.path, { module, names: Object.create(null) }]))
  for (const record of records.values()) await instantiate(record, records)
  for (const record of records.values()) exportStars(record, records)
  await run(records.get(entry), records)
  return records.get(entry).names
}

/** Makes the function of an ES module, and runs it to where its exports are known. */
async function instantiate(record, records) {
  const { module, names } = record
  record.targets = []
  for (const { to } of module.imports) {
    const names = to.kind === 'file' ? records.get(to.path).names : await import(to.url ?? to.specifier)
    record.targets.push(names)
  }
  if (module.format !== 'module') return
  const { prefix } = module
  const exported = (getters) => {
    for (const [name, get] of Object.entries(getters)) Object.defineProperty(names, name, { get, enumerable: true })
  }
  const url = pathToFileURL(module.path).href
  const meta = { url, filename: module.path, dirname: dirname(module.path) }
  const load = async (specifier) => {
    const call = module.calls.find((call) => call.specifier === specifier)
    if (call?.to?.kind !== 'file') return import(call?.to?.url ?? call?.to?.specifier ?? specifier)
    await run(records.get(call.to.path), records)
    return records.get(call.to.path).names
  }
  const parameters = ['exports', 'meta', 'import', ...record.targets.keys()].map((name) => prefix + name)
  const head = module.isAsync ? 'async function*' : 'function*'
  const code = `(${head} (${parameters}) {"use strict";${module.code}\n})\n//# sourceURL=${url}`
  record.steps = (0, eval)(code).call(undefined, exported, meta, load, ...record.targets)
  await record.steps.next()
}

/** Exports what `export *` names, behind the stars of those modules. */
function exportStars(record, records) {
  if (record.hasStars) return
  record.hasStars = true
  for (const index of record.module.stars) {
    const { to } = record.module.imports[index]
    if (to.kind === 'file') exportStars(records.get(to.path), records)
    const target = record.targets[index]
    for (const name of Object.keys(target)) {
      if (name === 'default' || Object.hasOwn(record.names, name)) continue
      Object.defineProperty(record.names, name, { get: () => target[name], enumerable: true })
    }
  }
}

/** Runs a module once, behind those that it imports. A cycle ends at a module that runs already. */
async function run(record, records) {
  if (record.waits) return
  // Before it is called: a cycle comes back here before it returns.
  record.waits = record.running === undefined
  record.running ??= runOnce(record, records)
  await record.running
}

async function runOnce(record, records) {
  const { module, names } = record
  for (const { to } of module.imports) if (to.kind === 'file') await run(records.get(to.path), records)
  record.waits = false
  if (module.format === 'json') names.default = JSON.parse(module.code)
  else if (module.format === 'commonjs') runCommonJs(record, records)
  else await record.steps.next()
}

function runCommonJs(record, records) {
  const { module, names } = record
  if (record.exports) return record.exports.exports
  const { path, prefix, code, calls } = module
  const own = (record.exports = { exports: {} })
  const native = createRequire(path)
  const require = (specifier) => {
    const to = calls.find((call) => call.specifier === specifier && call.kind === 'require')?.to
    if (to?.kind !== 'file') return native(specifier)
    const target = records.get(to.path)
    if (target.module.format === 'json') return JSON.parse(readFileSync(to.path, 'utf8'))
    return runCommonJs(target, records)
  }
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname', `${prefix}import`]
  const body = (0, eval)(`(function (${parameters}) {${code}\n})\n//# sourceURL=${pathToFileURL(path).href}`)
  body.call(own.exports, own.exports, require, own, path, dirname(path), (specifier) => import(specifier))
  if (own.exports !== null && typeof own.exports === 'object') Object.assign(names, own.exports)
  names.default = own.exports
  return own.exports
}
