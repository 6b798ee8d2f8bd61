// What the commands of package.json are made of: steps that say what they do, stop at the first failure, and need nothing
// but a Rust toolchain and Node.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const windows = process.platform === 'win32'

/** Runs a command in the project's folder; the process ends with its code when it fails. */
export function run(what, command, args, options = {}) {
  const started = performance.now()
  console.log(`\n▶ ${what}: ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options })
  if (status !== 0) {
    console.error(`✗ ${what} failed${error ? `: ${error.message}` : ` with code ${status}`}`)
    process.exit(status || 1)
  }
  console.log(`✓ ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
}

/** The JavaScript dependencies of this checkout, where they are not there as the lock file says. */
export function install() {
  const installed = `${root}/node_modules/.package-lock.json`
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}/package-lock.json`).mtimeMs
  // Not `npm ci`: on Node 20 it misses the builds for other platforms that the lock file leaves out there, and stops.
  if (!fresh) run('install', 'npm', ['install', '--no-save', '--no-audit', '--no-fund'])
}

/** The release addon. The first build compiles some 200 crates, which takes minutes; later ones only what changed. */
export function build() {
  run('build the addon', 'npm', ['run', 'build'])
}
