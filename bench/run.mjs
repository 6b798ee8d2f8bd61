// `npm run bench` in the root: all benches, or those that are named: `node --expose-gc bench/run.mjs call threads`.
// Ends with 1 when a goal is missed.
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const BENCHES = ['load', 'call', 'threads', 'registry']
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) {
  console.error(`no bench is called ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)
  process.exit(2)
}

console.log(`Node ${process.version}, ${process.platform}-${process.arch}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`)
// A process for each: a bench starts as small as the one before it did.
for (const name of asked.length > 0 ? asked : BENCHES) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const script = `const { run } = await import(${JSON.stringify(`file://${file}`)}); await run()`
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
