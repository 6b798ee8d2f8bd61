// The command line and what is wrong outside of it: arguments, files, servers, readers, terminals and signals.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawned } from './support/child.mjs'
import { commandFolder, petsDocument, serverOf, stateFile } from './support/command-line.mjs'
import { BIN } from './support/served-documents.mjs'

const isWindows = process.platform === 'win32'

/** The arguments of each command that loads a document. */
const WITH = {
  check: (file) => ['check', file],
  diff: (file) => ['diff', 'pets.json', file],
  tools: (file) => ['tools', file],
  search: (file) => ['search', 'list pets', file],
  call: (file) => ['call', file, 'listPets'],
  lock: (file) => ['lock', file],
}

/** More bytes than `limits.bytes` allows. */
const HUGE = 1 << 30

const FILES = {
  'pets.json': petsDocument(),
  'empty.json': '',
  'half.json': '{"openapi":"3.1.0","paths":{"/a":{"get":',
  'number.json': '5',
  'none.json': { openapi: '3.1.0', info: { title: 'None', version: '1' }, paths: {} },
  'deep.json': `${'['.repeat(200_000)}`,
}

for (const [command, args] of Object.entries(WITH)) {
  test(`${command} without arguments ends with 2`, async (t) => {
    const { toolrack } = await commandFolder(t, {})
    const { code, stdout, stderr } = await toolrack([command])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^toolrack: give [\s\S]*\nTry: toolrack \w+ --help\n$/)
  })

  test(`${command} ends with 2 for what is no document`, async (t) => {
    const { path, toolrack } = await commandFolder(t, FILES)
    await mkdir(join(path, 'folder'))
    await writeFile(join(path, 'huge.json'), '{')
    await truncate(join(path, 'huge.json'), HUGE)
    for (const file of ['empty.json', 'half.json', 'number.json', 'deep.json', 'huge.json', 'folder', 'missing.json']) {
      const { code, stdout, stderr } = await toolrack(args(file))
      assert.equal(code, 2, `${file}: ${stdout}${stderr}`)
      assert.match(stdout + stderr, new RegExp(`${file}: .*\\([A-Z_]+\\)`), file)
      assert.doesNotMatch(stdout + stderr, /\n +at |INTERNAL/, file)
    }
  })

  test(`${command} ends with 2 for a URL that is down`, async (t) => {
    const { server, url } = await serverOf(t, () => {})
    server.close()
    const { toolrack } = await commandFolder(t)
    const { code, stdout, stderr } = await toolrack(args(`${url}/pets.json`))
    assert.equal(code, 2)
    assert.match(stdout + stderr, /pets\.json: .*\(SOURCE_UNREADABLE\)/)
  })
}

test('a document without operations has no tools, and loses nothing', async (t) => {
  const { toolrack } = await commandFolder(t, FILES)
  const check = await toolrack(['check', 'none.json'])
  assert.equal(check.code, 0)
  assert.match(check.stdout, /none\.json: 0 tools of 0 operations/)
  assert.deepEqual((await toolrack(['tools', 'none.json'])).stdout, 'no tools\n')
  assert.equal((await toolrack(['lock', 'none.json'])).code, 0)
  const diff = await toolrack(['diff', 'pets.json', 'none.json', '--name', 'pets'])
  assert.deepEqual([diff.code, diff.stdout.match(/TOOL_REMOVED/g).length], [1, 2])
})

test('a secret of an address is in no output', async (t) => {
  const { url } = await serverOf(t, (_, response) => response.writeHead(404).end())
  const { toolrack } = await commandFolder(t)
  const address = `${url}/pets.json?key=\${DOC_KEY}`
  for (const args of Object.values(WITH)) {
    const { code, stdout, stderr } = await toolrack(args(address), { env: { DOC_KEY: 's3cr3t-key-12345' } })
    assert.equal(code, 2)
    assert.doesNotMatch(stdout + stderr, /s3cr3t/)
    assert.match(stdout + stderr, /pets\.json\?key=\$\{DOC_KEY\}: /)
  }
  const missing = await toolrack(['check', '${NOT_SET_X}'])
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /document 1: the environment has no variable NOT_SET_X/)
})

