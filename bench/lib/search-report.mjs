// The tables of the bench of searches, and its goals.
import { percent } from './search-figures.mjs'
import { TOOLRACK } from './search-peers.mjs'
import { WAYS, recallOf } from './search-requests.mjs'
import { leaveOneOut, meanOver } from './search-settings.mjs'
import { goal, number, table, times } from './table.mjs'

const WAY_NAMES = { source: 'within the source', all: 'among all' }
const FIGURES = ['recall1', 'recall5', 'recall10', 'mrr']
/** Recall at 5 of requests that the ranking was tuned on, and of others; kinds that ask in the words of the API. */
const TUNED = { file: 'search-dev.json', source: 0.87, all: 0.85 }
const UNSEEN = { source: 0.8, all: 0.76 }
const LITERAL = { kinds: ['plain', 'model', 'abbrev'], least: 0.97 }
/** Recall at 5 of requests by phrasings of a model, either way. */
const PHRASED = 0.95
const KNOWN_SHARE = 0.97
/** p99 of a query in ms, by the set. */
const QUERY_MS = { github: 0.1, real: 0.4, made: 2 }
const MOST = { changed: 5, reload: 60, buildMs: 3_000, sizeMB: 60 }

const cells = (figures) => FIGURES.map((key) => (key === 'mrr' ? figures[key].toFixed(3) : percent(figures[key])))

/** Recall of all sides, file by file; toolrack's by kind and by document. */
export function recallTables(set, sides) {
  const own = sides.get(TOOLRACK)
  for (const [i, { file, asked, rows }] of own.recall.entries()) {
    const others = rows.length < asked ? '; the documents of the others are not in this set' : ''
    console.log(`\n  ${file}: ${rows.length} of ${asked} requests${others}`)
    if (rows.length === 0) continue
    const all = [...sides].flatMap(([side, { recall }]) =>
      WAYS.map((way) => [`${side}, ${WAY_NAMES[way]}`, ...cells(recallOf(recall[i].rows, way).all)]),
    )
    table(['', 'recall@1', 'recall@5', 'recall@10', 'MRR@10'], all)
    console.log()
    byTable(rows)
    recallGoals(set, file, rows)
    if (own.recall[i].phrased.length > 0) phrasedTables(set, file, i, sides)
  }
}

/** Requests by phrasings in place of their text, beside the same requests by their text. */
function phrasedTables(set, file, i, sides) {
  const { phrased } = sides.get(TOOLRACK).recall[i]
  const queries = new Set(phrased.map(({ query, document }) => `${document} ${query}`))
  const hasPhrasings = ({ query, document }) => queries.has(`${document} ${query}`)
  console.log(`\n  ${file}: ${phrased.length} requests by the phrasings of a model in place of their text`)
  const asked = [...sides].filter(([, { recall }]) => recall[i].phrased.length > 0)
  const all = asked.flatMap(([side, { recall }]) =>
    WAYS.map((way) => {
      const byText = recallOf(recall[i].rows.filter(hasPhrasings), way).all
      return [`${side}, ${WAY_NAMES[way]}`, ...cells(byText), ...cells(recallOf(recall[i].phrased, way).all)]
    }),
  )
  const columns = ['text', 'phrasings'].flatMap((how) => ['@1', '@5', '@10', 'MRR'].map((figure) => `${how} ${figure}`))
  table(['phrasings', ...columns], all)
  console.log()
  byTable(phrased, `${TOOLRACK}, phrasings`)
  if (set === 'made') return
  for (const way of WAYS) {
    const { recall5 } = recallOf(phrased, way).all
    const what = `${file}: recall@5 by phrasings ${WAY_NAMES[way]}, at least ${percent(PHRASED)}`
    goal(what, percent(recall5), recall5 >= PHRASED)
  }
}

