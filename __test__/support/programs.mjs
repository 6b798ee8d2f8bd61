// Other people's programs, installed in a folder of their own, and this checkout as a package among them.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PLATFORMS } from '../../scripts/platforms.mjs'
import { root, spawned } from './child.mjs'

export const programs = join(root, '__test__', 'programs')
const modules = join(programs, 'node_modules')

/**
 * Installs what the lock file of a folder says, where that is not there yet; why it could not be.
 * @returns {string | undefined}
 */
export function install(folder = programs) {
  const installed = join(folder, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs)
    return undefined
  // No script of any package is run: the binaries of the runtimes are packages of their own.
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status, error, stderr } = spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    timeout: 300_000,
  })
  return status === 0 ? undefined : `npm install failed: ${error?.message ?? stderr.trim().split('\n')[0]}`
}

/** The package and that of this platform as a user has them: copies in `node_modules`, no links to this checkout. */
export function copyPackage(into = join(modules, 'toolrack')) {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  copyFiles(root, ['package.json', ...files.filter((file) => !file.startsWith('!'))], into)
  for (const file of files) if (file.startsWith('!')) rmSync(join(into, file.slice(1)), { recursive: true })
  for (const { name, folder, addon } of Object.values(PLATFORMS).filter(({ addon }) => existsSync(join(root, addon)))) {
    const beside = join(into, '..', name)
    copyFiles(join(root, folder), ['package.json'], beside)
    cpSync(join(root, addon), join(beside, addon))
  }
}

function copyFiles(from, files, into) {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  for (const file of files) cpSync(join(from, file), join(into, file), { recursive: true })
}

/** C libraries other than glibc need builds of their own. */
const libc =
  process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined ? '-musl' : ''
const platform = `${process.platform}-${process.arch}${libc}`
const exe = process.platform === 'win32' ? '.exe' : ''

/** Runtimes that run `run.mjs`: where their binary is, by platform, and how they are told to run a file. */
export const RUNTIMES = {
  'Node 22': { places: { 'linux-x64': 'node22-linux-x64/bin/node' }, args: [] },
  'Node 24': { places: { 'linux-x64': 'node24-linux-x64/bin/node' }, args: [] },
  Bun: {
    places: {
      'linux-x64': '@oven/bun-linux-x64/bin/bun',
      'linux-arm64': '@oven/bun-linux-aarch64/bin/bun',
      'darwin-arm64': '@oven/bun-darwin-aarch64/bin/bun',
      'win32-x64': '@oven/bun-windows-x64/bin/bun',
    },
    args: [],
  },
  Deno: {
    places: {
      'linux-x64': '@deno/linux-x64-glibc/deno',
      'linux-arm64': '@deno/linux-arm64-glibc/deno',
      'darwin-arm64': '@deno/darwin-arm64/deno',
      'win32-x64': '@deno/win32-x64/deno',
    },
    args: ['run', '--allow-all', '--no-lock'],
  },
}

/** The binary of a runtime, or why there is none. @returns {{ binary: string } | { missing: string }} */
export function binaryOf({ places }) {
  const place = places[platform]
  if (place === undefined) return { missing: `it has no package for ${platform} here` }
  const binary = join(modules, `${place}${exe}`)
  return existsSync(binary) ? { binary } : { missing: `${place} is not installed` }
}

/** Runs a program in that folder, in an environment that no test runner has set up. */
export function runProgram(command, args) {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env
  return spawned(command, args, {
    cwd: programs,
    killAfterMs: 60_000,
    env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined, DENO_NO_UPDATE_CHECK: '1' },
  })
}