test('texts of a document cannot control the terminal, nor break lines', async (t) => {
  const summary = 'One\nlisted\u001B[2Jtwice\u0007\u009B'
  const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument('1\u001B[31m', { listPets: { summary } }) })
  for (const args of [
    ['check', 'pets.json'],
    ['tools', 'pets.json'],
    ['tools', 'pets.json', '--json'],
  ]) {
    const { stdout } = await toolrack(args)
    // oxlint-disable-next-line eslint/no-control-regex -- These are what must not be there.
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  }
  assert.match((await toolrack(['tools', 'pets.json'])).stdout, /^listPets .* One listed\?\[2Jtwice\?\?$/m)
})

test('a reader that has enough changes no exit code', { skip: isWindows }, async (t) => {
  const paths = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, i) => [`/p${i}`, { get: { operationId: `op${i}`, summary: 'x'.repeat(200) } }]),
  )
  const { path } = await commandFolder(t, { 'a.json': { ...petsDocument(), paths }, 'pets.json': petsDocument() })
  const piped = async (args) => {
    const program = `"${process.execPath}" "${BIN}" ${args} | head -1; echo "\${PIPESTATUS[0]}"`
    return spawned('bash', ['-c', program], { cwd: path })
  }
  for (const [args, code] of [
    ['tools a.json --json', 0],
    ['diff a.json pets.json --name a', 1],
  ]) {
    const { stdout, stderr } = await piped(args)
    assert.deepEqual([stdout.trim().split('\n').at(-1), stderr], [String(code), ''])
  }
})

test('a disk that is full ends with 2', { skip: !existsSync('/dev/full') && 'no /dev/full' }, async (t) => {
  const { path } = await commandFolder(t)
  const { code, stderr } = await spawned('bash', ['-c', `"${process.execPath}" "${BIN}" check pets.json > /dev/full`], {
    cwd: path,
  })
  assert.equal(code, 2)
  assert.match(stderr, /^toolrack: the output cannot be written: ENOSPC/)
})

test('colours: FORCE_COLOR has them in a pipe, NO_COLOR and a pipe have none', async (t) => {
  const { toolrack } = await commandFolder(t)
  for (const [env, has] of [
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ NO_COLOR: '1' }, false],
  ]) {
    const { stdout, stderr } = await toolrack(['check', 'pets.json'], { env })
    assert.deepEqual([stdout.includes('\u001B['), stderr.includes('\u001B[')], [has, false], JSON.stringify(env))
  }
})

/** `script` of util-linux makes a terminal. */
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

test(
  'a terminal has colours and a progress line, which is cleared',
  { skip: !hasTerminal && 'no script' },
  async (t) => {
    const { path } = await commandFolder(t)
    // Node shows no colours where CI is set.
    const unset = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !unset.includes(name)))
    const terminal = (over) =>
      spawned('script', ['-qec', `"${process.execPath}" "${BIN}" check pets.json`, '/dev/null'], {
        cwd: path,
        env: { ...env, TERM: 'xterm-256color', ...over },
      })
    const coloured = (await terminal({})).stdout
    assert.ok(coloured.startsWith('\r\u001B[Kreading pets.json\r\u001B[K\u001B[1mpets.json'), coloured)
    const plain = (await terminal({ NO_COLOR: '1' })).stdout
    assert.ok(plain.startsWith('\r\u001B[Kreading pets.json\r\u001B[Kpets.json: 2 tools'), plain)
    assert.ok(!plain.includes('\u001B[1m') && !plain.includes('\u001B[3'), plain)
  },
)

for (const [command, args] of Object.entries(WITH))
  test(`Ctrl-C ends ${command} while a document loads`, { skip: isWindows }, async (t) => {
    const { server, url } = await serverOf(t, () => {})
    const { start } = await commandFolder(t)
    const child = start(args(`${url}/slow.json`))
    await once(server, 'request')
    child.kill('SIGINT')
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGINT'])
  })

test('Ctrl-C leaves no copy of a state file', { skip: isWindows }, async (t) => {
  const { server, url } = await serverOf(t, () => {})
  const { path, start } = await commandFolder(t)
  await stateFile(path)
  const temporary = join(path, 'tmp')
  await mkdir(temporary)
  const args = ['diff', '--state', 'toolrack.state', `${url}/pets.json`]
  const child = start(args, { TMPDIR: temporary })
  await once(server, 'request')
  assert.equal((await readdir(temporary)).length, 1)
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGINT'])
  assert.deepEqual(await readdir(temporary), [])
  assert.notEqual(tmpdir(), temporary)
})
