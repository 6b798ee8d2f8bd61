// `toolrack search`: the tools that a request in words is about, the best first, and why.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { commandFolder, petsDocument } from './support/command-line.mjs'

const names = (stdout) => JSON.parse(stdout).hits.map(({ name }) => name)

for (const [args, expected] of [
  [['list owners'], ['listOwners', 'listPets']],
  [['list pets'], ['listPets', 'listOwners']],
  [['list owners', '--limit', '1'], ['listOwners']],
  [['list owners', '--tag', 'pets'], ['listPets']],
  [
    ['list owners', '--category', 'pets', '--category', 'owners'],
    ['listOwners', 'listPets'],
  ],
  [['list owners', '--match', '*Pets'], ['listPets']],
  [['list owners', '--source', 'pets', '--exclude', '/owners'], ['listPets']],
  [
    ['list owners', '--target', 'anthropic'],
    ['listOwners', 'listPets'],
  ],
])
  test(`search ${args.join(' ')} finds ${expected.join(' and ')}`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const [query, ...options] = args
    const found = await toolrack(['search', query, 'pets.json', ...options, '--json'])
    assert.deepEqual([found.code, found.stderr, names(found.stdout)], [0, '', expected])
    const { code, stdout } = await toolrack(['search', query, 'pets.json', ...options])
    const lines = stdout.trimEnd().split('\n')
    assert.equal(code, 0)
    assert.deepEqual(
      lines.slice(0, expected.length).map((line) => line.split(' ')[0]),
      expected,
    )
  })

test('a line has the name, the source, the share of the words and the description', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { stdout } = await toolrack(['search', 'list owners', 'pets.json', '--limit', '1'])
  assert.match(stdout, /^listOwners {2}pets {2}100 % {2}Lists owners\n1 of 2 tools\n$/)
})

test('what no tool is about ends with 1', async (t) => {
  const { toolrack } = await commandFolder(t)
  for (const query of ['zeppelin', 'the of']) {
    const found = await toolrack(['search', query, 'pets.json'])
    assert.deepEqual([found.code, found.stdout, found.stderr], [1, 'no tools\n', ''])
  }
  const { code, stdout } = await toolrack(['search', 'zeppelin', 'pets.json', '--json'])
  assert.deepEqual([code, JSON.parse(stdout).hits], [1, []])
})

test('the tools of a configuration are searched', async (t) => {
  const { toolrack } = await commandFolder(t, {
    'pets.json': petsDocument(),
    'toolrack.config.json': { documents: { zoo: { source: './pets.json' } } },
  })
  const { code, stdout } = await toolrack(['search', 'list owners', '--json'])
  assert.deepEqual([code, names(stdout)[0], JSON.parse(stdout).hits[0].source], [0, 'listOwners', 'zoo'])
})

test('tools --query lists what a search finds, in its order', async (t) => {
  const { toolrack } = await commandFolder(t)
  const [listed, found] = await Promise.all([
    toolrack(['tools', 'pets.json', '--query', 'list owners', '--json']),
    toolrack(['search', 'list owners', 'pets.json', '--json']),
  ])
  assert.deepEqual(
    JSON.parse(listed.stdout).map(({ name }) => name),
    names(found.stdout),
  )
})

test('--why does not change which tools are found', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { code, stdout } = await toolrack(['search', 'list owners', 'pets.json', '--why'])
  const lines = stdout.trimEnd().split('\n')
  const hits = lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ')[0])
  assert.deepEqual([code, hits], [0, ['listOwners', 'listPets']])
})

test('why a tool is a hit is a table below its line', () => {
  const { hitLines } = createRequire(import.meta.url)(join(root, 'lib/cli/search/hit-lines.js'))
  const words = [
    { word: 'remove', found: 'delete', how: 'synonym', field: 'name', share: 0.75 },
    { word: 'tickts', found: 'ticket\u001b[31m', how: 'typo', field: 'description', share: 0.25 },
  ]
  const factors = [
    { name: 'intent', factor: 1.2 },
    { name: 'coverage', factor: 0.66666 },
  ]
  const hit = { name: 'deleteTicket', source: 'api', coverage: 2 / 3, description: 'Deletes', missing: ['now'] }
  const output = { text: (text) => text.replaceAll('\u001b', '?'), paint: (_, text) => text }
  assert.deepEqual(hitLines({ hits: [{ ...hit, why: { words, factors } }], total: 1 }, output), [
    'deleteTicket  api  67 %  Deletes',
    '    remove  synonym  delete       name         75 %',
    '    tickts  typo     ticket?[31m  description  25 %',
    '    now     missing',
    '    intent    × 1.2',
    '    coverage  × 0.667',
  ])
  assert.deepEqual(hitLines({ hits: [hit], total: 1 }, output), ['deleteTicket  api  67 %  Deletes'])
})

for (const [args, message] of [
  [[], /give a query: words of what the tool does/],
  [[' ', 'pets.json'], /give a query/],
  [['pets'], /give at least one document/],
  [['pets', 'pets.json', '--limit', '0'], /--limit must be a whole number from 1 to 50/],
  [['pets', 'pets.json', '--limit', '51'], /--limit/],
  [['pets', 'pets.json', '--limit', '5x'], /--limit/],
  [['pets', 'pets.json', '--target', 'antropic'], /--target: .*nearest: anthropic/],
  [['pets', 'missing.json'], /missing\.json: .*\(SOURCE_UNREADABLE\)/],
  [['x'.repeat(501), 'pets.json'], /500 .*\(LIMIT_EXCEEDED\)/],
])
  test(`search ${args.join(' ').slice(0, 40)} ends with 2`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const { code, stdout, stderr } = await toolrack(['search', ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })
