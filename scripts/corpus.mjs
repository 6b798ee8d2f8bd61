// `npm run corpus -- DIR [--verbose] [--json] [--limit SECONDS]`: loads every document below a folder and says what
// became of each operation, by a census of its own (`corpus/census.mjs`): usable, skipped or lost. Exit code 1 where
// one is lost, where a document ends the process or takes longer than the limit (120 s), or where counts differ; a
// document that is refused with a reason, and a file that is no API document, are none of these.
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { outcomes } from './corpus/lanes.mjs'
import { Tally, jsonOf, linesOf } from './corpus/tally.mjs'

const USAGE = 'usage: npm run corpus -- DIR [--verbose] [--json] [--limit SECONDS]'
process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const { folder, verbose, json, limit } = asked(args)
  if (folder === undefined) {
    console.error(USAGE)
    return 2
  }
  const root = resolve(folder)
  const files = readdirSync(root, { recursive: true })
    .filter((path) => /\.(json|ya?ml)$/.test(path))
    .sort()
  const tally = new Tally()
  const add = (file, outcome) => {
    tally.add(outcome)
    console.log(json ? JSON.stringify(jsonOf(file, outcome, verbose)) : linesOf(file, outcome, verbose).join('\n'))
  }
  await outcomes(
    files.map((file) => join(root, file)),
    limit,
    (outcome, number) => add(files[number], outcome),
  )
  console.log(json ? JSON.stringify(tally.json()) : `\n${tally.lines().join('\n')}`)
  return tally.counts.failed > 0 ? 1 : 0
}

/** What the command line says; no folder where it cannot be understood. */
function asked(args) {
  const options = { verbose: { type: 'boolean' }, json: { type: 'boolean' }, limit: { type: 'string', default: '120' } }
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    const limit = Number(values.limit)
    return {
      ...values,
      folder: positionals.length === 1 && limit > 0 && isFolder(positionals[0]) ? positionals[0] : undefined,
      limit,
    }
  } catch {
    return {}
  }
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
