// Explanations of searches: what scores are made of, why a tool is no hit, and what was corrected; the option `search`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { ToolRegistry } from 'toolrack'

const VERBS = ['create', 'list', 'get', 'update', 'delete']
const NOUNS = ['Ticket', 'Invoice', 'Customer', 'WebhookDelivery', 'ConfigMap']

function registryOf(search) {
  const registry = new ToolRegistry(search && { search })
  for (const verb of VERBS)
    for (const noun of NOUNS) {
      const words = noun.replace(/(?<=[a-z])(?=[A-Z])/, ' ').toLowerCase()
      const description = `${verb}s the ${words} of an account. Needs ${verb === 'delete' ? 'admin' : 'some'} rights.`
      const category = NOUNS.indexOf(noun) < 2 ? 'support' : 'system'
      registry.register({ name: verb + noun, description, category, tags: [verb], execute: () => 'done' })
    }
  return registry
}

const namesOf = ({ hits }) => hits.map(({ name }) => name)
const refuses = (search, code = 'INVALID_OPTIONS') =>
  assert.throws(() => new ToolRegistry({ search }).close(), { code }, inspect(search).slice(0, 80))

/** What the parts of an explanation give together. */
function productOf({ words, factors }) {
  const sum = words.length === 0 ? 1 : words.reduce((all, { share }) => all + share, 0)
  return factors.reduce((all, { factor }) => all * factor, sum)
}

/** A minor word of the requests: it has a share, and is not matched. */
const MINOR = 'some'
const REQUESTS = `remove a bill, show all issues, who is the client, config map, cretae tikcet, webhookdelivery,
  rights, createTicket, DELETEINVOICE, admin rights for an account, edit cfg, ticket ticket, rocket,
  the, list 5 customers, größe, delete everything, support, get, update webhook, account, needs some`
const QUERIES = [
  ...VERBS.flatMap((verb) => NOUNS.map((noun) => `${verb} the ${noun.toLowerCase()}s`)),
  ...REQUESTS.split(/,\s+/),
  '',
  ['create ticket', 'open an issue'],
  ['bill', 'invoice', 'account'],
  ['createTicket', 'make one'],
]

test('for fifty queries the parts of each score give the score', () => {
  const registry = registryOf()
  assert.ok(QUERIES.length >= 50)
  let explained = 0
  for (const query of QUERIES)
    for (const { score, why, matched } of registry.search(query, { explain: true, limit: 50 }).hits) {
      assert.ok(Math.abs(productOf(why) - score) <= 1e-4 * Math.max(1, score), `${query}: ${JSON.stringify(why)}`)
      const words = why.words.map(({ word }) => word).filter((word) => word !== MINOR)
      assert.deepEqual(words.sort(), [...matched].sort())
      explained++
    }
  assert.ok(explained > 300)
})

/** A query, the word that is explained, and how. */
const HOW = [
  ['admin tickets', 'admin', { how: 'said', found: 'admin', field: 'description' }],
  ['delete tickets', 'tickets', { how: 'stem', found: 'ticket', field: 'summary' }],
  ['remove a ticket', 'remove', { how: 'synonym', found: 'deletes', field: 'summary' }],
  ['delete tikcet', 'tikcet', { how: 'typo', found: 'ticket', field: 'summary' }],
  ['list zorgles', 'zorgles', { how: 'alias', found: 'zorgle', field: 'aliases' }],
  ['config map', 'config', { how: 'joined', found: 'configmap', field: 'name' }],
]

for (const [query, word, expected] of HOW)
  test(`in "${query}" the word "${word}" is met: ${expected.how}`, () => {
    const registry = registryOf()
    registry.register({ name: 'ombudsman', description: 'd', aliases: ['zorgle'], execute: () => 'x' })
    registry.register({ name: 'readConfigmap', description: 'Reads it', execute: () => 'x' })
    const { hits } = registry.search(query, { explain: true, limit: 50 })
    const found = hits.flatMap(({ why }) => why.words).filter((one) => one.word === word)
    const { how, found: other, field } = found.find((one) => one.how === expected.how) ?? found[0]
    assert.deepEqual({ how, found: other, field }, expected)
  })

