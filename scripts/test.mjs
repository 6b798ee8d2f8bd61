// `npm test`: every check but the long ones, cheap ones first. It ends with its ten slowest parts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cargoTimes, fileTimes, slowest } from './slowest.mjs'
import { addons, compile, install, root, run, startBuild, steps, testFiles } from './steps.mjs'

await install()
// The types of the addon are checked in, so that a reader sees what it hands over; the build must make the same ones.
const readTypes = () => readFileSync(`${root}/binding.d.ts`, 'utf8')
const checkedIn = readTypes()
// The longest step, beside all that needs no addon: most of those use one core.
const built = startBuild()

await run('rustfmt', 'cargo', ['fmt', '--all', '--check'])
await run('prettier', 'npm', ['run', 'format:check'])
await compile()
await run('oxlint', 'npm', ['run', 'lint'])
// Both crates at once: with dependencies of their own features each, most would be checked twice.
await run('clippy', 'cargo', ['clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings'])
// With a seed of every run's own, a change would be stopped by a fault that was there long before it. `cargo test` by
// hand draws a new one each time.
const env = { PROPTEST_RNG_SEED: '20261121', ...process.env }
const cargo = cargoTimes()
await run('core tests', 'cargo', ['test', '--package', 'toolrack-core', '--locked'], { env, onLine: cargo.readLine })

const rustdoc = { RUSTDOCFLAGS: '-D warnings', ...process.env }
await run('docs of the core', 'cargo', ['doc', '--package', 'toolrack-core', '--no-deps', '--locked'], { env: rustdoc })

// Beside the build: two downloads.
await install('__test__/frameworks')
await install('__test__/mcp')

await built()
if (readTypes() !== checkedIn) {
  console.error('✗ the build has changed binding.d.ts: check in what it made')
  process.exit(1)
}
for (const { file, bytes } of addons())
  console.log(`size of the addon: ${file} has ${bytes} bytes (${(bytes / 1e6).toFixed(1)} MB)`)

await run('publint and attw', 'npm', ['run', 'lint:package'])
await run('instruction counts', process.execPath, ['bench/counts/run.mjs'])

const folder = mkdtempSync(join(tmpdir(), 'toolrack-test-'))
const record = join(folder, 'times')
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const reporters = [
  ['spec', 'stdout'],
  ['./scripts/file-times-reporter.mjs', record],
]
// Most files wait for files, processes and timers. By default two cores would run one file at a time.
const concurrency = `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`
const flags = reporters.flatMap(([reporter, destination]) => [
  `--test-reporter=${reporter}`,
  `--test-reporter-destination=${destination}`,
])
await run('Node tests', process.execPath, ['--test', concurrency, ...flags, ...testFiles('__test__')])

// The packages of agent frameworks need a newer Node than toolrack does, which is installed with them.
const node24 = '__test__/frameworks/node_modules/.bin/node'
await run('tests of agent frameworks', node24, ['--test', ...testFiles('__test__/frameworks')])
// So do the official MCP packages. One file at a time: they start servers and clients of their own.
const mcpNode = '__test__/mcp/node_modules/.bin/node'
await run('tests of MCP clients', mcpNode, ['--test', '--test-concurrency=1', ...testFiles('__test__/mcp')])

console.log('\nthe ten slowest parts, in seconds; a test file is a part of its step')
for (const line of slowest([...steps, ...cargo.parts, ...fileTimes(readFileSync(record, 'utf8'))], 10))
  console.log(line)
