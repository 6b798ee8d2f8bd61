// `toolrack serve --expose`: which tools are listed, and what the log says of it; `toolrack tools --query`.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandFolder, petsDocument } from './support/command-line.mjs'
import { place, serve } from './support/served-documents.mjs'

const OWN = ['search_tools', 'call_tool']
const ALL = ['listPets', 'createPet', 'getOwner']

for (const [args, expected] of [
  [[], ALL],
  [['--expose', 'all'], ALL],
  [['--expose', 'auto'], ALL],
  [['--expose', 'search'], OWN],
])
  test(`${args.join(' ') || 'without --expose'} lists ${expected}`, async (t) => {
    const { names } = await serve(t, [await place(t), ...args])
    assert.deepEqual(await names(), expected)
  })

test('the log says at the start that two tools stand for all', async (t) => {
  const { call, stderr, told } = await serve(t, [await place(t), '--expose', 'search'])
  const { result } = await call('tools/call', { name: 'search_tools', arguments: { query: 'owner' } })
  assert.equal(JSON.parse(result.content[0].text).tools[0].name, 'getOwner')
  await told(/lists search_tools and call_tool instead of all tools \(about \d+ tokens\)/)
  assert.doesNotMatch(stderr(), /budget/)
})

test('a configuration says what is listed, the command line wins, and a long list is warned of', async (t) => {
  const document = await place(t)
  const file = join(document, '..', 'toolrack.config.json')
  const serving = (part) => writeFile(file, JSON.stringify({ documents: { pets: { source: document } }, serve: part }))
  await serving({ expose: 'search', pinned: ['listPets'] })
  assert.deepEqual(await (await serve(t, ['--config', file])).names(), [...OWN, 'listPets'])
  assert.deepEqual(await (await serve(t, ['--config', file, '--expose', 'all'])).names(), ALL)
  await serving({ expose: 'auto', tokenBudget: 10, pinned: { name: 'get*' } })
  assert.deepEqual(await (await serve(t, ['--config', file])).names(), [...OWN, 'getOwner'])
  await serving({ tokenBudget: 10 })
  const { names, told } = await serve(t, ['--config', file])
  assert.deepEqual(await names(), ALL)
  await told(/over the budget of 10/)
})

test('a mode that is none ends with 2 and the nearest one', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { code, stderr } = await toolrack(['serve', 'pets.json', '--expose', 'serach'])
  assert.equal(code, 2)
  assert.match(stderr, /--expose: .*search/)
})

test('tools --query lists the tools that have the words, the best first', async (t) => {
  const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument('1') })
  const all = JSON.parse((await toolrack(['tools', 'pets.json', '--json'])).stdout)
  const words = all[0].description
  const found = JSON.parse((await toolrack(['tools', 'pets.json', '--query', words, '--json'])).stdout)
  assert.deepEqual(found[0], all[0])
  assert.equal((await toolrack(['tools', 'pets.json', '--query', 'rocket'])).stdout.trim(), 'no tools')
  const long = await toolrack(['tools', 'pets.json', '--query', 'a'.repeat(501)])
  assert.deepEqual([long.code, long.stdout], [2, ''])
  assert.match(long.stderr, /LIMIT_EXCEEDED/)
})
