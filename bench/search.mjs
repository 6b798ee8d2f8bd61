// Search: does it find the tool, and how fast, beside searches for JavaScript. `node --expose-gc bench/run.mjs search`.
//
// GitHub's tools alone, where no folder of documents is given. Made tools are distractors: real ones, nouns exchanged.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { record } from './lib/search-figures.mjs'
import { PEERS, QUOTED, TOOLRACK } from './lib/search-peers.mjs'
import { knownTable, missesList, recallTables, settingsTables, speedTables } from './lib/search-report.mjs'
import { WAYS, recallOf } from './lib/search-requests.mjs'
import { SETS } from './lib/search-set.mjs'
import { leftOut, number, title } from './lib/table.mjs'

const SIDE = fileURLToPath(new URL('lib/search-side.mjs', import.meta.url))
const USAGE = `options of the bench, behind --:
  --specs DIR      a folder of OpenAPI documents, at any depth (else TOOLRACK_SPECS)
  --queries FILE   a file of requests more; several times (else TOOLRACK_QUERIES)
  --sets LIST      of ${Object.keys(SETS).join(', ')}: GitHub's tools, 10,000 of the folder, 100,000 with made ones
  --no-speed       what is found alone: recall does not depend on the build of the addon
  --no-peers       toolrack alone
  --no-settings    without the weights of fields, each document left out in turn: a minute among 10,000 tools
  --misses         the requests without a right tool in the first five, with the first five; those by phrasings too
  --json           the figures as JSON, in the last line
  --record         writes recall into bench/search-figures.json, which a test holds`

export async function run(args = []) {
  const order = orderOf(args)
  if (order === undefined) return
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-search-'))
  const figures = {}
  try {
    for (const set of order.sets) figures[set] = await measureSet(set, order, join(folder, `${set}.json`))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`\n  ${QUOTED.join('\n  ')}`)
  if (order.json) console.log(JSON.stringify(figures))
}

/** What is asked for; nothing where it cannot be understood. */
function orderOf(args) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }]
  const flags = {
    'no-speed': flag,
    'no-peers': flag,
    'no-settings': flag,
    misses: flag,
    json: flag,
    record: flag,
    help: flag,
  }
  let values
  try {
    values = parseArgs({
      args,
      options: { specs: text, sets: text, queries: { ...text, multiple: true }, ...flags },
    }).values
  } catch (error) {
    console.error(error.message)
  }
  const sets = values?.sets?.split(',') ?? Object.keys(SETS)
  const unknown = sets.filter((set) => !Object.hasOwn(SETS, set))
  if (values?.help) {
    console.log(USAGE)
    return
  }
  if (unknown.length > 0) console.error(`there is no set ${unknown.join(', ')}`)
  if (values === undefined || unknown.length > 0) {
    console.error(USAGE)
    process.exitCode = 2
    return
  }
  const { TOOLRACK_SPECS: specs, TOOLRACK_QUERIES: queries } = process.env
  return {
    ...values,
    sets,
    specs: values.specs ?? specs,
    queries: (values.queries ?? (queries === undefined ? [] : [queries])).map((file) => resolve(file)),
    parts: ['speed', 'settings'].filter((part) => !values[`no-${part}`]),
    sides: [TOOLRACK, ...(values['no-peers'] ? [] : Object.keys(PEERS))],
  }
}

async function measureSet(set, order, exchange) {
  if (set !== 'github' && order.specs === undefined) {
    title(`search among ${number(SETS[set])} tools`)
    console.log('  left out: no folder of documents is given; --specs DIR or TOOLRACK_SPECS says where one is')
    return
  }
  const [sides, failed] = [new Map(), []]
  const load = loadavg()[0].toFixed(1)
  // GitHub's document alone leaves none to choose on, and 100,000 tools take too long.
  const parts = order.parts.filter((part) => part !== 'settings' || set === 'real')
  for (const side of order.sides) {
    const { measured, failed: why } = await ask({ ...order, parts, side, set, folder: order.specs, exchange })
    if (measured !== undefined) sides.set(side, measured)
    else failed.push({ name: side, failed: why })
    // The peers search what toolrack has loaded.
    if (!sides.has(TOOLRACK)) throw new Error(`${set}: ${why}`)
  }
  const { count, real, notes } = sides.get(TOOLRACK)
  const made = count > real ? `, ${number(count - real)} of them made (distractors)` : ''
  title(`search among ${number(count)} tools${made}: load ${load} to ${loadavg()[0].toFixed(1)}`)
  for (const note of notes) console.log(`  ${note}`)
  recallTables(set, sides)
  knownTable(sides)
  settingsTables(sides.get(TOOLRACK))
  if (order.parts.includes('speed')) speedTables(set, sides)
  leftOut(failed)
  if (order.misses) missesList(sides.get(TOOLRACK))
  return summaryOf(set, sides, order)
}

/** The figures of a set, without the single requests; recorded, if that is asked for. */
function summaryOf(set, sides, order) {
  const withRecall = ([side, measured]) => {
    const recall = measured.recall
      .filter(({ rows }) => rows.length > 0)
      .map(({ file, digest, rows, phrased }) => ({
        file,
        digest,
        ...bothWays(rows),
        ...(phrased.length > 0 && { phrasings: bothWays(phrased) }),
      }))
    return [side, { ...measured, recall }]
  }
  const summary = Object.fromEntries([...sides].map(withRecall))
  if (order.record) {
    for (const { file, digest, source, all } of summary[TOOLRACK].recall)
      record(set, { file, digest, source: source.all, all: all.all })
  }
  return summary
}

const bothWays = (rows) => Object.fromEntries(WAYS.map((way) => [way, recallOf(rows, way)]))

/** Runs a side in a process of its own. */
function ask(order) {
  const child = fork(SIDE, { execArgv: ['--expose-gc', '--max-old-space-size=8192'], stdio: ['ignore', 2, 2, 'ipc'] })
  child.send(order)
  return new Promise((settle) => {
    child.once('message', settle)
    child.once('error', (error) => settle({ failed: error.message }))
    child.once('exit', (code, by) => settle({ failed: `ended with ${by ?? code}` }))
  })
}
