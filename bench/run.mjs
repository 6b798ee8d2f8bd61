// `npm run bench` in the root: all benches, or those that are named: `node --expose-gc bench/run.mjs call threads`.
// Ends with 1 when a goal is missed.
//
// `--save NAME` puts the build of this checkout aside. `--against NAME` runs the benches with that build and with this
// one in turn, five times each, and prints the medians; it ends with 1 where one is more than 3 % worse.
//
// What stands behind `--` is for the one bench that is named: `node --expose-gc bench/run.mjs search -- --help`.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compare, figures, folderOf, names, save } from './lib/builds.mjs'
import { number, table, times } from './lib/table.mjs'

const BENCHES = [
  'doors',
  'load',
  'documents',
  'reload',
  'search',
  'call',
  'http',
  'threads',
  'registry',
  'targets',
  'tokens',
  'live',
  'modules',
  'adapters',
  'frameworks',
  'mcp',
]
const ROUNDS = 5
const WORSE = 1.03

const given = process.argv.slice(2)
const dashes = given.includes('--') ? given.indexOf('--') : given.length
/** What the benches themselves are told. */
const told = given.slice(dashes + 1)
const { values: options, positionals: asked } = parseArgs({
  args: given.slice(0, dashes),
  allowPositionals: true,
  options: { save: { type: 'string' }, against: { type: 'string' } },
})
const unknown = asked.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)
  process.exit(2)
}
if (options.against !== undefined && !names().includes(options.against)) {
  console.error(
    `no build is called ${options.against}; there are ${names().join(', ') || 'none: put one aside with --save NAME'}`,
  )
  process.exit(2)
}
if (told.length > 0 && asked.length !== 1) {
  console.error('what stands behind -- is for one bench: name it')
  process.exit(2)
}
const benches = asked.length > 0 ? asked : BENCHES

/** What is measured, as a hash over the addon and the JavaScript before it. */
function build() {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const files = [
    ...readdirSync(root).filter((file) => file.endsWith('.node')),
    ...readdirSync(`${root}/lib`, { recursive: true })
      .filter((file) => file.endsWith('.js'))
      .map((file) => `lib/${file}`),
  ]
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(readFileSync(`${root}/${file}`))
  return hash.digest('hex').slice(0, 12)
}

/** Runs one bench in a process of its own, so that it starts as small as the one before it did. */
function measure(name, env, stdio) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const script = `const { run } = await import(${JSON.stringify(`file://${file}`)}); await run(${JSON.stringify(told)})`
  return spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], {
    stdio,
    env: { ...process.env, ...env },
  })
}

/** Runs benches with two builds in turn, so that a busy moment of the machine falls on both. */
function against(name) {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-bench-'))
  const rounds = { older: [], newer: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [side, env] of [
      ['older', { TOOLRACK_BUILD: folderOf(name) }],
      ['newer', {}],
    ]) {
      const record = join(folder, `${side}-${round}`)
      for (const bench of benches) measure(bench, { ...env, TOOLRACK_RECORD: record }, ['ignore', 'ignore', 'inherit'])
      rounds[side].push(figures(record))
    }
    console.log(`round ${round + 1} of ${ROUNDS}, load ${loadavg()[0].toFixed(1)}`)
  }
  rmSync(folder, { recursive: true, force: true })
  const rows = compare(rounds.older, rounds.newer)
  table(
    ['', name, 'this build', 'ratio'],
    rows.map(({ figure, was, is, ratio }) => [figure, number(was), number(is), times(ratio)]),
  )
  // Calls a second are the better the more there are.
  const worse = rows.filter(({ figure, ratio }) => (/\/s\b|a second/.test(figure) ? 1 / ratio : ratio) > WORSE)
  for (const { figure, ratio } of worse) console.log(`  ✗ worse   ${figure}: ${times(ratio)}`)
  if (rows.length === 0) console.error('✗ the benches have no figures of toolrack')
  if (worse.length > 0 || rows.length === 0) process.exitCode = 1
}

const measured = build()
console.log(
  `toolrack ${measured}, Node ${process.version}, ${process.platform}-${process.arch}, ` +
    `${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`,
)
if (options.save !== undefined) console.log(`saved as ${save(options.save)}`)
else if (options.against !== undefined) against(options.against)
else {
  for (const name of benches) {
    if (measure(name, {}, 'inherit').status !== 0) process.exitCode = 1
  }
}
if (build() !== measured) {
  console.error('\n✗ toolrack was changed while it was measured: the figures are of no one state of it')
  process.exitCode = 1
}
