// `toolrack tools`: lists, filters, and shows what a target gets of a tool, and why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandFolder, petsDocument } from './support/command-line.mjs'
import { TARGET_NAMES } from './support/targets.mjs'

for (const [filters, expected] of [
  [[], ['listPets', 'listOwners']],
  [['--tag', 'owners'], ['listOwners']],
  [
    ['--tag', 'owners', '--tag', 'pets'],
    ['listPets', 'listOwners'],
  ],
  [['--category', 'pets'], ['listPets']],
  [['--match', '*Own*'], ['listOwners']],
  [
    ['--source', 'pets'],
    ['listPets', 'listOwners'],
  ],
  [['--source', 'other'], []],
  [['--include', '/pets'], ['listPets']],
])
  test(`tools ${filters.join(' ')} lists ${expected.length}`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const { code, stdout } = await toolrack(['tools', 'pets.json', ...filters, '--json'])
    assert.equal(code, 0)
    assert.deepEqual(
      JSON.parse(stdout).map(({ name }) => name),
      expected,
    )
    const text = await toolrack(['tools', 'pets.json', ...filters])
    const names = text.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0])
    assert.deepEqual(names, expected.length > 0 ? expected : ['no'])
  })

test('a list for a target has the tokens of each tool', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { stdout } = await toolrack(['tools', 'pets.json', '--target', 'anthropic', '--json'])
  assert.ok(JSON.parse(stdout).every(({ tokens }) => tokens > 10))
})

test('a tool alone is shown by its definition', async (t) => {
  const { toolrack } = await commandFolder(t)
  const { code, stdout } = await toolrack(['tools', 'pets.json', '--tool', 'listPets'])
  const { name, source, inputSchema } = JSON.parse(stdout)
  assert.deepEqual([code, name, source, inputSchema.properties.limit.maximum], [0, 'listPets', 'pets', 100])
})

for (const target of TARGET_NAMES)
  test(`${target} gets a definition of the tool`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const { code, stdout } = await toolrack(['tools', 'pets.json', '--tool', 'listPets', '--target', target])
    assert.equal(code, 0)
    assert.match(stdout, new RegExp(`^${target} gets listPets\n\\{[\\s\\S]*Lists pets`))
  })

test('changes of the schema and broken rules are told with their reasons', async (t) => {
  const schema = { oneOf: [{ type: 'string' }, { type: 'integer' }] }
  const parameters = [{ name: 'any', in: 'query', schema }]
  const { toolrack } = await commandFolder(t, { 'pets.json': petsDocument('1', { listPets: { parameters } }) })
  const args = ['tools', 'pets.json', '--tool', 'listPets', '--target', 'openai', '--strict']
  const { stdout } = await toolrack(args)
  assert.match(stdout, /\nChanges of the schema\n {2}NARROWER: .*\n {2}SAME \/properties\/any: .*\(ONEOF_TO_ANYOF\)/)
  const { diagnostics, strict } = JSON.parse((await toolrack([...args, '--json'])).stdout)
  assert.ok(diagnostics.length > 0 && typeof strict === 'boolean')
})

for (const [args, message] of [
  [['--tool', 'listPet'], /no tool has the name "listPet"; similar names: listPets \(UNKNOWN_TOOL\)/],
  [['--tool', 'listPets', '--tag', 'a'], /--tag is for a list: leave out --tool/],
  [['--strict'], /--strict is for --tool NAME --target TARGET/],
  [['--target', 'antropic'], /--target: .*nearest: anthropic/],
])
  test(`tools ${args.join(' ')} ends with 2`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const { code, stdout, stderr } = await toolrack(['tools', 'pets.json', ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })
