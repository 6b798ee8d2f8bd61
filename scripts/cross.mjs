// `npm run cross [-- TARGET…]`: for each Linux target, builds the release addon as it is published, installs it from
// tarballs into an empty folder with a Node of that platform, and runs a program there. With `--build`, it builds
// alone, into this folder as `npm run build:addon` does.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildSync } from 'esbuild'
import { emptyProject } from '../__test__/support/packages.mjs'
import { nodeOf } from './cross/node.mjs'
import { fromPyPI, need, work } from './cross/tools.mjs'
import { packBuilt } from './package.mjs'
import { PLATFORMS } from './platforms.mjs'
import { compile, root } from './steps.mjs'

export const TARGETS = Object.keys(PLATFORMS).filter((target) => target.includes('-linux-'))

/** zig is the C compiler and the linker for all of them, glibc's versions and musl included. */
const ZIG = ['cargo-zigbuild==0.24.1', 'ziglang==0.17.1']
/** An addon that asks for glibc 2.17 and no newer one loads on every Linux that Node 20 runs on. */
const GLIBC = 17

/** Builds, installs and runs one target; the addon's size, and what the Node that ran it says of itself. */
export async function cross(target) {
  // First, since the build takes minutes.
  const runtime = nodeOf(target)
  const addons = join(work, PLATFORMS[target].folder)
  const addon = await build(target, addons)
  return { bytes: statSync(addon).size, node: installAndRun(addons, runtime) }
}

/** Builds the addon of a target into a folder. */
async function build(target, into) {
  const { stdout } = spawnSync('rustc', ['--print', 'target-libdir', '--target', target], { encoding: 'utf8' })
  need(existsSync(stdout?.trim()), `standard library of Rust for it: rustup target add ${target}`)
  const tools = fromPyPI(ZIG)
  const env = {
    ...process.env,
    PATH: [join(tools, 'bin'), process.env.PATH].join(delimiter),
    CARGO_ZIGBUILD_ZIG_PATH: join(tools, 'ziglang', 'zig'),
  }
  const versioned = target.endsWith('-gnu') ? `${target}.2.${GLIBC}` : target
  const args = ['run', 'build:addon', '--', '--target', versioned, '--cross-compile', '--output-dir', into]
  const [code, signal] = await once(spawn('npm', args, { cwd: root, env, stdio: 'inherit' }), 'close')
  assert.equal(code, 0, `the build for ${target} ended with ${signal ?? `code ${code}`}`)
  const addon = join(into, PLATFORMS[target].addon)
  verifyLibc(target, addon)
  return addon
}

/** What an addon wants of glibc stands in it as `GLIBC_2.17`; one for musl wants nothing. */
function verifyLibc(target, addon) {
  const versions = [...readFileSync(addon, 'latin1').matchAll(/\bGLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor))
  const newest = Math.max(-1, ...versions)
  assert.ok(target.endsWith('-gnu') ? newest <= GLIBC : newest === -1, `${addon} asks for glibc 2.${newest}`)
}

/** Installs the tarballs and runs programs that use them; returns what the Node that did it says of itself. */
function installAndRun(addons, runtime) {
  const project = emptyProject(runtime)
  try {
    // npm runs on that Node too: it judges by itself whether the package is one for the platform.
    project.install(...Object.values(packBuilt(join(project.folder, 'tarballs'), addons)))
    runNewcomer(project)
    // The facts that hold in every runtime: calls over HTTP, files, faults.
    for (const file of ['facts', 'facts.cjs', 'run.mjs'])
      cpSync(join(root, '__test__', 'programs', file), join(project.folder, file), { recursive: true })
    project.node('run.mjs')
    const report = JSON.parse(project.node('--print', 'JSON.stringify(process.report.getReport())'))
    const { nodejsVersion, arch, glibcVersionRuntime: glibc } = report.header
    return `${nodejsVersion} on ${arch} with ${glibc === undefined ? 'musl' : `glibc ${glibc}`}`
  } finally {
    project.remove()
  }
}

/** Runs the program of somebody new, as a module of both kinds. */
function runNewcomer(project) {
  const newcomer = (file) => join(root, '__test__', 'newcomer', file)
  const output = readFileSync(newcomer('agent.txt'), 'utf8')
  for (const [format, file] of Object.entries({ esm: 'agent.mjs', cjs: 'agent.cjs' })) {
    const outfile = join(project.folder, file)
    buildSync({ entryPoints: [newcomer('agent.ts')], format, outfile, logLevel: 'error' })
    assert.equal(project.node(file), output)
  }
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { build: { type: 'boolean' } } })
  const unknown = positionals.filter((target) => !TARGETS.includes(target))
  if (unknown.length > 0) throw new Error(`no target: ${unknown.join(', ')}; the targets are ${TARGETS.join(', ')}`)
  const targets = positionals.length > 0 ? positionals : TARGETS
  if (!values.build) await compile()
  for (const target of targets) {
    if (values.build) await build(target, root)
    else console.log(said(target, await cross(target)))
  }
}

/** One line about a target that was run. */
export function said(target, { bytes, node }) {
  return `${target}: ${bytes} bytes (${(bytes / 1e6).toFixed(1)} MB), runs with Node ${node}`
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main()
