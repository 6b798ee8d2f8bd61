// Which addon is loaded where, and what a user reads where it is missing.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { PLATFORMS as PACKAGES } from '../scripts/platforms.mjs'
import { root } from './support/child.mjs'

const require = createRequire(import.meta.url)
const { PLATFORMS, loadAddon, missingPackage, usesMusl } = require('../lib/border/addon-loader.js')
const { loadPackage, readGlibcVersion } = require('../lib/border/native.js')

const ADDON = { NativeRegistry: class {} }

/** A host on Linux x64 with glibc, with toolrack 1.2.3 and the package of its platform. */
const hostOf = (over) => ({
  platform: 'linux',
  arch: 'x64',
  usesMusl: () => false,
  version: '1.2.3',
  builtFile: () => undefined,
  loadFile: () => assert.fail('loads a file'),
  loadPackage: () => ({ version: '1.2.3', addon: ADDON }),
  ...over,
})

/** The error of a load, whose message names no package but this one. */
function refusal(host, platform) {
  try {
    loadAddon(host)
  } catch (error) {
    const names = new Set(error.message.match(/toolrack-[a-z\d-]+/g))
    assert.deepEqual([...names], [`toolrack-${platform}`])
    return error
  }
  assert.fail('was loaded')
}

/** Platform, architecture and C library, and the package of them. */
const HOSTS = [
  ['linux', 'x64', false, 'linux-x64-gnu'],
  ['linux', 'x64', true, 'linux-x64-musl'],
  ['linux', 'arm64', false, 'linux-arm64-gnu'],
  ['linux', 'arm64', true, 'linux-arm64-musl'],
  ['darwin', 'x64', false, 'darwin-x64'],
  ['darwin', 'arm64', false, 'darwin-arm64'],
  ['win32', 'x64', false, 'win32-x64-msvc'],
]

test('each platform loads the addon of its own package', () => {
  for (const [platform, arch, isMusl, expected] of HOSTS) {
    const asked = []
    const load = (name) => (asked.push(name), { version: '1.2.3', addon: ADDON })
    assert.equal(loadAddon(hostOf({ platform, arch, usesMusl: () => isMusl, loadPackage: load })), ADDON)
    assert.deepEqual(asked, [expected])
  }
})

test('the loader, package.json and the packages of npm/ have the same platforms', () => {
  const { napi } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.deepEqual(HOSTS.map(([, , , suffix]) => suffix).sort(), [...PLATFORMS].sort())
  assert.deepEqual(
    PLATFORMS.map((suffix) => `toolrack-${suffix}`).sort(),
    Object.values(PACKAGES)
      .map(({ name }) => name)
      .sort(),
  )
  assert.deepEqual(Object.keys(PACKAGES).sort(), [...napi.targets].sort())
})

test('the addon that a checkout has built is loaded before any package', () => {
  const host = hostOf({
    builtFile: (platform) => `/checkout/toolrack.${platform}.node`,
    loadFile: (file) => ({ file }),
    loadPackage: () => assert.fail('loads a package'),
  })
  assert.deepEqual(loadAddon(host), { file: '/checkout/toolrack.linux-x64-gnu.node' })
})

test('an addon of a checkout that does not load says to build it again', () => {
  const cause = new Error('invalid ELF header\nand more')
  const host = hostOf({
    builtFile: () => '/checkout/toolrack.linux-x64-gnu.node',
    loadFile: () => {
      throw cause
    },
  })
  assert.throws(() => loadAddon(host), {
    message:
      'toolrack cannot load the addon that this checkout has built: invalid ELF header\n' +
      'Build /checkout/toolrack.linux-x64-gnu.node again on this machine: npm run build',
    cause,
  })
})

