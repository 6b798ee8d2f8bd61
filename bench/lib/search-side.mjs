// One search over one set of tools, in a process of its own: so its memory is its own, and no other's garbage is in its
// times. toolrack's loads the documents, and writes the tools and the drawn items for the peers' to read.
import { readFileSync, writeFileSync } from 'node:fs'
import { settle } from './gc.mjs'
import { findKnown, knownItems } from './search-known-items.mjs'
import { PEERS, TOOLRACK, toolrackFinder } from './search-peers.mjs'
import { GITHUB, askAll, askPhrasings, requestFiles } from './search-requests.mjs'
import { loadSet, operationsOf, toolsOf } from './search-set.mjs'
import { measureSettings } from './search-settings.mjs'
import { changesOf, queriesOf } from './search-speed.mjs'

const MB = 1024 * 1024
const memory = async () => {
  await settle()
  return process.memoryUsage().rss / MB
}

/** Measures a side, as `{ side, set, folder, queries, exchange, parts }` says. */
async function measure(order) {
  const files = requestFiles(order.queries)
  return order.side === TOOLRACK ? measureToolrack(order, files) : measurePeer(order, files)
}

async function measureToolrack({ set, folder, exchange, parts }, files) {
  const documents = Object.assign({}, ...files.map((file) => file.documents))
  const loaded = await loadSet(set, { folder, documents, again: parts.includes('settings') })
  const { registry, real, notes } = loaded
  const asked = files.flatMap(({ queries }) => queries)
  const before = await memory()
  const begun = performance.now()
  registry.search(asked[0]?.query ?? 'list all users')
  const [build, size] = [performance.now() - begun, (await memory()) - before]

  const tools = toolsOf(registry)
  const items = knownItems(tools)
  for (const tool of tools) for (const one of tool.parameters) delete one.description
  writeFileSync(exchange, JSON.stringify({ tools, items }))
  const finder = toolrackFinder(registry)
  const measured = { count: tools.length, real, notes, build, size }
  Object.assign(measured, await found(finder, { tools, operations: operationsOf(registry), items, files, parts }))
  if (parts.includes('speed')) measured.changes = await changesOf({ ...loaded, tools }, askable(asked, tools, items))
  if (parts.includes('settings')) measured.settings = await measureSettings(loaded.loaded, files)
  return measured
}

async function measurePeer({ side, set, exchange, parts }, files) {
  const { tools, items } = JSON.parse(readFileSync(exchange, 'utf8'))
  const before = await memory()
  const begun = performance.now()
  const finder = await PEERS[side](tools)
  const [build, size] = [performance.now() - begun, (await memory()) - before]
  const operations = new Map(tools.map((tool) => [tool.name, tool]))
  // Peers take minutes for as many words as phrasings have, among 100,000 tools.
  const own = set === 'made' ? files.map(withoutPhrasings) : files
  return { build, size, ...(await found(finder, { tools, operations, items, files: own, parts })) }
}

const withoutPhrasings = (file) => ({
  ...file,
  queries: file.queries.map((one) => ({ ...one, phrasings: undefined })),
})

/** What a finder finds, and how fast. */
async function found(finder, { tools, operations, items, files, parts }) {
  const documents = new Set(tools.map(({ source }) => source))
  const recall = []
  for (const file of files) {
    const rows = await askAll(finder, operations, file, documents)
    const phrased = await askPhrasings(finder, operations, file, documents)
    recall.push({ file: file.name, digest: file.digest, asked: file.queries.length, rows, phrased })
  }
  const known = await findKnown(finder, items)
  const asked = askable(
    files.flatMap(({ queries }) => queries),
    tools,
    items,
  )
  return { recall, known, ...(parts.includes('speed') && { speed: await queriesOf(finder, asked) }) }
}

/** The requests whose document is there; where there is none, the drawn items, so that there is what to time. */
function askable(queries, tools, items) {
  const documents = new Set(tools.map(({ source }) => source))
  const some = queries.filter(({ document }) => documents.has(document))
  return some.length > 0 ? some : items.map(({ query }) => ({ query, document: GITHUB }))
}

process.once('message', async (order) => {
  let answer
  try {
    answer = { measured: await measure(order) }
  } catch (error) {
    answer = { failed: String(error?.message ?? error) }
  }
  process.send(answer, () => process.exit())
})
