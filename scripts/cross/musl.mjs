// A folder that is to a program what the root of a system with musl would be, so far as Node and npm look at it.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { need, work } from './tools.mjs'

/** Older ones crash: they do not apply relative relocations (DT_RELR), which the C++ library of those Nodes has. */
const OLDEST = [1, 2, 4]
/** A release of Debian whose musl is new enough. The package needs no other one: it can be unpacked anywhere. */
const RELEASE = 'trixie'
const SOURCES = '/etc/apt/sources.list.d/debian.sources'
const ARCHITECTURES = { x86_64: 'amd64', aarch64: 'arm64' }

/** Makes the folder for a processor. */
export function muslRoot(cpu) {
  const folder = join(work, `musl-${cpu}`)
  // The C library of musl is its loader too: one file, which the kernel starts for every program.
  const loader = join(folder, 'lib', `ld-musl-${cpu}.so.1`)
  const ldd = join(folder, 'usr', 'bin', 'ldd')
  for (const file of [loader, ldd]) mkdirSync(dirname(file), { recursive: true })
  // Alpine's. npm and toolrack read it to know which C library a system has.
  writeFileSync(ldd, `#!/bin/sh\nexec /lib/ld-musl-${cpu}.so.1 --list -- "$@"\n`)
  const ofSystem = `/usr/lib/ld-musl-${cpu}.so.1`
  if (existsSync(loader)) return folder
  if (isNewEnough(cpu, ofSystem)) copyFileSync(ofSystem, loader)
  else unpack(cpu, loader)
  return folder
}

/** Without a program to start, the loader says what it is: `Version 1.2.5`. */
function isNewEnough(cpu, loader) {
  const { stderr } = spawnSync(`qemu-${cpu}`, [loader], { encoding: 'utf8' })
  const version = /^Version (\d+)\.(\d+)\.(\d+)/m.exec(stderr)?.slice(1).map(Number) ?? [0]
  const differs = OLDEST.findIndex((part, i) => part !== version[i])
  return differs === -1 || version[differs] > OLDEST[differs]
}

/** Copies the loader out of Debian's package, from the mirror that this system uses. Installs nothing. */
function unpack(cpu, loader) {
  const wanted = `musl ${OLDEST.join('.')} or later for ${cpu}: apt-get install musl, on Debian 13 or Ubuntu 24.04`
  need(existsSync(SOURCES), wanted)
  const folder = mkdtempSync(join(work, 'apt-'))
  const run = (command, ...args) => {
    const { status, error, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
    need(status === 0, `${wanted} (${error?.message ?? stderr.trim()})`)
  }
  try {
    const [archive] = readFileSync(SOURCES, 'utf8').split(/\n\s*\n/)
    writeFileSync(join(folder, 'debian.sources'), archive.replace(/^Suites:.*$/m, `Suites: ${RELEASE}`))
    const options = aptOptions(cpu, folder)
    run('apt-get', ...options, 'update')
    run('apt-get', ...options, 'download', 'musl')
    run('dpkg', '--extract', ...readdirSync(folder).filter((file) => file.endsWith('.deb')), '.')
    copyFileSync(join(folder, 'usr', 'lib', `ld-musl-${cpu}.so.1`), loader)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** apt with a state of its own: what it knows of this system's packages, and the system's architecture, stay. */
function aptOptions(cpu, folder) {
  for (const place of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, place), { recursive: true })
  const options = {
    'Dir::Etc::SourceList': join(folder, 'debian.sources'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': join(folder, 'state'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': ARCHITECTURES[cpu],
    'APT::Architectures': ARCHITECTURES[cpu],
    'APT::Sandbox::User': 'root',
  }
  return ['-qq', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
}
