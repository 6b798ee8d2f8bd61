// `registry.search` of a configuration: what the file says holds for its registry and for each command.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { load as parse } from 'js-yaml'
import { ToolRegistry, loadConfig } from 'toolrack'
import { commandFolder, petsDocument } from './support/command-line.mjs'
import { serve } from './support/served-documents.mjs'

const FILE = 'toolrack.config.yaml'
const documents = 'documents: { pets: { source: ./pets.json } }\n'
const ZOOKEEPERS = 'registry: { search: { synonyms: { words: { zookeepers: [owners] } } } }\n'

/** A folder with the document of the pets, and a configuration of it with these options. */
async function configured(t, options = '') {
  const place = await commandFolder(t, { 'pets.json': petsDocument(), [FILE]: `${documents}${options}` })
  const file = join(place.path, FILE)
  const load = async (further) => {
    const loaded = await loadConfig(file, further)
    t.after(() => loaded.close())
    return loaded
  }
  return { ...place, file, load, write: (text) => writeFile(file, `${documents}${text}`) }
}

const names = ({ hits }) => hits.map(({ name }) => name)

for (const [what, search, query, expected] of [
  ['no options', '{}', 'zookeepers', []],
  ['a synonym', '{ synonyms: { words: { zookeepers: [owners] } } }', 'zookeepers', ['listOwners']],
  ['a synonym of several words', '{ synonyms: { words: { zookeepers: [pets, owners] } } }', 'zookeepers', 2],
  ['a word that is a name of objects', '{ synonyms: { words: { constructor: [owners] } } }', 'constructor', 1],
  ['the English thesaurus', '{ synonyms: { words: { zookeepers: [owners] } } }', 'enumerate owners', 'synonym'],
  ['words alone', '{ synonyms: { replaceDefaults: true } }', 'enumerate owners', undefined],
  [
    'a field that counts for nothing',
    '{ fields: { summary: 0, name: 0, pathHead: 0, path: 0, tags: 0 } }',
    'owners',
    [],
  ],
  ['the weights of fields', '{ fields: { summary: 10, parameterDescriptions: 0.5 } }', 'owners', ['listOwners']],
  ['an index that is made at once', '{ eager: true }', 'owners', ['listOwners']],
  ['the share of an embedder that is not there', '{ weight: 1 }', 'owners', ['listOwners']],
])
  test(`a registry of a configuration is searched with ${what}`, async (t) => {
    const { load } = await configured(t, `registry: { search: ${search} }\n`)
    const { registry } = await load()
    const result = registry.search(query, { explain: true })
    if (Array.isArray(expected)) assert.deepEqual(names(result), expected)
    else if (typeof expected === 'number') assert.equal(result.hits.length, expected)
    else assert.equal(result.hits[0].why.words.find(({ word }) => word === 'enumerate')?.how, expected)
  })

test('each command searches with the synonyms of the configuration', async (t) => {
  const { toolrack, write } = await configured(t)
  const search = ['search', 'zookeepers', '--json']
  const tools = ['tools', '--query', 'zookeepers', '--json']
  for (const [args, code] of [
    [search, 1],
    [tools, 0],
  ]) {
    const { stdout, ...ended } = await toolrack(args)
    assert.deepEqual([ended.code, JSON.parse(stdout).hits ?? JSON.parse(stdout)], [code, []])
  }
  await write(ZOOKEEPERS)
  for (const args of [search, [...search, '--config', FILE], tools]) {
    const { code, stderr, stdout } = await toolrack(args)
    const found = JSON.parse(stdout)
    assert.deepEqual([code, stderr, names({ hits: found.hits ?? found })], [0, '', ['listOwners']])
  }
  const { stdout } = await toolrack(['search', 'zookeepers', '--why'])
  assert.match(stdout, /zookeepers +synonym +owners/)
})

test('search_tools of a served configuration finds a tool by a synonym of the file', async (t) => {
  const { file, write } = await configured(t)
  const found = async () => {
    const { call, child } = await serve(t, ['--config', file, '--expose', 'search'])
    const { result } = await call('tools/call', { name: 'search_tools', arguments: { query: 'zookeepers' } })
    child.kill()
    return JSON.parse(result.content[0].text).tools.map(({ name }) => name)
  }
  assert.deepEqual(await found(), [])
  await write(`${ZOOKEEPERS}serve: { expose: search }\n`)
  assert.deepEqual(await found(), ['listOwners'])
})

const many = (count, item) => Array.from({ length: count }, (_, i) => item(i))

/** Options that are refused, their code in a program, and their place in `search` of the file. */
const REFUSED = [
  ['{ fields: { colour: 1 } }', 'INVALID_OPTIONS', '/fields/colour'],
  ['{ fields: { __proto__: 1 } }', 'INVALID_OPTIONS', '/fields/__proto__'],
  ['{ fields: { name: -1 } }', 'INVALID_OPTIONS', '/fields/name'],
  ['{ fields: { tags: 1, pathHead: 10.5 } }', 'INVALID_OPTIONS', '/fields/pathHead'],
  ['{ fields: [name] }', 'INVALID_OPTIONS', '/fields'],
  ['{ fields: { name: "2" } }', 'INVALID_OPTIONS', '/fields/name'],
  ['{ weight: 1.5 }', 'INVALID_OPTIONS', '/weight'],
  ['{ eager: false, weight: -0.1 }', 'INVALID_OPTIONS', '/weight'],
  ['{ eager: "yes" }', 'INVALID_OPTIONS', '/eager'],
  ['{ synonyms: { nuke: [delete] } }', 'INVALID_OPTIONS', '/synonyms/nuke'],
  ['{ synonyms: { words: { nuke: delete } } }', 'INVALID_OPTIONS', '/synonyms/words/nuke'],
  ['{ synonyms: { words: { nuke: [1] } } }', 'INVALID_OPTIONS', '/synonyms/words/nuke/0'],
  [
    `{ synonyms: { words: { a: [b], "c/d.e": [${many(65, (i) => `w${i}`)}] } } }`,
    'LIMIT_EXCEEDED',
    '/synonyms/words/c~1d.e',
  ],
  [`{ synonyms: { words: { ${many(10_001, (i) => `w${i}: [x]`)} } } }`, 'LIMIT_EXCEEDED', '/synonyms/words'],
  ['{ synonym: {} }', 'INVALID_OPTIONS', '/synonym'],
  ['{ embed: ./embed.mjs }', 'INVALID_OPTIONS', '/embed'],
  ['true', 'INVALID_OPTIONS', ''],
]

