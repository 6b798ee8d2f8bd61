// The tools that are searched: GitHub's alone, those of many documents, and as many as are asked for with made ones.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { documentsOf, madeTools } from './made-tools.mjs'
import { GITHUB } from './search-requests.mjs'
import { github, load } from './toolrack.mjs'

/** The sets, and how many tools each is filled up to with made ones; 0: none are made. */
export const SETS = { github: 0, real: 10_000, made: 100_000 }
const READ = { document: { deprecated: 'include' }, network: { references: { internet: false } } }

/**
 * Loads a set into a registry. A source and a namespace stand for each document; a document of requests has the name
 * that these give it.
 * @param documents the documents of requests: file by name
 * @param again whether {@link loadAgain} will load it once more: made documents are kept for it
 * @returns `notes`: lines on what was left out; `loaded`: the documents after GitHub's, by their source
 */
export async function loadSet(set, { folder, documents = {}, again = false }) {
  const { registry, loader } = newRegistry()
  await read(loader, GITHUB, github())
  const { files, notes } =
    set === 'github' ? { files: new Map(), notes: [] } : await loadFolder(registry, loader, folder, documents)
  const real = registry.size
  const made = await fill(registry, loader, SETS[set])
  return { registry, loader, real, notes, loaded: again ? new Map([...files, ...made]) : undefined }
}

/** Loads the same tools in the same order into a registry that searches in another way. */
export async function loadAgain(loaded, search) {
  const { registry, loader } = newRegistry({ search })
  await read(loader, GITHUB, github())
  for (const [source, document] of loaded) await read(loader, source, document)
  return registry
}

function newRegistry(options) {
  const { ToolRegistry, SpecLoader } = load()
  const registry = new ToolRegistry(options)
  return { registry, loader: new SpecLoader(registry) }
}

const read = (loader, source, document) =>
  loader.load(document, { name: source, namespace: source.replaceAll('-', '_'), ...READ })

async function loadFolder(registry, loader, folder, documents) {
  const named = new Map(Object.entries(documents).map(([name, file]) => [basename(file), name]))
  const paths = readdirSync(folder, { recursive: true })
    .filter((path) => /\.(json|ya?ml)$/.test(path))
    .sort()
  // Documents of requests first: others are compared with them.
  const order = [
    ...paths.filter((path) => named.has(basename(path))),
    ...paths.filter((path) => !named.has(basename(path))),
  ]
  const [failed, copies, files] = [new Map(), [], new Map()]
  let originals
  for (const path of order) {
    const source = freeName(named.get(basename(path)) ?? slug(path), files)
    let report
    if (!named.has(basename(path))) originals ??= new Set(registry.names().names.map(keyOf))
    try {
      report = await read(loader, source, join(folder, path))
    } catch (error) {
      failed.set(error.code, [...(failed.get(error.code) ?? []), path])
      continue
    }
    if (!named.has(basename(path)) && isCopy(registry, report, originals)) {
      loader.unload(source)
      copies.push(path)
    } else files.set(source, join(folder, path))
  }
  return { files, notes: notesOf(failed, copies) }
}

const keyOf = ({ method, path }) => `${method} ${path}`

/** Whether most operations of a source are in a document of requests too: its right tools would count as wrong. */
function isCopy(registry, { source, operations }, originals) {
  // All names of a registry are read: few documents are as large as that.
  if (operations <= 20) return false
  const own = registry.names().names.filter((one) => one.source === source)
  return own.filter((one) => originals.has(keyOf(one))).length > own.length / 2
}

function notesOf(failed, copies) {
  const notes = []
  for (const [code, paths] of failed) {
    const some = paths.slice(0, 3).join(', ')
    notes.push(`not loaded, ${code}: ${paths.length} files (${some}${paths.length > 3 ? ', …' : ''})`)
  }
  if (copies.length > 0) notes.push(`left out, most operations are in a document of requests: ${copies.join(', ')}`)
  return notes
}

async function fill(registry, loader, size) {
  const count = size - registry.size
  if (count <= 0) return []
  const made = documentsOf(madeTools(toolsOf(registry), { count }))
  for (const [source, document] of made) await read(loader, source, document)
  return made
}

const slug = (path) =>
  basename(path)
    .replace(/\.(json|ya?ml)$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 28)
    .replaceAll(/^-+|-+$/g, '')

function freeName(name, taken) {
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name}-${i}`
    if (free !== GITHUB && !taken.has(free)) return free
  }
}

/** The tools of a registry with their operations, as other searches and the maker of tools read them. */
export function toolsOf(registry) {
  const operations = operationsOf(registry)
  return registry.list().map((name) => {
    const { description, category, inputSchema } = registry.get(name)
    const { source, method, path, operationId = `${method} ${path}` } = operations.get(name)
    const parameters = Object.entries(inputSchema.properties ?? {}).map(([key, schema]) => parameterOf(key, schema))
    return { name, source, method, path, operationId, description, category, parameters }
  })
}

function parameterOf(name, schema) {
  const { type, description, enum: values } = Object(schema)
  return {
    name,
    description: typeof description === 'string' ? description.slice(0, 400) : undefined,
    type: typeof type === 'string' && type !== 'object' && type !== 'array' ? type : 'string',
    // The type is that of the values: others are left out.
    enum: values?.every((value) => typeof value === 'string') ? values.slice(0, 60) : undefined,
  }
}

/** The operation of each tool, by name. */
export function operationsOf(registry) {
  return new Map(registry.names().names.map((one) => [one.name, one]))
}
