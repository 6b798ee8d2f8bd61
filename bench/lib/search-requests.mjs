// Requests in words, with the operations that serve each: `{ documents: { name: file }, queries: [{ query, document,
// accept: [{ operationId, method, path }], kind, phrasings? }] }`. `phrasings` are what a model would ask in its place.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { figuresOf, mean, rankOf } from './search-metrics.mjs'

/** The requests of the repository. */
export const REQUESTS = fileURLToPath(new URL('../search/requests.json', import.meta.url))
/** GitHub's document comes from a package; the others are named by their file. */
export const GITHUB = 'github'
/** The two ways of asking: within the document's source, and among all tools with the document's name in the query. */
export const WAYS = ['source', 'all']

/** What a registry takes as phrasings of one need. */
const MOST_PHRASINGS = 5

/** A file of requests. `digest` says which requests they are, without their layout and their phrasings. */
export function requestsOf(file) {
  const { documents, queries } = JSON.parse(readFileSync(file, 'utf8'))
  for (const [i, one] of queries.entries()) {
    const isWhole = typeof one.query === 'string' && Object.hasOwn(documents, one.document) && one.accept?.length > 0
    if (!isWhole) throw new Error(`${file}: queries[${i}] lacks its text, a document of the file, or what is accepted`)
    if (one.phrasings !== undefined && !arePhrasings(one.phrasings))
      throw new Error(`${file}: queries[${i}].phrasings is not a list of 1 to ${MOST_PHRASINGS} texts`)
  }
  const requests = JSON.stringify(queries.map((one) => ({ ...one, phrasings: undefined })))
  const digest = createHash('sha256').update(requests).digest('hex').slice(0, 16)
  return { name: basename(file), documents, queries, digest }
}

function arePhrasings(value) {
  const isCounted = Array.isArray(value) && value.length > 0 && value.length <= MOST_PHRASINGS
  return isCounted && value.every((text) => typeof text === 'string' && text.trim() !== '')
}

/** The files that are asked for, and that of the repository, each once. */
export function requestFiles(asked) {
  return [...new Set([REQUESTS, ...asked])].filter((file) => asked.includes(file) || existsSync(file)).map(requestsOf)
}

/**
 * Asks a finder every request both ways.
 * @param finder `(query, { source, limit }) → names`, or a promise of them; a query is a text or a list of phrasings
 * @param operations the operation `{ source, method, path, operationId }` of each tool, by name
 */
export async function askAll(finder, operations, { queries }, documents) {
  const rows = []
  for (const one of queries)
    if (documents.has(one.document)) rows.push(await askBothWays(finder, operations, one, one.query))
  return rows
}

/** Asks a finder the requests that have phrasings, by these in place of their text. */
export async function askPhrasings(finder, operations, { queries }, documents) {
  const rows = []
  for (const one of queries) {
    if (one.phrasings === undefined || !documents.has(one.document)) continue
    rows.push(await askBothWays(finder, operations, one, one.phrasings))
  }
  return rows
}

async function askBothWays(finder, operations, { query, document, accept, kind }, asked) {
  const right = accept.map((one) => ({ ...one, source: document }))
  const withName = Array.isArray(asked) ? asked.map((text) => `${text} ${document}`) : `${asked} ${document}`
  const row = { query, document, kind, ranks: {}, first: {} }
  for (const way of WAYS) {
    const [text, source] = way === 'source' ? [asked, document] : [withName, undefined]
    const names = await finder(text, { source, limit: 10 })
    row.ranks[way] = rankOf(names, right, operations)
    row.first[way] = names.slice(0, 5)
  }
  return row
}

/** The figures of one way: in all, by kind, by document, and the mean over documents. */
export function recallOf(rows, way) {
  const of = (some) => figuresOf(some.map(({ ranks }) => ranks[way]))
  const by = (key) => {
    const values = [...new Set(rows.map((row) => row[key]))].sort()
    return Object.fromEntries(values.map((value) => [value, of(rows.filter((row) => row[key] === value))]))
  }
  const documents = by('document')
  const over = (figure) => mean(Object.values(documents).map((one) => one[figure]))
  const meanOfDocuments = Object.fromEntries(Object.keys(of(rows)).map((figure) => [figure, over(figure)]))
  return { all: of(rows), kinds: by('kind'), documents, meanOfDocuments }
}