test('an explanation is frozen, and is there only where it is asked for', () => {
  const registry = registryOf()
  const [hit] = registry.search('delete ticket', { explain: true }).hits
  for (const part of [hit.why, hit.why.words, hit.why.words[0], hit.why.factors, hit.why.factors[0]])
    assert.ok(Object.isFrozen(part))
  assert.ok(!('why' in registry.search('delete ticket').hits[0]))
  assert.deepEqual(
    hit.why.factors.map(({ name }) => name).filter((name) => name !== 'place'),
    ['coverage', 'name', 'intent', 'source', 'prior'],
  )
})

test('a corrected word is told, once, and never from a tool that the filter hides', () => {
  const registry = registryOf()
  const { corrected } = registry.search(['delete tikcet', 'remove tikcet'])
  assert.deepEqual(corrected, [{ from: 'tikcet', to: 'ticket' }])
  assert.ok(Object.isFrozen(corrected) && Object.isFrozen(corrected[0]))
  assert.ok(!('corrected' in registry.search('delete ticket')))
  assert.ok(!('corrected' in registry.search('delete tikcet', { filter: { category: 'system' } })))
})

/** Options, and where `deleteTicket` stands then. */
const PLACES = [
  [{}, { rank: 1 }],
  [{ filter: { category: 'system', tags: 'delete' } }, { absence: 'filter', conditions: ['category'] }],
  [{ filter: { predicate: ({ tags }) => tags[0] === 'list' } }, { absence: 'filter', conditions: ['names'] }],
  [{ minScore: 1e6 }, { rank: 1, absence: 'minScore' }],
]

for (const [options, expected] of PLACES)
  test(`where a tool stands with ${JSON.stringify(options)}`, () => {
    const registry = registryOf()
    const place = registry.explainSearch('delete tickets', 'deleteTicket', options)
    const { revision, name, total, score, why, ...rest } = place
    assert.deepEqual([revision, name, rest], [registry.revision, 'deleteTicket', expected])
    assert.equal(total, registry.search('delete tickets', options).total)
    assert.equal(why === undefined, score === undefined)
    assert.equal(why === undefined, expected.rank === undefined)
    assert.deepEqual(registry.snapshot().explainSearch('delete tickets', 'deleteTicket', options), place)
    assert.ok(Object.isFrozen(place))
  })

