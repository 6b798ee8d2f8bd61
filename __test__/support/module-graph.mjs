// Module graphs on directories of their own.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import native from '../../lib/border/native.js'
import graphs from '../../lib/modules/graph/module-graph.js'
import imports from '../../lib/modules/graph/native-import.js'

/** A directory with files, removed after the test `t`. */
export function directoryOf(t, files = {}) {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'toolrack-graph-')))
  t?.after(() => rmSync(directory, { recursive: true, force: true }))
  write(directory, files)
  return directory
}

export function write(directory, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
}

export const nativeGraph = (options = {}) => new native.native.NativeModuleGraph(JSON.stringify(options))

export function graphOf({ loadTimeoutMs = 10_000, ...options } = {}) {
  return new graphs.ModuleGraph(nativeGraph(options), { loadTimeoutMs })
}

/** Node's own import, with the same interface. */
export function nativeImport({ loadTimeoutMs = 10_000 } = {}) {
  return new imports.NativeImport(nativeGraph(), { loadTimeoutMs })
}

/** Loads and commits files of a directory; the namespaces in their order. Throws the first error. */
export async function loadAll(graph, directory, ...names) {
  const entries = names.map((name) => join(directory, name))
  const loaded = await graph.load(entries)
  for (const error of loaded.failed.values()) throw error
  loaded.commit()
  loaded.end()
  return entries.map((entry) => loaded.modules.get(entry).namespace)
}

/** The error of a file that cannot be loaded. */
export async function faultOf(graph, directory, name) {
  const { failed, end } = await graph.load([join(directory, name)])
  end()
  return failed.get(join(directory, name))
}