test('a platform without an addon is told with the supported ones', () => {
  for (const [platform, arch, isMusl, name] of [
    ['linux', 'riscv64', false, 'linux-riscv64-gnu'],
    ['linux', 'ppc64', true, 'linux-ppc64-musl'],
    ['win32', 'ia32', false, 'win32-ia32'],
    ['freebsd', 'x64', false, 'freebsd-x64'],
  ])
    assert.throws(() => loadAddon(hostOf({ platform, arch, usesMusl: () => isMusl })), {
      message:
        `toolrack has no addon for ${name}; supported platforms: linux-x64-gnu, linux-x64-musl, linux-arm64-gnu, ` +
        'linux-arm64-musl, darwin-x64, darwin-arm64, win32-x64-msvc',
    })
})

test('a package of another version is refused with both versions', () => {
  const host = hostOf({ loadPackage: () => ({ version: '1.2.2', addon: ADDON }) })
  assert.equal(
    refusal(host, 'linux-x64-gnu').message,
    'toolrack 1.2.3 needs toolrack-linux-x64-gnu 1.2.3, and 1.2.2 is installed\n' +
      'Install the same version: npm install --save-optional toolrack-linux-x64-gnu@1.2.3',
  )
})

test('a missing package is told with its command, the usual causes and its error', () => {
  for (const [platform, arch, isMusl, suffix] of HOSTS) {
    const cause = new Error(`Cannot find module 'toolrack-${suffix}'\nRequire stack:\n- /app/index.js`)
    const fail = () => {
      throw missingPackage(suffix, '1.2.3', cause)
    }
    const error = refusal(hostOf({ platform, arch, usesMusl: () => isMusl, loadPackage: fail }), suffix)
    assert.equal(error.cause, cause)
    const [what, command, causes] = error.message.split('\n')
    assert.equal(what, `toolrack cannot load its addon for ${suffix}: Cannot find module 'toolrack-${suffix}'`)
    assert.equal(command, `Install its package: npm install --save-optional toolrack-${suffix}@1.2.3`)
    for (const words of ['--omit=optional', 'lock file', 'node_modules', 'npm run build'])
      assert.ok(causes.includes(words))
  }
})

test('each package is asked for by its own name, and one that is not installed is told alone', () => {
  const { version } = require('../package.json')
  for (const suffix of PLATFORMS) {
    assert.throws(
      () => loadPackage(suffix),
      ({ message, cause }) => {
        assert.deepEqual([...new Set(message.match(/toolrack-[a-z\d-]+/g))], [`toolrack-${suffix}`])
        assert.ok(message.includes(`npm install --save-optional toolrack-${suffix}@${version}`), message)
        return cause.code === 'MODULE_NOT_FOUND'
      },
    )
  }
})

/** What a Linux system says, and whether it is musl. */
const never = () => assert.fail('reads the report')
const SYSTEMS = {
  'Debian: ldd of glibc': [
    { '/usr/bin/ldd': '# Copyright (C) Free Software Foundation\nldd (GNU libc)' },
    never,
    false,
  ],
  'Alpine: ldd of musl': [{ '/usr/bin/ldd': '#!/bin/sh\nexec /lib/ld-musl-x86_64.so.1 --list -- "$@"\n' }, never, true],
  'distroless, glibc': [{}, () => '2.36', false],
  'an image of musl without ldd': [{}, () => undefined, true],
  'a runtime without reports on Alpine': [{ '/etc/alpine-release': '3.22.1\n' }, () => null, true],
  'a runtime without reports and without ldd': [{}, () => null, false],
}
for (const [system, [files, readGlibcVersion, expected]] of Object.entries(SYSTEMS)) {
  test(`musl is ${expected ? '' : 'not '}found: ${system}`, () => {
    assert.equal(usesMusl({ readText: (path) => files[path], readGlibcVersion }), expected)
  })
}

test('the report of this process is read without the network, and left as it was', (t) => {
  const { header } = process.report.getReport()
  const excluded = []
  t.mock.method(process.report, 'getReport', () => (excluded.push(process.report.excludeNetwork), { header }))
  for (const before of [true, false]) {
    process.report.excludeNetwork = before
    assert.equal(readGlibcVersion(), header.glibcVersionRuntime)
    assert.equal(process.report.excludeNetwork, before)
  }
  assert.deepEqual(excluded, [true, true])
})
