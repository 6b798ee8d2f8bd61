// `npm run counts`: counts the instructions of a few operations and compares them with `figures.json`, so that no
// slowdown goes unseen on a machine whose clock says nothing. Exit code 1 where an operation takes more than 5 % more.
// `npm run counts -- --save` writes the counts of this build as the figures to compare with.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { countInstructions, hasValgrind } from './callgrind.mjs'
import { judge, OPERATIONS } from './judge.mjs'

const FILE = new URL('figures.json', import.meta.url)
const USAGE = 'usage: npm run counts [-- --save]'

process.exitCode = main(process.argv.slice(2))

function main(args) {
  let save
  try {
    save = parseArgs({ args, options: { save: { type: 'boolean', default: false } } }).values.save
  } catch {
    console.error(USAGE)
    return 2
  }
  const saved = JSON.parse(readFileSync(FILE, 'utf8'))
  const platform = `${process.platform}-${process.arch}`
  if (!save && platform !== saved.platform) return skip(`the figures are of ${saved.platform}, this is ${platform}`)
  if (!hasValgrind()) {
    if (!process.env.CI && !save) return skip('there is no valgrind')
    console.error('✗ there is no valgrind, and it cannot be installed: CI and --save need it')
    return 1
  }
  const counted = countInstructions()
  return save ? write(counted, platform) : compare(counted, saved)
}

function skip(reason) {
  console.log(`– instruction counts are skipped: ${reason}`)
  return 0
}

function compare(counted, saved) {
  const { rows, problems, notes } = judge(counted, saved, process.version)
  for (const row of rows) console.log(`  ${row}`)
  for (const note of notes) console.log(`– ${note}`)
  for (const problem of problems) console.error(`✗ ${problem}`)
  if (problems.length === 0) return 0
  const rustc = rustVersion()
  if (rustc !== saved.rustc)
    console.error(`  The figures are of ${saved.rustc}, this is ${rustc}: another compiler may make other code.`)
  console.error(
    '  Make the operation as fast as it was. ' +
      'Where the work is meant: npm run counts -- --save, and say why in the commit.',
  )
  return 1
}

function write(counted, platform) {
  const missing = OPERATIONS.filter((operation) => !counted.some((one) => one.operation === operation))
  if (missing.length > 0) {
    console.error(
      `✗ not saved, for want of a document: ${missing.join(', ')}; TOOLRACK_SPECS says where the documents are`,
    )
    return 1
  }
  const operations = Object.fromEntries(counted.map(({ operation, ...figures }) => [operation, figures]))
  writeFileSync(
    FILE,
    `${JSON.stringify({ platform, node: process.version, rustc: rustVersion(), operations }, null, 2)}\n`,
  )
  console.log('saved as bench/counts/figures.json')
  return 0
}

function rustVersion() {
  try {
    return execFileSync('rustc', ['--version'], { encoding: 'utf8' }).split(' ').slice(0, 2).join(' ')
  } catch {
    return 'an unknown rustc'
  }
}
