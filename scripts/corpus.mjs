// `npm run corpus -- DIR [--verbose] [--limit SECONDS]`: loads every document below a folder and says what became of it. Exit
// code 1 where one ends the process or takes longer than the limit (120 s), where an input is lost, or where the counts do not
// add up; a document that is refused with a reason, and a file that is no API document, is none of these.
import { fork } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** A key of the root in JSON and YAML, and the version behind it. */
const DIALECT = /(?:^|[{,])[ \t\r\n]*["']?(openapi|swagger)["']?\s*:\s*["']?(\d[\w.-]*)/m

const self = fileURLToPath(import.meta.url)
if (process.send !== undefined) await work()
else process.exitCode = await main(process.argv.slice(2))

/** Loads what the parent asks for, one at a time; whatever ends this process is the fault of the last one that began. */
async function work() {
  const { ToolRegistry, SpecLoader } = (await import('../index.js')).default
  const tell = (message) => new Promise((told) => process.send(message, told))
  process.on('message', async (files) => {
    for (const file of files) {
      await tell({ began: file })
      await tell({ file, ...(await look(file, ToolRegistry, SpecLoader)) })
    }
    process.disconnect()
  })
}

/** What became of a document. */
async function look(file, ToolRegistry, SpecLoader) {
  const [, key, version] = DIALECT.exec(readFileSync(file, 'utf8')) ?? []
  const registry = new ToolRegistry()
  const started = performance.now()
  try {
    const report = await new SpecLoader(registry).load(file, { deprecated: 'include' })
    const ms = performance.now() - started
    return { dialect: `${key} ${version}`, ms, ...sums(report, registry.size) }
  } catch ({ code, message }) {
    if (code === undefined) return { crash: message }
    return { dialect: key && `${key} ${version}`, ms: performance.now() - started, refused: { code, message } }
  } finally {
    registry.close()
  }
}

/** The counts of a report, and which of them do not add up. */
function sums(report, size) {
  const { operations, skipped, inputs, lost, notes } = report
  const excluded = Object.values(report.excluded).reduce((sum, count) => sum + count, 0)
  const tools = report.added.length
  const faults = []
  if (operations !== tools + skipped.length + excluded) faults.push(`${operations} operations are not ${tools} tools, ${skipped.length} skipped, ${excluded} excluded`)
  if (size !== tools) faults.push(`${size} tools are not the ${tools} that were added`)
  for (const [sort, { declared, exposed, reported }] of Object.entries(inputs)) {
    if (declared !== exposed + reported) faults.push(`${declared} ${sort} are not ${exposed} exposed and ${reported} reported`)
  }
  for (const { tool, pointer, name } of lost) faults.push(`${tool} has lost "${name}" at ${pointer}`)
  return { operations, tools, skipped, excluded, inputs, lost: lost.length, notes: notes.length, faults }
}

async function main(args) {
  const { folder, verbose, limit } = asked(args)
  if (folder === undefined) {
    console.error('usage: npm run corpus -- DIR [--verbose] [--limit SECONDS]')
    return 2
  }
  const root = resolve(folder)
  const files = readdirSync(root, { recursive: true }).filter((path) => /\.(json|ya?ml)$/.test(path)).sort()
  const totals = { documents: 0, operations: 0, tools: 0, skipped: 0, excluded: 0, inputs: 0, exposed: 0, reported: 0, lost: 0, notes: 0, refused: 0, 'no API documents': 0, failed: 0 }
  const codes = new Map()
  const add = (outcome) => {
    print(relative(root, outcome.file), outcome, verbose)
    count(totals, codes, outcome)
  }
  for (let rest = files.map((file) => join(root, file)); rest.length > 0; ) rest = await batch(rest, limit, add)
  console.log(`\n${Object.entries(totals).map(([what, number]) => `${what} ${number}`).join(', ')}`)
  if (codes.size > 0) console.log(`skipped: ${listed(codes)}`)
  return totals.failed > 0 ? 1 : 0
}

/** What the command line says; no folder where it cannot be understood. */
function asked(args) {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { verbose: { type: 'boolean' }, limit: { type: 'string', default: '120' } } })
    const limit = Number(values.limit)
    return { folder: positionals.length === 1 && limit > 0 ? positionals[0] : undefined, verbose: values.verbose, limit }
  } catch {
    return {}
  }
}

/** Loads files in one process until it ends; those that are left. */
function batch(files, limit, add) {
  return new Promise((done) => {
    const child = fork(self, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    let [next, began, timer] = [0, undefined, undefined]
    child.on('message', (message) => {
      clearTimeout(timer)
      if (message.began === undefined) {
        next += 1
        began = undefined
        add(message)
      } else {
        began = message.began
        timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000)
      }
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (began !== undefined) {
        add({ file: began, crash: signal === 'SIGKILL' ? `killed: no end in ${limit} s, or no memory left` : `the process ended with ${signal ?? code}` })
        next += 1
      }
      if (next === 0) add({ file: files[next++], crash: `the process ended with ${signal ?? code} before it began` })
      done(files.slice(next))
    })
    child.send(files)
  })
}

function print(file, { dialect, operations, tools, skipped, excluded, lost, notes, faults, ms, refused, crash }, verbose) {
  if (crash !== undefined) return console.log(`CRASH    ${file}  ${crash}`)
  if (refused !== undefined && dialect === undefined) return console.log(`no API   ${file}  ${refused.code}`)
  if (refused !== undefined) return console.log(`refused  ${file}  ${dialect}  ${refused.code}: ${refused.message}`)
  const codes = new Map()
  for (const { code } of skipped) codes.set(code, (codes.get(code) ?? 0) + 1)
  const why = codes.size > 0 ? ` (${listed(codes)})` : ''
  const counts = `operations ${operations}  tools ${tools}  skipped ${skipped.length}${why}  excluded ${excluded}  lost ${lost}  notes ${notes}`
  console.log(`${faults.length > 0 ? 'FAULT ' : 'ok    '}   ${file}  ${dialect}  ${counts}  ${ms.toFixed(0)} ms`)
  for (const fault of faults) console.log(`         ! ${fault}`)
  if (verbose) for (const { method, path, code, reason } of skipped) console.log(`         - ${method} ${path}: ${code} ${reason}`)
}

function listed(codes) {
  return [...codes].sort(([, a], [, b]) => b - a).map(([code, number]) => `${code} ${number}`).join(', ')
}

function count(totals, codes, { dialect, operations, tools, skipped, excluded, inputs, lost, notes, faults, refused, crash }) {
  if (crash !== undefined) totals.failed += 1
  else if (refused !== undefined) totals[dialect === undefined ? 'no API documents' : 'refused'] += 1
  if (inputs === undefined) return
  totals.documents += 1
  totals.failed += faults.length > 0 ? 1 : 0
  for (const [what, number] of Object.entries({ operations, tools, skipped: skipped.length, excluded, lost, notes })) totals[what] += number
  for (const { declared, exposed, reported } of Object.values(inputs)) {
    totals.inputs += declared
    totals.exposed += exposed
    totals.reported += reported
  }
  for (const { code } of skipped) codes.set(code, (codes.get(code) ?? 0) + 1)
}
