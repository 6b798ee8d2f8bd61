// What the commands of package.json are made of: steps that say what they do, stop at the first failure, and need
// nothing but a Rust toolchain and Node.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const windows = process.platform === 'win32'

/** The steps that have run: `{ name, seconds }`. */
export const steps = []

/**
 * Runs a command in the project's folder; the process ends with its code when it fails. With `onLine`, each line that
 * the command prints is printed and handed to it.
 */
export async function run(name, command, args, { env = process.env, onLine } = {}) {
  const started = performance.now()
  console.log(`\n▶ ${name}: ${command} ${args.join(' ')}`)
  const print = (line) => {
    console.log(line)
    onLine(line)
  }
  end(name, started, await (onLine === undefined ? inherit(command, args, env) : readLines(command, args, env, print)))
}

/**
 * Starts a command beside the steps that follow. Call the function that it returns to wait for the command: what it
 * printed is printed then, and the process ends with its code when it failed.
 */
export function start(name, command, args) {
  const started = performance.now()
  console.log(`\n▶ ${name}, beside what follows: ${command} ${args.join(' ')}`)
  const lines = []
  const ending = readLines(command, args, process.env, (line) => lines.push(line))
  return async () => {
    const result = await ending
    console.log(`\n▶ ${name} printed:\n${lines.join('\n')}`)
    end(name, started, result)
  }
}

/** Records the end of a step. */
function end(name, started, { status, error }) {
  if (status !== 0) {
    console.error(`✗ ${name} failed${error ? `: ${error.message}` : ` with code ${status}`}`)
    process.exit(status || 1)
  }
  const seconds = (performance.now() - started) / 1000
  steps.push({ name, seconds })
  console.log(`✓ ${name} (${seconds.toFixed(1)} s)`)
}

function inherit(command, args, env) {
  return ended(spawn(command, args, { cwd: root, stdio: 'inherit', shell: windows, env }))
}

/** Both streams come as one, so that lines keep their order; a shell alone joins them on every system. */
function readLines(command, args, env, onLine) {
  const child = spawn([command, ...args, '2>&1'].join(' '), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: true,
    env,
  })
  createInterface({ input: child.stdout }).on('line', onLine)
  // It does not outlive a run that another step ended.
  process.on('exit', () => child.kill())
  return ended(child)
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: null, error }))
    child.on('close', (status) => resolve({ status }))
  })
}

/** The JavaScript dependencies of this checkout, or of a folder in it, where they are not as the lock file says. */
export async function install(folder = '.', ...flags) {
  const installed = `${root}/${folder}/node_modules/.package-lock.json`
  const lock = `${root}/${folder}/package-lock.json`
  const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
  if (fresh) return
  // Not `npm ci`: on Node 20 it misses the builds for other platforms that the lock file leaves out there, and stops.
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...flags]
  await run('install', 'npm', args)
}

/** The JavaScript of lib/, compiled from js/. */
export const compile = () => run('compile js/ to lib/', 'npm', ['run', 'compile'])

/** The release addon, beside the steps that follow. */
export const startBuild = () => start('build the addon', 'npm', ['run', 'build:addon'])

/** The release addon. The first build compiles some 200 crates, which takes minutes; later ones only what changed. */
export const build = () => run('build the addon', 'npm', ['run', 'build'])

/** The addons that are built, with their sizes. */
export function addons() {
  const files = readdirSync(root).filter((file) => file.endsWith('.node'))
  return files.map((file) => ({ file, bytes: statSync(`${root}/${file}`).size }))
}

/** The test files of a folder below the root. */
export function testFiles(folder) {
  return readdirSync(`${root}/${folder}`)
    .filter((file) => file.endsWith('.test.mjs'))
    .map((file) => `${folder}/${file}`)
}