/** The weights of fields: each document left out in turn, and all settings. */
export function settingsTables({ settings }) {
  if (settings === undefined) return
  const { rows, mean } = leaveOneOut(settings)
  console.log(`\n  weights of fields: ${settings.length} settings, the best on the other documents measured on each`)
  const figures = [
    ['recall5', percent, (by) => `${points(by * 100, 1)} points`],
    ['mrr', (mrr) => mrr.toFixed(3), (by) => points(by, 3)],
  ]
  for (const way of WAYS) {
    const compare = (defaults, chosen) =>
      figures.flatMap(([key, text, difference]) => {
        const [was, is] = [defaults[way][key], chosen[way][key]]
        return [text(was), text(is), difference(is - was)]
      })
    const columns = ['@5', 'MRR'].flatMap((figure) => [`defaults ${figure}`, `chosen ${figure}`, 'difference'])
    table(
      [`left out, ${WAY_NAMES[way]}`, 'requests', 'chosen on the others', ...columns],
      [
        ...rows.map((row) => [row.document, row.requests, row.setting, ...compare(row.defaults, row.chosen)]),
        ['mean of documents', undefined, undefined, ...compare(mean.defaults, mean.chosen)],
      ],
    )
    console.log()
  }
  const gain = WAYS.reduce((sum, way) => sum + mean.chosen[way].recall5 - mean.defaults[way].recall5, 0) / WAYS.length
  const reading =
    gain > 0
      ? 'other weights find more in a document that they were not chosen on'
      : 'no other weights find more in a document that they were not chosen on'
  console.log(`  chosen on the others, recall@5, mean of both ways: ${points(gain * 100, 1)} points; ${reading}`)
  settingsList(settings)
}

/** All settings, the mean of documents. */
function settingsList(settings) {
  const rows = settings.map(({ name, documents }) => {
    const means = meanOver(Object.values(documents))
    return [name, ...WAYS.flatMap((way) => [percent(means[way].recall5), means[way].mrr.toFixed(3)])]
  })
  console.log()
  table(['setting, mean of documents', ...WAYS.flatMap((way) => [`${way} @5`, `${way} MRR`])], rows)
}

/** A difference with its sign; what rounds to nothing has none. */
function points(value, digits) {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return text
  return `${value < 0 ? '−' : '+'}${text}`
}

function byTable(rows, heading = TOOLRACK) {
  const [source, all] = WAYS.map((way) => recallOf(rows, way))
  const rowOf = (name, inSource, amongAll) => [name, inSource.requests, ...cells(inSource), ...cells(amongAll)]
  const rowsBy = (key) => Object.keys(source[key]).map((one) => rowOf(one, source[key][one], all[key][one]))
  const columns = WAYS.flatMap((way) => ['@1', '@5', '@10', 'MRR'].map((figure) => `${way} ${figure}`))
  // A mean of counts says nothing.
  const means = [source, all].map(({ meanOfDocuments }) => ({ ...meanOfDocuments, requests: undefined }))
  table(
    [heading, 'requests', ...columns],
    [...rowsBy('kinds'), ...rowsBy('documents'), rowOf('mean of documents', ...means)],
  )
}

function recallGoals(set, file, rows) {
  if (set === 'made') return
  const least = file === TUNED.file ? TUNED : UNSEEN
  for (const way of WAYS) {
    const { recall5 } = recallOf(rows, way).all
    goal(
      `${file}: recall@5 ${WAY_NAMES[way]}, at least ${percent(least[way])}`,
      percent(recall5),
      recall5 >= least[way],
    )
  }
  for (const kind of LITERAL.kinds) {
    const { recall5 } = recallOf(rows, 'source').kinds[kind] ?? {}
    if (recall5 === undefined) continue
    const what = `${file}: recall@5 of ${kind} requests within the source, at least ${percent(LITERAL.least)}`
    goal(what, percent(recall5), recall5 >= LITERAL.least)
  }
}

/** Requests that a search missed one way or the other, with what it found. */
export function missesList({ recall }) {
  for (const { file, rows, phrased } of recall) {
    for (const row of rows) missLines(file, row)
    for (const row of phrased) missLines(`${file} by phrasings`, row)
  }
}