for (const [search, code, pointer] of REFUSED)
  test(`the search ${search.slice(0, 50)} is told at its place`, async (t) => {
    const { load } = await configured(t, `registry: { search: ${search} }\n`)
    const error = await load().catch((thrown) => thrown)
    assert.equal(error.code, 'CONFIG_INVALID', error.message)
    const [problem, ...more] = error.details.problems
    assert.deepEqual([problem.line, problem.pointer, more], [2, `/registry/search${pointer}`, []])
    assert.ok(error.message.length < 600, error.message)
    assert.throws(() => new ToolRegistry({ search: parse(search) }), { code })
  })

test('commands end with 2 and the place of what is wrong with the search', async (t) => {
  const { toolrack } = await configured(t, 'registry:\n  search:\n    fields: { name: 11 }\n')
  for (const args of [['check'], ['search', 'owners'], ['tools'], ['serve', '--config', FILE]]) {
    const { code, stdout, stderr } = await toolrack(args)
    assert.deepEqual([code, stdout], [2, ''], args[0])
    assert.match(stderr, /toolrack\.config\.yaml:4:15: .*from 0 to 10.* \(\/registry\/search\/fields\/name\)/, args[0])
  }
})

test('check loads a configuration that says how it is searched', async (t) => {
  const { toolrack } = await configured(t, ZOOKEEPERS)
  const { code, stderr } = await toolrack(['check'])
  assert.deepEqual([code, stderr], [0, ''])
})

test('another search of the file is told, and has no effect before the next load', async (t) => {
  const { load, write } = await configured(t, ZOOKEEPERS)
  const loaded = await load()
  await write(ZOOKEEPERS.replace('zookeepers', 'handlers'))
  const { notApplied } = await loaded.reload()
  assert.deepEqual(notApplied, ['/registry/search'])
  assert.deepEqual(names(loaded.registry.search('zookeepers')), ['listOwners'])
  assert.deepEqual(names(loaded.registry.search('handlers')), [])
  await write(ZOOKEEPERS)
  assert.deepEqual((await loaded.reload()).notApplied, [])
  await write('registry: { search: { fields: { name: 11 } } }\n')
  // What the file says is judged when the registry is opened.
  assert.deepEqual((await loaded.reload()).notApplied, ['/registry/search'])
})

/** A model for which zookeepers and owners are one. `told` resolves when it was asked for the tools. */
function keeperModel() {
  let tell = () => {}
  const told = new Promise((resolve) => (tell = resolve))
  const embed = (texts) => {
    tell()
    return texts.map((text) => (/zookeeper|owner/i.test(text) ? [1, 0] : [0, 1]))
  }
  return { embed, told }
}

for (const [what, options, share] of [
  ['the default share', '', 0.3],
  ['the share of the file', 'registry: { search: { weight: 0.6 } }\n', 0.6],
  ['the share of the file beside synonyms', 'registry: { search: { weight: 1, synonyms: { words: {} } } }\n', 1],
])
  test(`the embedder of loadConfig has ${what}`, async (t) => {
    const { load } = await configured(t, options)
    const { embed, told } = keeperModel()
    const { registry } = await load({ embed })
    await told
    for (let turns = 0; turns < 20; turns++) await turn()
    const { hits } = await registry.searchAsync('zookeepers')
    assert.deepEqual([hits[0].name, Number(hits[0].score.toFixed(4))], ['listOwners', share])
    assert.equal(registry.search('zookeepers').total, 0)
  })

test('an embedder that is no function is refused', async (t) => {
  const { load } = await configured(t)
  for (const embed of [null, 5, 'embed', {}]) await assert.rejects(load({ embed }), { code: 'INVALID_OPTIONS' })
})

/** What an object may hold that no file has, and what is said of it. */
const LOST = [
  [{ registry: { search: { embed: () => [] } } }, '/registry/search/embed', /^is a function: give it to loadConfig/],
  [{ tools: [{ name: 'a', parse: () => 'b' }] }, '/tools/0/parse', /^is a function: write plain data$/],
  [{ registry: { 'a/b': Symbol('c') } }, '/registry/a~1b', /^is a symbol: write plain data$/],
  [{ documents: new Map([['pets', {}]]) }, '/documents', /^is a Map: write a plain object$/],
]
for (const [config, pointer, message] of LOST)
  test(`a configuration object with ${pointer} that JSON would drop is refused`, async () => {
    await assert.rejects(loadConfig(config), ({ code, details }) => {
      assert.deepEqual([code, details.option, details.problems[0].pointer], ['INVALID_OPTIONS', 'config', pointer])
      return message.test(details.problems[0].message)
    })
  })
