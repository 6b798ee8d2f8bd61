// How fast a search is: queries, changes of 100 tools, a reload.
import { documentsOf, exchangeNouns, exchanges } from './made-tools.mjs'
import { randomOf } from './random.mjs'
import { GITHUB } from './search-requests.mjs'
import { median, percentile } from './stats.mjs'
import { github } from './toolrack.mjs'

/** So many queries are timed, or fewer where they take longer than so many ms. */
const QUERIES = 4_000
const FOR_MS = 15_000
const CHANGES = 100
const CHANGED_TOOLS = 100
const SEGMENTS = 8
const RELOADS = 5
/** Between two changes of a writer. */
const QUERIES_A_CHANGE = 10

/** p50, p99 and the longest of single calls in ms; `run` gets the number of the call. */
export async function timed(run, { queries = QUERIES, forMs = FOR_MS, before } = {}) {
  const took = []
  const end = performance.now() + forMs
  for (let i = 0; i < queries && (i < 5 || performance.now() < end); i++) {
    await before?.(i)
    const begun = performance.now()
    await run(i)
    took.push(performance.now() - begun)
  }
  return { p50: median(took), p99: percentile(took, 0.99), max: Math.max(...took), count: took.length }
}

/** Queries of any finder, without a filter and within a source. */
export async function queriesOf(finder, asked) {
  const of = (i) => asked[i % asked.length]
  const some = { queries: asked.length, forMs: 2_000 }
  await timed((i) => finder(of(i).query, { limit: 5 }), some)
  const plain = await timed((i) => finder(of(i).query, { limit: 5 }))
  const source = (i) => finder(of(i).query, { source: of(i).document, limit: 5 })
  await timed(source, some)
  return { plain, filter: await timed(source) }
}

/** What toolrack alone is asked: filters that it has not seen, a writer, change sets, a reload. */
export async function changesOf({ registry, loader, tools }, asked) {
  const of = (i) => asked[i % asked.length]
  const search = (i, filter) => registry.search(of(i).query, { limit: 5, filter })
  let filters = 0
  const firstFilter = await timed((i) => search(i, { source: [of(i).document, `none-${filters++}`] }))
  const changing = changer(loader, tools)
  const changed = await timed((i) => search(i), { queries: CHANGES, forMs: FOR_MS * 2, before: () => changing(0) })
  const writer = await timed((i) => search(i), {
    before: (i) => (i % QUERIES_A_CHANGE === 0 ? changing(0) : undefined),
  })
  for (let segment = 0; segment < SEGMENTS; segment++) {
    await changing(segment)
    search(segment)
  }
  const segments = await timed((i) => search(i))
  const reload = await timed((i) => search(i), { queries: RELOADS, before: (i) => reloadGithub(loader, i) })
  return { firstFilter, changed, writer, segments, reload }
}

/** A function that changes all of 100 tools in one change set; each number has 100 tools of its own. */
function changer(loader, tools) {
  const random = randomOf(7)
  const withNouns = tools.filter(({ source }) => source === GITHUB)
  return async (number) => {
    const words = exchanges(random)
    const own = withNouns.slice(number * CHANGED_TOOLS, (number + 1) * CHANGED_TOOLS)
    const source = `changing-${number}`
    // Texts change and names stay: these are changes, not new tools.
    const changed = own.map((tool) => ({
      ...tool,
      source,
      description: `${exchangeNouns(tool.description, words)}\n\nEdition ${Math.floor(random() * 1e9)}.`,
    }))
    const document = documentsOf(changed).get(source)
    await loader.load(document, { name: source, namespace: `changing_${number}` })
  }
}

/** Loads GitHub's document again, with another summary of each operation. */
async function reloadGithub(loader, number) {
  const document = JSON.parse(github().toString('utf8'))
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) {
      if (typeof operation?.summary === 'string') operation.summary += `, edition ${number}`
    }
  }
  await loader.load(document, { name: GITHUB, namespace: GITHUB, document: { deprecated: 'include' } })
}
