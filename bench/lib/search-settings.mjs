// What a user can set, the weights of fields: whether a choice made on some documents serves another one. Each document
// is left out in turn; the setting that is best on the others is measured on it.
import { mean } from './search-metrics.mjs'
import { toolrackFinder } from './search-peers.mjs'
import { WAYS, askAll, recallOf } from './search-requests.mjs'
import { loadAgain, operationsOf } from './search-set.mjs'

/** No document of the bench has aliases. */
const FIELDS = [
  'summary',
  'pathHead',
  'source',
  'name',
  'path',
  'tags',
  'description',
  'parameters',
  'parameterDescriptions',
  'values',
]
const GROUPS = {
  identifiers: ['pathHead', 'name', 'path'],
  texts: ['summary', 'description'],
  inputs: ['parameters', 'parameterDescriptions', 'values'],
}
const SHARES = { halved: 0.5, doubled: 2 }

/** The settings, the defaults first: each field halved and doubled, and groups of fields alike. */
export const SETTINGS = [
  { name: 'defaults', fields: {} },
  ...Object.entries({ ...Object.fromEntries(FIELDS.map((field) => [field, [field]])), ...GROUPS }).flatMap(
    ([name, fields]) =>
      Object.entries(SHARES).map(([how, share]) => ({
        name: `${name} ${how}`,
        fields: Object.fromEntries(fields.map((field) => [field, share])),
      })),
  ),
]

/**
 * Asks every request under each setting, each in a registry of its own: a weight is a part of the index.
 * @returns of each setting `{ name, documents: { name: { requests, source: { recall5, mrr }, all: { … } } } }`
 */
export async function measureSettings(loaded, files, settings = SETTINGS) {
  const measured = []
  for (const { name, fields } of settings) {
    const registry = await loadAgain(loaded, { fields })
    const [finder, operations] = [toolrackFinder(registry), operationsOf(registry)]
    const sources = new Set([...operations.values()].map(({ source }) => source))
    const rows = []
    for (const file of files) rows.push(...(await askAll(finder, operations, file, sources)))
    measured.push({ name, documents: figuresByDocument(rows) })
    registry.close()
  }
  return measured
}

/** Recall at 5 and MRR of each document, both ways. */
function figuresByDocument(rows) {
  const byWay = WAYS.map((way) => [way, recallOf(rows, way).documents])
  const names = Object.keys(byWay[0][1])
  return Object.fromEntries(
    names.map((name) => {
      const figures = byWay.map(([way, documents]) => {
        const { recall5, mrr } = documents[name]
        return [way, { recall5, mrr }]
      })
      return [name, { requests: byWay[0][1][name].requests, ...Object.fromEntries(figures) }]
    }),
  )
}

/** The mean of documents both ways, each document alike, however many requests it has. */
export function meanOver(documents) {
  const of = (way, figure) => mean(documents.map((one) => one[way][figure]))
  return Object.fromEntries(WAYS.map((way) => [way, { recall5: of(way, 'recall5'), mrr: of(way, 'mrr') }]))
}

/**
 * The setting with the highest recall at 5, as the mean of some documents and of both ways. Where it is equal, MRR
 * decides, and then the order of the settings: the defaults stay where nothing is better.
 */
export function bestOf(measured, names) {
  const scoreOf = ({ documents }) => {
    const means = Object.values(meanOver(names.map((name) => documents[name])))
    return [mean(means.map(({ recall5 }) => recall5)), mean(means.map(({ mrr }) => mrr))]
  }
  const isBetter = ([recall, mrr], [otherRecall, otherMrr]) =>
    Math.abs(recall - otherRecall) > 1e-9 ? recall > otherRecall : mrr > otherMrr + 1e-9
  let best = { setting: measured[0], score: scoreOf(measured[0]) }
  for (const setting of measured.slice(1)) {
    const score = scoreOf(setting)
    if (isBetter(score, best.score)) best = { setting, score }
  }
  return best.setting
}

/**
 * Leaves each document out in turn. The first setting is the defaults.
 * @returns `rows`: of each document its figures with the defaults and with the setting that is best on the others;
 * `mean`: of all documents
 */
export function leaveOneOut(measured) {
  const [defaults] = measured
  const names = Object.keys(defaults.documents)
  const rows = names.map((document) => {
    const others = names.filter((name) => name !== document)
    const chosen = bestOf(measured, others)
    return {
      document,
      requests: defaults.documents[document].requests,
      setting: chosen.name,
      defaults: defaults.documents[document],
      chosen: chosen.documents[document],
    }
  })
  const of = (which) => meanOver(rows.map((row) => row[which]))
  return { rows, mean: { defaults: of('defaults'), chosen: of('chosen') } }
}
