// `toolrack lock` and `check --lock`: stable bytes, no text of a document, and each tool that differs.
import assert from 'node:assert/strict'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandFolder, petsDocument } from './support/command-line.mjs'

const locked = async (t, files) => {
  const place = await commandFolder(t, files)
  const { code, stderr } = await place.toolrack(['lock', 'pets.json'])
  assert.deepEqual([code, stderr], [0, ''])
  return { ...place, text: () => readFile(join(place.path, 'toolrack.lock.json'), 'utf8') }
}

test('the file has hashes by source and name, sorted, and nothing of the document or its address', async (t) => {
  const { text, path } = await locked(t)
  const { format, sources } = JSON.parse(await text())
  assert.deepEqual([format, Object.keys(sources), Object.keys(sources.pets)], [1, ['pets'], ['listOwners', 'listPets']])
  for (const tool of Object.values(sources.pets))
    for (const hash of [tool.schema, tool.description]) assert.match(hash, /^[0-9a-f]{64}$/)
  assert.doesNotMatch(await text(), /Lists|example|json|tmp/)
  assert.deepEqual((await readdir(path)).sort(), ['pets.json', 'toolrack.lock.json'])
})

test('the same tools make the same bytes, in whatever order a document and its keys stand', async (t) => {
  const { paths, ...rest } = petsDocument('2.0.0')
  const reversed = { ...rest, paths: Object.fromEntries(Object.entries(paths).reverse()) }
  const [one, other] = [await locked(t), await locked(t, { 'pets.json': reversed })]
  assert.equal(await one.text(), await other.text())
})

test('a document that is the same passes', async (t) => {
  const { toolrack } = await locked(t)
  const { code, stdout } = await toolrack(['check', 'pets.json', '--lock', 'toolrack.lock.json'])
  assert.equal(code, 0)
  assert.match(stdout, /lock file: all tools are as they were/)
})

for (const [what, change, difference] of [
  ['another text', { listPets: { summary: 'Other words' } }, ['listPets', 'description']],
  ['another schema', { listPets: { parameters: [] } }, ['listPets', 'schema']],
  ['an operation that is gone', { listOwners: { deprecated: true } }, ['listOwners', 'removed']],
])
  test(`${what} ends with 1, and names the tool`, async (t) => {
    const { path, toolrack } = await locked(t)
    await writeFile(join(path, 'pets.json'), JSON.stringify(petsDocument('1.0.0', change)))
    const args = ['check', 'pets.json', '--lock', 'toolrack.lock.json']
    const { code, stdout } = await toolrack(args)
    assert.equal(code, 1)
    assert.match(stdout, new RegExp(`^ {2}pets +${difference[0]} +\\w`, 'm'))
    const { lock } = JSON.parse((await toolrack([...args, '--json'])).stdout)
    assert.deepEqual(lock, [{ source: 'pets', tool: difference[0], difference: difference[1] }])
  })

test('tools of a document that is not in the lock file are added ones', async (t) => {
  const { path, toolrack } = await locked(t)
  await writeFile(join(path, 'more.json'), JSON.stringify(petsDocument('1', { listPets: { operationId: 'x' } })))
  const args = ['check', 'pets.json', 'more.json', '--lock', 'toolrack.lock.json', '--json']
  const { lock } = JSON.parse((await toolrack(args)).stdout)
  assert.deepEqual([...new Set(lock.map(({ source, difference }) => `${source} ${difference}`))], ['more added'])
})

for (const [what, content, message] of [
  ['is not there', undefined, /the lock file toolrack\.lock\.json cannot be read: ENOENT/],
  ['is no JSON', '{', /cannot be read/],
  ['is of another form', '{"format":9}', /"format" must be 1; write it with toolrack lock/],
  ['has no hashes', '{"format":1,"sources":{"pets":{"listPets":5}}}', /the tool "listPets" of "pets" has no hashes/],
  ['is a list', '[]', /it is no object/],
])
  test(`a lock file that ${what} ends with 2`, async (t) => {
    const files = content === undefined ? {} : { 'toolrack.lock.json': content }
    const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument(), ...files })
    const { code, stdout, stderr } = await toolrack(['check', 'pets.json', '--lock', 'toolrack.lock.json'])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })

test('a lock file of __proto__ is one of a tool with that name', async (t) => {
  const content = `{"format":1,"sources":{"__proto__":{"__proto__":{"schema":"a","description":"b"}}}}`
  const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument(), 'lock.json': content })
  const { lock } = JSON.parse((await toolrack(['check', 'pets.json', '--lock', 'lock.json', '--json'])).stdout)
  assert.deepEqual(lock[0], { source: '__proto__', tool: '__proto__', difference: 'removed' })
})

test('a document that cannot be read, or a folder that is not there, writes nothing', async (t) => {
  const { path, toolrack } = await commandFolder(t)
  for (const args of [
    ['pets.json', 'none.json'],
    ['pets.json', '--out', 'none/lock.json'],
  ]) {
    const { code, stdout, stderr } = await toolrack(['lock', ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /none/)
  }
  assert.deepEqual(await readdir(path), ['pets.json'])
})
