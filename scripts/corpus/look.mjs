// What becomes of one document: the census of it, the load of it, and the judgement.
import { readFileSync } from 'node:fs'
import { census } from './census.mjs'
import { Document, isMap } from './documents.mjs'
import { judge, refused } from './judge.mjs'
import { isWellFormed, parse, textOf } from './reading.mjs'

/** Operations may refer to any file, as their publishers' do; the network is not asked. */
const OPTIONS = {
  document: { deprecated: 'include' },
  network: { references: { outsideFolder: true, internet: false } },
}
/** A key of the root in JSON and YAML, and the version behind it. */
const DIALECT = /(?:^|[{,])[ \t\r\n]*["']?(openapi|swagger)["']?\s*:\s*["']?(\d[\w.-]*)/m

/**
 * The outcome of a document: each of its `operations` judged, and `faults`, which no document may have. `refusal` is
 * why it is refused as a whole, `crash` what toolrack or the census failed with. `isCounted` says whether there is a
 * census.
 */
export async function look(file, toolrack) {
  const bytes = readFileSync(file)
  const [, key, version] = DIALECT.exec(bytes.toString('utf8')) ?? []
  const dialect = key && `${key} ${version}`
  const started = performance.now()
  let loaded
  try {
    loaded = await load(file, toolrack)
    const { report, tool, registry } = loaded
    const ms = performance.now() - started
    const counted = count(file, bytes) ?? { isCounted: false, census: [] }
    const operations = judge(counted.census, { report, tool })
    return {
      dialect,
      ms,
      isCounted: counted.isCounted,
      operations,
      report: { operations: report.operations, notes: report.notes.length },
      faults: faultsOf(counted, operations, report, registry.size),
    }
  } catch (error) {
    if (error?.code === undefined || error.details === undefined) return { crash: error?.stack ?? String(error) }
    const counted = count(file, bytes)
    const operations = counted === undefined ? [] : refused(counted.census, error, isWellFormed(textOf(bytes)))
    return {
      dialect,
      isCounted: counted !== undefined,
      operations,
      refusal: { code: error.code, message: error.message },
      faults: [],
    }
  } finally {
    loaded?.registry.close()
  }
}

/** A load as the judgement asks for it: the report, and the tool of a method and path as anybody may ask for it. */
export async function load(file, { ToolRegistry, SpecLoader }) {
  const registry = new ToolRegistry()
  const report = await new SpecLoader(registry).load(file, OPTIONS).catch((error) => {
    registry.close()
    throw error
  })
  const names = new Map()
  for (const { method, path, name } of registry.names().names)
    if (registry.has(name)) names.set(`${method} ${path}`, name)
  const tool = (method, path) =>
    names.has(`${method} ${path}`) ? registry.get(names.get(`${method} ${path}`)) : undefined
  return { registry, report, tool }
}

/** The census of a document, and how many inputs it has; nothing where no parser but toolrack's can read it. */
function count(file, bytes) {
  let data
  try {
    data = parse(textOf(bytes))
  } catch {
    return undefined
  }
  return { isCounted: true, census: isMap(data) ? census(Document.of(file, data)) : [] }
}

/** Counts that do not add up, those of the report beside one another and beside the census. */
export function faultsOf({ isCounted, census }, judged, report, size) {
  const { operations, skipped, inputs, lost } = report
  const [tools, excluded] = [report.added.length, report.excluded.deprecated + report.excluded.unselected]
  const faults = []
  if (operations !== tools + skipped.length + excluded)
    faults.push(`${operations} operations are not ${tools} tools, ${skipped.length} skipped, ${excluded} excluded`)
  if (size !== tools) faults.push(`${size} tools are not the ${tools} that were added`)
  for (const [sort, { declared, exposed, reported }] of Object.entries(inputs)) {
    if (declared !== exposed + reported)
      faults.push(`${declared} ${sort} are not ${exposed} exposed and ${reported} reported`)
  }
  for (const { tool, pointer, name } of lost) faults.push(`${tool} has lost "${name}" at ${pointer}`)
  if (!isCounted) return faults
  if (operations !== census.length)
    faults.push(`the report has ${operations} operations, the document ${census.length}`)
  // A body beside a form is nothing that OpenAPI allows, and how many inputs the one has that is left out is a matter
  // of taste.
  if (
    census.some(
      ({ inputs: own }) =>
        own.some(({ isField }) => isField) && own.some(({ place, isField }) => place === 'body' && !isField),
    )
  )
    return faults
  const all = census
    .filter((_, number) => judged[number].missing !== undefined)
    .flatMap((operation) => operation.inputs)
  const inBody = all.filter(({ place }) => place === 'body').length
  const counts = { parameters: all.length - inBody, bodyProperties: inBody }
  for (const [sort, number] of Object.entries(counts)) {
    if (inputs[sort].declared !== number)
      faults.push(`the report has ${inputs[sort].declared} ${sort}, the document ${number}`)
  }
  return faults
}
