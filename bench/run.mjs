// `npm run bench` in the root: all benches, or those that are named: `node --expose-gc bench/run.mjs call threads`.
// Ends with 1 when a goal is missed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const BENCHES = ['load', 'documents', 'reload', 'call', 'http', 'threads', 'registry', 'targets', 'tokens', 'live']
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)
  process.exit(2)
}

/** What is measured, as a hash over the addon and the JavaScript before it. */
function build() {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const files = [...readdirSync(root).filter((file) => file.endsWith('.node')), ...readdirSync(`${root}/js`).map((file) => `js/${file}`)]
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(readFileSync(`${root}/${file}`))
  return hash.digest('hex').slice(0, 12)
}

const measured = build()
console.log(`toolrack ${measured}, Node ${process.version}, ${process.platform}-${process.arch}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`)
// A process for each: a bench starts as small as the one before it did.
for (const name of asked.length > 0 ? asked : BENCHES) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const script = `const { run } = await import(${JSON.stringify(`file://${file}`)}); await run()`
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
if (build() !== measured) {
  console.error('\n✗ toolrack was changed while it was measured: the figures are of no one state of it')
  process.exitCode = 1
}
