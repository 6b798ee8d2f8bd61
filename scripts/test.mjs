// `npm test`: every check there is, cheap ones first.
import { readFileSync, readdirSync } from 'node:fs'
import { build, install, root, run } from './steps.mjs'

install()
run('rustfmt', 'cargo', ['fmt', '--all', '--check'])
run('clippy on the core', 'cargo', ['clippy', '--package', 'toolrack-core', '--all-targets', '--locked', '--', '-D', 'warnings'])
run('clippy on the addon', 'cargo', ['clippy', '--package', 'toolrack', '--locked', '--', '-D', 'warnings'])
// With a seed of every run's own, a change would be stopped by a fault that was there long before it. `cargo test` by hand draws a
// new one each time.
const env = { PROPTEST_RNG_SEED: '20261121', ...process.env }
run('core tests', 'cargo', ['test', '--package', 'toolrack-core', '--locked'], { env })

// The binding is checked in, so that a reader sees what the addon hands over; it must be the one that the build makes.
const generated = ['binding.js', 'binding.d.ts']
const text = () => generated.map((file) => readFileSync(`${root}/${file}`, 'utf8'))
const checkedIn = text()
build()
const stale = text().flatMap((built, i) => (built === checkedIn[i] ? [] : [generated[i]]))
if (stale.length > 0) {
  console.error(`✗ the build has changed ${stale.join(' and ')}: check in what it made`)
  process.exit(1)
}

run('types of js/', 'npx', ['tsc', '--project', 'tsconfig.json'])
const suites = readdirSync(`${root}/__test__`).filter((file) => /\.test\.m?js$/.test(file)).map((file) => `__test__/${file}`)
run('Node tests', process.execPath, ['--test', '--test-reporter=spec', ...suites])