function missLines(file, { query, document, kind, ranks, first }) {
  for (const way of WAYS) {
    if (ranks[way] >= 1 && ranks[way] <= 5) continue
    const place = ranks[way] === 0 ? 'not in ten' : `place ${ranks[way]}`
    console.log(`  ${file} ${WAY_NAMES[way]}, ${document} ${kind}, ${place}: ${query}`)
    console.log(`    ${first[way].join(' · ') || 'no hits'}`)
  }
}

/** Known items: each side's recall beside the ceiling. */
export function knownTable(sides) {
  const { ceiling, draws } = sides.get(TOOLRACK).known
  console.log(`\n  known items: ${draws} seeded draws of three words of the description and one of the name`)
  const rows = [...sides].map(([side, { known }]) => [
    side,
    percent(known.recall10),
    percent(ceiling),
    percent(known.share),
  ])
  table(['', 'recall@10', 'ceiling', 'share'], rows)
  const { share } = sides.get(TOOLRACK).known
  goal(`known items: at least ${percent(KNOWN_SHARE)} of the ceiling`, percent(share), share >= KNOWN_SHARE)
  const peer = sides.get('minisearch')?.known.share
  if (peer !== undefined)
    goal('known items: not fewer than minisearch', `${percent(share)} beside ${percent(peer)}`, share >= peer)
}

/** Times in ms, and the goals of toolrack. */
export function speedTables(set, sides) {
  const own = sides.get(TOOLRACK)
  const { firstFilter, writer, segments } = own.changes
  const rowOf = (name, { p50, p99, max, count }) => [name, ms(p50), ms(p99), ms(max), count]
  const queries = [...sides].flatMap(([side, { speed }]) => [
    rowOf(`${side}, no filter`, speed.plain),
    rowOf(`${side}, within a source`, speed.filter),
  ])
  const changes = [
    rowOf('toolrack, a filter for the first time', firstFilter),
    rowOf('toolrack, 100 tools changed every 10 queries', writer),
    rowOf('toolrack, after 8 change sets of 100 tools', segments),
  ]
  console.log()
  table(['a query, ms', 'p50', 'p99', 'most', 'queries'], [...queries, ...changes])
  const { p50 } = own.speed.plain
  const slower = [...sides].filter(([side]) => side !== TOOLRACK)
  for (const [side, { speed }] of slower) console.log(`  ${side}: ${times(speed.plain.p50 / p50)} as long as toolrack`)
  changesTable(sides)
  speedGoals(set, own)
}

function changesTable(sides) {
  const { changed, reload } = sides.get(TOOLRACK).changes
  console.log()
  table(
    ['toolrack: first search, ms', 'median', 'worst', 'times'],
    [
      ['after 100 tools changed', ms(changed.p50), ms(changed.max), changed.count],
      ["after a reload of GitHub's document", ms(reload.p50), ms(reload.max), reload.count],
    ],
  )
  console.log()
  const rows = [...sides].map(([side, { build, size }]) => [side, ms(build), number(Math.max(0, size))])
  table(['the index', 'build, ms', 'resident, MB'], rows)
}

function speedGoals(set, { speed, changes, build, size }) {
  const most = QUERY_MS[set]
  const p99 = Math.max(speed.plain.p99, speed.filter.p99, changes.segments.p99)
  goal(`a query, p99, with a filter or none and after 8 change sets: under ${most} ms`, ms(p99), p99 < most)
  const worst = changes.changed.max
  goal(`first search after 100 tools changed, worst: under ${MOST.changed} ms`, ms(worst), worst < MOST.changed)
  const { p50 } = changes.reload
  goal(`first search after a reload of GitHub's document: under ${MOST.reload} ms`, ms(p50), p50 < MOST.reload)
  if (set !== 'made') return
  goal('build: under 3 s', number(build / 1000, 's'), build < MOST.buildMs)
  goal('resident memory of the index: at most 60 MB', number(size), size <= MOST.sizeMB)
}

const ms = (value) => (value < 1 ? value.toFixed(3) : number(value))
