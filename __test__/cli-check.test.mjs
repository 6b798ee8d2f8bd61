// `toolrack check`: losses, refused names, tokens, what gates of a state file hold, and what differs from a lock file.
import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkResult } from '../lib/cli/check/check-result.js'
import { checkLines } from '../lib/cli/check/check-text.js'
import { commandFolder, petsDocument, stateFile } from './support/command-line.mjs'

const broken = () => petsDocument('1.0.0', { listOwners: { requestBody: { $ref: '#/none' } } })

test('a document without losses ends with 0, and tells the tokens of each target', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { code, stdout, stderr } = await toolrack(['check', 'pets.json', '--target', 'anthropic', '--target', 'mcp'])
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^pets\.json: 2 tools of 2 operations, version 1\.0\.0$/m)
  assert.match(stdout, /^tokens +anthropic +mcp\npets +\d+ +\d+$/m)
  assert.match(stdout, /^0 losses$/m)
})

test('an operation that is lost ends with 1, and is told with its place and reason', async (t) => {
  const { toolrack } = await commandFolder(t, { 'pets.json': broken() })
  const { code, stdout } = await toolrack(['check', 'pets.json'])
  assert.equal(code, 1)
  assert.match(stdout, /^ {2}lost +GET \/owners: .*#\/none.*\(UNRESOLVED_REF at \/paths\/~1owners\/get/m)
  assert.match(stdout, /^1 loss$/m)
})

test('two documents of one file name need names of their own', async (t) => {
  const { path, toolrack } = await commandFolder(t)
  await mkdir(join(path, 'shop'))
  await writeFile(join(path, 'shop', 'pets.json'), JSON.stringify(petsDocument()))
  const args = ['check', 'pets.json', 'shop/pets.json', '--json']
  const { code, stdout } = await toolrack(args)
  assert.deepEqual([code, JSON.parse(stdout).documents[1].error.code], [2, 'NAME_TAKEN'])
  const named = await toolrack([...args, '--name', 'pets', '--name', 'shop'])
  assert.deepEqual([named.code, JSON.parse(named.stdout).tokens.at(-1).source], [0, 'shop'])
  const wrong = await toolrack([...args, '--name', 'pets'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /--name is given 1 times for 2 documents/)
})

test('a name that is taken, a lost input and a tool that a target refuses are losses', () => {
  const skipped = [{ method: 'GET', path: '/a', pointer: '', code: 'NAME_TAKEN', reason: 'is taken' }]
  const lost = [{ tool: 'b', pointer: '/x', name: 'x' }]
  const quarantined = [{ target: 'gemini', name: 'c', findings: [{ code: 'DEPTH', message: 'too deep' }] }]
  const numbers = { operations: 3, added: [], excluded: { deprecated: 0, unselected: 0 }, notes: [] }
  const report = { source: 'pets', skipped, lost, quarantined, ...numbers }
  const outcomes = [{ document: { given: 'pets.json' }, report }]
  const result = checkResult({ outcomes, targets: ['gemini'], sources: ['pets'], tokensOf: () => 5 })
  assert.equal(result.exitCode, 1)
  const plain = { text: (text) => text, paint: (_, text) => text }
  assert.deepEqual(checkLines(result, plain).slice(1, 4), [
    '  refused   GET /a: is taken (NAME_TAKEN)',
    '  lost      b: input x (/x)',
    '  refused   c: gemini does not take it: too deep (DEPTH)',
  ])
})

test('--json has the whole reports, and all of stdout is JSON', async (t) => {
  const { toolrack } = await commandFolder(t, { 'pets.json': broken() })
  const { code, stdout } = await toolrack(['check', 'pets.json', 'none.json', '--json'])
  const { documents, tokens, exitCode } = JSON.parse(stdout)
  assert.deepEqual([code, exitCode], [2, 2])
  assert.deepEqual(
    documents.map(({ document, report, error }) => [document, report?.skipped.length, error?.code]),
    [
      ['pets.json', 1, undefined],
      ['none.json', undefined, 'SOURCE_UNREADABLE'],
    ],
  )
  assert.deepEqual([...new Set(tokens.map(({ source }) => source))], ['pets'])
})

test('operations that are left out are counted, and are no losses', async (t) => {
  const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument('1', { listOwners: { deprecated: true } }) })
  const { code, stdout } = await toolrack(['check', 'pets.json', '--exclude', 'tag:pets'])
  assert.equal(code, 0)
  assert.match(stdout, /left out +1 deprecated operations\n +left out +1 operations that were not chosen/)
})

for (const [gates, change, expected] of [
  [[], { listPets: { summary: 'Other words' } }, [0, /^0 losses, 0 held/m]],
  [['--gates', 'production'], { listPets: { summary: 'Other words' } }, [1, /held +listPets: .*\(gate wording\)/]],
  [['--gates', 'production'], { listPets: { parameters: [] } }, [1, /refused +listPets: .*\(gate breaking\)/]],
  [[], { listOwners: { summary: 'Other words' } }, [1, /held +listOwners: .*\(gate pin\)/]],
])
  test(`--state ${gates.join(' ')}: a change of ${Object.keys(change)} ends with ${expected[0]}`, async (t) => {
    const { path, toolrack } = await commandFolder(t)
    await stateFile(path, { pin: 'listOwners' })
    await writeFile(join(path, 'next.json'), JSON.stringify(petsDocument('1.0.0', change)))
    const before = await readFile(join(path, 'toolrack.state'))
    const files = (await readdir(path)).length
    const { mtimeMs } = await stat(join(path, 'toolrack.state'))
    const args = ['check', 'next.json', '--name', 'pets', '--state', 'toolrack.state', ...gates]
    const { code, stdout } = await toolrack(args)
    assert.equal(code, expected[0], stdout)
    assert.match(stdout, expected[1])
    assert.deepEqual(await readFile(join(path, 'toolrack.state')), before, 'the state file stays as it is')
    assert.deepEqual(
      [(await stat(join(path, 'toolrack.state'))).mtimeMs, (await readdir(path)).length],
      [mtimeMs, files],
    )
  })

test('a state file that is in use can be checked, and one without the source says so', async (t) => {
  const { path, toolrack } = await commandFolder(t)
  await stateFile(path)
  const { SpecLoader, ToolRegistry } = await import('toolrack')
  const loader = new SpecLoader(new ToolRegistry(), { state: join(path, 'toolrack.state') })
  t.after(() => loader.close())
  assert.equal((await toolrack(['check', 'pets.json', '--state', 'toolrack.state'])).code, 0)
  const other = await toolrack(['check', 'pets.json', '--state', 'toolrack.state', '--name', 'other'])
  assert.equal(other.code, 0)
  assert.match(other.stdout, /the state file has no source of this name/)
})

for (const [what, content, message] of [
  ['that is not there', undefined, /--state toolrack\.state: ENOENT/],
  ['that is empty', '', /--state toolrack\.state: .*\(STATE_BROKEN\)/],
  ['of other bytes', 'toolrack\n{"a":1}\n', /--state toolrack\.state: .*\(STATE_BROKEN\)/],
])
  test(`a state file ${what} ends with 2, and is named as it was given`, async (t) => {
    const files = content === undefined ? {} : { 'toolrack.state': content }
    const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument(), ...files })
    const { code, stdout, stderr } = await toolrack(['check', 'pets.json', '--state', 'toolrack.state'])
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /tmp.*toolrack-.*toolrack\.state/)
  })
