// What a target's definitions cost: the first time, again on one revision, and after one tool of many changed; and
// whether the time grows with what is written.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gc } from './lib/gc.mjs'
import { each, once } from './lib/clock.mjs'
import { median } from './lib/stats.mjs'
import { goal, number, table, times, title } from './lib/table.mjs'
import { github, load } from './lib/toolrack.mjs'
import { TARGETS } from '../__test__/support/targets.mjs'

const ROUNDS = 7
const FORMS = TARGETS.flatMap((target) =>
  [false, true].map((strict) => ({ target, options: { strict, overLimit: 'send' } })),
)
/** Documents besides GitHub's; without them growth is measured with that one alone. */
const FOLDER = process.env.TOOLRACK_SPECS ?? new URL('../../shared/specs/dev/', import.meta.url).pathname

const { ToolRegistry, SpecLoader } = load()

async function loaded(bytes) {
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(bytes, { name: 'bench', document: { deprecated: 'include' } })
  return registry
}

/** Milliseconds for one form, each round on a registry where nobody has asked for it yet. */
async function measure(registries, { target, options }) {
  const rounds = []
  for (const registry of registries) {
    gc()
    const ask = () => registry.definitions(target, undefined, options)
    const first = await once(ask)
    const again = each(2_000, ask) / 1e6
    const text = JSON.stringify(ask())
    const parse = await once(() => JSON.parse(text))
    const name = registry.list()[600]
    const { revision } = registry
    const { execute, ...rest } = { ...registry.get(name), execute: () => null }
    const { title, description, inputSchema } = rest
    registry.replace({ name, ...(title && { title }), description: `${description} `, inputSchema, execute })
    const changed = await once(ask)
    const delta = await once(() => registry.delta(revision, target, undefined, options))
    rounds.push({ first, again, parse, changed, delta, bytes: text.length })
  }
  return Object.fromEntries(
    Object.keys(rounds[0]).map((figure) => [figure, median(rounds.map((round) => round[figure]))]),
  )
}

/** The text of GitHub's description with its operations four times over, under other paths and ids. */
function fourfold(bytes) {
  const document = JSON.parse(bytes)
  const paths = Object.entries(document.paths)
  for (const copy of ['b', 'c', 'd']) {
    for (const [path, item] of paths) {
      const renamed = Object.entries(item).map(([key, value]) => [
        key,
        value?.operationId ? { ...value, operationId: `${copy}/${value.operationId}` } : value,
      ])
      document.paths[`/${copy}${path}`] = Object.fromEntries(renamed)
    }
  }
  return Buffer.from(JSON.stringify(document))
}

export async function run() {
  const bytes = github()
  const registries = await Promise.all(Array.from({ length: ROUNDS }, () => loaded(bytes)))
  title(`targets: definitions of GitHub's ${number(registries[0].size)} tools; ms, medians of ${ROUNDS} registries`)
  const rows = []
  for (const form of FORMS) rows.push({ ...form, ...(await measure(registries, form)) })
  table(
    ['', 'MB of JSON', 'first', 'JSON.parse of it', 'again', 'one tool changed', 'delta'],
    rows.map(({ target, options: { strict }, bytes, first, parse, again, changed, delta }) => [
      strict ? `${target}, strict` : target,
      number(bytes / 1e6),
      number(first),
      number(parse),
      again.toFixed(5),
      number(changed),
      number(delta),
    ]),
  )
  const worst = (figure) => rows.reduce((most, row) => (figure(row) > figure(most) ? row : most))
  const slowest = worst(({ first, parse }) => first - parse)
  goal(
    'the first time no slower than JSON.parse plus 100 ms',
    `${number(slowest.first)} ms beside ${number(slowest.parse)} (${slowest.target})`,
    slowest.first <= slowest.parse + 100,
  )
  const { again } = worst(({ again }) => again)
  goal('again on one revision in less than 1 ms', `${again.toFixed(5)} ms`, again < 1)
  const { changed, target } = worst(({ changed }) => changed)
  goal(
    'after one tool changed in less than 5 ms, JavaScript included',
    `${number(changed)} ms (${target})`,
    changed < 5,
  )
  for (const registry of registries) registry.close()

  const [plain, four] = [await growth(Buffer.from(JSON.stringify(JSON.parse(bytes)))), await growth(fourfold(bytes))]
  title('targets: four times the tools')
  table(
    ['', '1,223 tools, ms', 'four times, ms', ''],
    plain.map(({ target, ms }, i) => [target, number(ms), number(four[i].ms), times(four[i].ms / ms)]),
  )
  const most = Math.max(...plain.map(({ ms }, i) => four[i].ms / ms))
  goal('four times the tools in at most 4.8× the time', times(most), most <= 4.8)

  const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => /\.(json|ya?ml)$/.test(file)) : []
  if (files.length === 0) return
  const documents = []
  for (const file of files) {
    try {
      const measured = await growth(readFileSync(`${FOLDER}/${file}`), ['openai', 'gemini'])
      documents.push({ file, ...measured[0], gemini: measured[1] })
    } catch (error) {
      console.log(`  left out: ${file} (${error.code ?? error.message})`)
    }
  }
  const large = documents.filter(({ bytes }) => bytes > 100_000).sort((one, other) => other.bytes - one.bytes)
  title('targets: documents by what is written for OpenAI, the largest first')
  table(
    ['', 'tools', 'MB of JSON', 'openai, ms', 'ms/MB', 'gemini, ms', 'ms/MB'],
    large
      .slice(0, 15)
      .map(({ file, tools, bytes, ms, gemini }) => [
        file,
        number(tools),
        number(bytes / 1e6),
        number(ms),
        number((ms / bytes) * 1e6),
        number(gemini.ms),
        number((gemini.ms / gemini.bytes) * 1e6),
      ]),
  )
}

/** Milliseconds and bytes of targets for a document, each on a fresh registry. */
async function growth(bytes, targets = TARGETS) {
  const measured = []
  for (const target of targets) {
    const rounds = []
    for (let round = 0; round < 3; round++) {
      const registry = await loaded(bytes)
      gc()
      let definitions
      const ms = await once(() => (definitions = registry.definitions(target, undefined, { overLimit: 'send' })))
      rounds.push({ target, ms, tools: registry.size, bytes: JSON.stringify(definitions).length })
      registry.close()
    }
    measured.push({ ...rounds[0], ms: median(rounds.map(({ ms }) => ms)) })
  }
  return measured
}