test('a tool is no hit because others are better, it has no word, it is disabled, or a target refuses it', () => {
  const registry = registryOf()
  const clash = { type: 'object', properties: { p: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }
  registry.register({ name: 'refused', description: 'Deletes tickets', inputSchema: clash, execute: () => 'x' })
  registry.register({ name: 'off', description: 'Deletes tickets', execute: () => 'x' }).disable()
  const absence = (name, options) => registry.explainSearch('delete tickets', name, options).absence
  const { hits, total } = registry.search('delete tickets', { limit: 50 })
  const last = hits[hits.length - 1].name
  const { rank, total: all } = registry.explainSearch('delete tickets', last)
  assert.deepEqual([rank, all, absence(last), absence(last, { limit: 50 })], [total, total, 'limit', undefined])
  assert.deepEqual([absence('listInvoice'), absence('off')], ['words', 'disabled'])
  assert.deepEqual([absence('refused'), absence('refused', { target: 'gemini' })], [undefined, 'target'])
  assert.equal(absence('off', { filter: { enabled: false } }), undefined)
})

test('each hit has the rank and the score that its explanation says', () => {
  const registry = registryOf()
  for (const query of ['delete tickets', ['create ticket', 'open an issue'], 'createTicket']) {
    const { hits } = registry.search(query, { explain: true })
    for (const [at, { name, score, why }] of hits.entries()) {
      const place = registry.explainSearch(query, name)
      assert.deepEqual([place.rank, place.score, place.why], [at + 1, score, why])
    }
  }
})

test('a tool that a snapshot does not have is unknown to its explanations', () => {
  const registry = registryOf()
  const turn = registry.snapshot({ filter: { category: 'system' } })
  for (const name of ['deleteTicket', 'nobody', '__proto__', ''])
    assert.throws(() => turn.explainSearch('delete', name), { code: 'UNKNOWN_TOOL' }, name)
  for (const name of [undefined, 7, null, {}])
    assert.throws(() => registry.explainSearch('delete', name), { code: 'INVALID_OPTIONS' })
  assert.throws(() => registry.explainSearch(7, 'deleteTicket'), { code: 'INVALID_OPTIONS' })
  registry.close()
  assert.throws(() => registry.explainSearch('delete', 'deleteTicket'), { code: 'CLOSED' })
})

test('synonyms are added to the thesaurus, or replace it', () => {
  const words = { nuke: ['delete'], ['__proto__']: ['list'], constructor: ['list'] }
  const added = registryOf({ synonyms: { words } })
  assert.equal(namesOf(added.search('nuke tickets'))[0], 'deleteTicket')
  assert.equal(namesOf(added.search('remove tickets'))[0], 'deleteTicket')
  const replaced = registryOf({ synonyms: { words, replaceDefaults: true } })
  assert.equal(namesOf(replaced.search('nuke tickets'))[0], 'deleteTicket')
  const missing = (registry, query) => registry.search(query).hits[0].missing
  assert.deepEqual([missing(added, 'remove tickets'), missing(replaced, 'remove tickets')], [[], ['remove']])
})

test('a field that counts nothing is not searched', () => {
  const all = { summary: 0, description: 0, tags: 0 }
  assert.equal(registryOf().search('admin').total, 5)
  assert.equal(registryOf({ fields: all }).search('admin').total, 0)
  assert.ok(registryOf({ fields: all }).search('ticket').total > 0)
})

test('settings hold for every revision, view and filtered snapshot', () => {
  const registry = registryOf({ synonyms: { words: { nuke: ['delete'] } } })
  const turn = registry.snapshot({ filter: { category: 'support' } })
  registry.register({ name: 'later', description: 'Deletes later', execute: () => 'x' })
  assert.equal(turn.search('nuke tickets').hits[0].name, 'deleteTicket')
  assert.equal(registry.search('nuke later').hits[0].name, 'later')
})

test('an eager index finds what a lazy one does, after many changes', () => {
  const [eager, lazy] = [registryOf({ eager: true }), registryOf()]
  for (let number = 0; number < 200; number++)
    for (const registry of [eager, lazy])
      registry.register({ name: `extra${number}`, description: `Extra ticket ${number}`, execute: () => 'x' })
  for (const query of ['extra 150', 'delete tickets', 'ticket'])
    assert.deepEqual(eager.search(query), lazy.search(query))
  eager.close()
})

const throwing = (key) =>
  Object.defineProperty({}, key, {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })

test('options of the registry are checked, whatever they are', () => {
  for (const search of [null, 7, 'x', true, { most: 1 }, { embed: 7 }, { embed: {} }, { eager: 1 }]) refuses(search)
  for (const weight of [-0.1, 1.1, NaN, '0.3', null, {}]) refuses({ embed: () => [], weight })
  refuses({ weight: 0.5 })
  for (const synonyms of [7, [], { words: 7 }, { words: { a: 'b' } }, { words: { a: [7] } }, { more: {} }])
    refuses({ synonyms })
  for (const fields of [7, { colour: 1 }, { name: -1 }, { name: 11 }, { name: 'x' }, { name: null }])
    refuses({ fields })
  for (const key of ['synonyms', 'fields', 'embed', 'weight', 'eager']) refuses(throwing(key))
  refuses({ synonyms: throwing('words') })
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`word${at}`, ['x']]))
  refuses({ synonyms: { words: many } }, 'LIMIT_EXCEEDED')
  refuses({ synonyms: { words: { a: Array(65).fill('b') } } }, 'LIMIT_EXCEEDED')
  assert.throws(() => new ToolRegistry({ search: { fields: { colour: 1 } } }), /search\.fields/)
})

test('options and queries of another realm are taken', async () => {
  const registry = new ToolRegistry({
    search: runInNewContext(`({ synonyms: { words: { nuke: ['delete'] } }, fields: { name: 2 } })`),
  })
  registry.register({ name: 'deleteTicket', description: 'd', execute: () => 'x' })
  const [query, options] = runInNewContext(
    `[['nuke'], { limit: 1, explain: true, filter: { names: ['deleteTicket'] } }]`,
  )
  assert.equal(registry.search(query, options).hits[0].why.words[0].how, 'synonym')
  assert.equal((await registry.searchAsync(query, options)).hits.length, 1)
  assert.equal(registry.explainSearch(query, 'deleteTicket', options).rank, 1)
})
