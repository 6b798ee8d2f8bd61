// Search: the tools of a registry that a request in words is about.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from '../lib/index.js'

const DEFINITIONS = [
  { name: 'createTicket', description: 'Opens a ticket for a customer.', category: 'support', tags: ['write'] },
  { name: 'closeTicket', title: 'Finish', description: 'Ends a ticket.', category: 'support', tags: ['write'] },
  { name: 'listInvoices', description: 'Lists all invoices of a customer. Sorted by date.', category: 'billing' },
  { name: 'refund', description: 'Returns money for an invoice.', category: 'billing', tags: ['admin', 'write'] },
  { name: 'measure', description: 'Misst die Größe' },
]

function registryOf(definitions = DEFINITIONS) {
  const registry = new ToolRegistry()
  for (const one of definitions) registry.register({ ...one, execute: () => 'done' })
  return registry
}

const namesOf = ({ hits }) => hits.map(({ name }) => name)

/** Each query, and the names of its hits. */
const FOUND = {
  'close the ticket': ['closeTicket', 'createTicket'],
  CREATETICKET: ['createTicket'],
  'create ticket': ['createTicket', 'closeTicket'],
  invoice: ['listInvoices', 'refund'],
  invoices: ['listInvoices', 'refund'],
  'money back please': ['refund'],
  billing: ['listInvoices', 'refund'],
  admin: ['refund'],
  finish: ['closeTicket'],
  GRÖSSE: [],
  größe: ['measure'],
  customer: ['createTicket', 'listInvoices'],
  rocket: [],
  'the of to': [],
  '': [],
}

for (const [query, expected] of Object.entries(FOUND))
  test(`the query "${query}" finds ${expected.join(', ') || 'nothing'}`, () => {
    const registry = registryOf()
    assert.deepEqual(namesOf(registry.search(query)), expected)
    assert.deepEqual(namesOf(registry.snapshot().search(query)), expected)
  })

/** Words of queries, and names in which they are parts. */
const PARTS = {
  layer: 'topLayer3Attacks',
  oauth: 'exchangeOAuth2Token',
  layer3: 'topLayer3Attacks',
  prs: 'listPRs',
  ips: 'listIPsOfZone',
  vpc: 'listVirtualPrivateClouds',
  blobstore: 'read_blob_store',
}

for (const [word, name] of Object.entries(PARTS))
  test(`"${word}" finds ${name}`, () => {
    const registry = registryOf([{ name, description: 'Zarnot' }, ...DEFINITIONS])
    assert.deepEqual(namesOf(registry.search(word)), [name])
  })

test('a minor word of the query puts the tool first that has it, and is neither matched nor missing', () => {
  const definitions = [
    { name: 'listSecrets', description: 'Lists secrets and their values.' },
    { name: 'namesOfSecrets', description: 'Lists secrets without their values.' },
  ]
  const registry = registryOf(definitions)
  assert.deepEqual(namesOf(registry.search('lists secrets and their values')), ['listSecrets', 'namesOfSecrets'])
  const { hits } = registry.search('secrets without values', { explain: true })
  assert.deepEqual(namesOf({ hits }), ['namesOfSecrets', 'listSecrets'])
  assert.deepEqual([hits[0].matched, hits[0].missing], [['secrets', 'values'], []])
  const { word, found, how, field, share } = hits[0].why.words.at(-1)
  assert.deepEqual([word, found, how, field], ['without', 'without', 'said', 'summary'])
  assert.ok(share > 0 && hits[1].why.words.every((one) => one.word !== 'without'))
  assert.deepEqual(registry.search('without').hits, [])
  assert.equal(registry.search('secrets without withdrawal').total, 2)
})

/** Questions after things, and whether a list is meant. */
const QUESTIONS = {
  'which invoices are open': true,
  'what secrets do we have': true,
  'whose tickets are late': true,
  'which invoice is open': false,
  'what is the status of this invoice': false,
}

for (const [query, isList] of Object.entries(QUESTIONS))
  test(`"${query}" asks for ${isList ? 'a list' : 'one thing'}`, () => {
    const registry = registryOf([{ name: 'listAll', description: 'Lists invoices, secrets and tickets, by status.' }])
    const [hit] = registry.search(query, { explain: true }).hits
    const { factor } = hit.why.factors.find(({ name }) => name === 'intent')
    assert.equal(factor > 1.2, isList)
  })

test('a hit says what it is and which words it has', () => {
  const registry = registryOf()
  const { revision, query, total, hits } = registry.search('list invoices in euro')
  const { score, coverage, ...rest } = hits[0]
  assert.deepEqual(
    { revision, query, total },
    { revision: registry.revision, query: ['list invoices in euro'], total: 2 },
  )
  assert.deepEqual(rest, {
    name: 'listInvoices',
    description: 'Lists all invoices of a customer.',
    source: 'code',
    category: 'billing',
    matched: ['list', 'invoices'],
    missing: ['euro'],
  })
  assert.ok(score > hits[1].score && coverage > 0.4 && coverage < 1)
  const frozen = registry.search('ticket')
  for (const part of [frozen, frozen.hits, frozen.hits[0], frozen.hits[0].matched, frozen.query])
    assert.ok(Object.isFrozen(part))
})

test('several phrasings of one need are one result', () => {
  const result = registryOf().search(['rocket', 'give money back', 'refund'])
  assert.deepEqual(namesOf(result), ['refund'])
  assert.deepEqual([result.hits[0].matched, result.hits[0].missing], [['refund'], []])
  assert.deepEqual(result.query, ['rocket', 'give money back', 'refund'])
  assert.equal(registryOf().search([]).total, 0)
})

test('the limit counts what the filter leaves, and the total has nothing else', () => {
  const registry = registryOf()
  const search = (options) => registry.search('ticket customer invoice', options)
  assert.equal(search({}).total, 4)
  const { total, hits } = search({ limit: 1, filter: { category: 'billing' } })
  assert.deepEqual([total, hits.length, hits[0].category], [2, 1, 'billing'])
  assert.deepEqual(namesOf(search({ filter: { predicate: ({ name }) => name === 'refund' } })), ['refund'])
  assert.equal(search({ minScore: 1_000 }).total, 0)
})

test('what a snapshot does not have leaves no trace in a search', () => {
  const hidden = { name: 'ticketVault', description: 'Keeps the ticket of a customer', tags: ['secret'] }
  const [open, whole] = [registryOf(), registryOf([...DEFINITIONS, hidden])]
  const filter = { predicate: ({ tags }) => !tags.includes('secret') }
  // The rarity of a word is that of the whole revision: scores differ, and nothing else.
  const strip = ({ hits, ...found }) => ({
    ...found,
    revision: 0,
    hits: hits.map(({ score: _score, coverage: _coverage, ...hit }) => hit),
  })
  const turn = whole.snapshot({ filter })
  for (const query of ['ticket', 'vault', 'ticketVault', 'customer'])
    assert.deepEqual(strip(turn.search(query)), strip(open.search(query)), query)
  whole.replace({ ...hidden, description: 'Other', execute: () => 'x' })
  assert.equal(turn.search('ticket').total, 2)
})

test('a snapshot answers from its revision, whatever the registry does', () => {
  const registry = registryOf()
  const turn = registry.snapshot()
  registry.unregister('refund')
  registry.register({ name: 'reimburse', description: 'Refund of money', execute: () => 'x' })
  assert.deepEqual([namesOf(turn.search('money')), namesOf(registry.search('money'))], [['refund'], ['reimburse']])
  turn.release()
  assert.throws(() => turn.search('money'), { code: 'CLOSED' })
  registry.close()
  assert.throws(() => registry.search('money'), { code: 'CLOSED' })
})

test('a disabled tool is not found', () => {
  const registry = registryOf([])
  const handle = registry.register({ name: 'refund', description: 'd', execute: () => 'x' })
  handle.disable()
  assert.equal(registry.search('refund').total, 0)
})

test('with a target, names are wire names, and what it refuses is left out', () => {
  const clash = { type: 'object', properties: { p: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }
  const registry = registryOf([
    { name: 'crm.find', description: 'Finds customers' },
    { name: 'refused', description: 'Finds customers', inputSchema: clash },
  ])
  assert.deepEqual(
    registry.offer('gemini').quarantined.map(({ name }) => name),
    ['refused'],
  )
  const { total, hits } = registry.search('customers', { target: 'gemini' })
  assert.deepEqual([total, hits[0].name, registry.resolve(hits[0].name, 'gemini')], [1, 'crm_find', 'crm.find'])
  assert.equal(registry.search('customers').total, 2)
})

test('a name as the query comes first, whatever it is', () => {
  const names = ['constructor', '__proto__', 'toString', '123', 'the', 'a.b', 'hasOwnProperty']
  const registry = registryOf([
    ...names.map((name) => ({ name: `other_${names.indexOf(name)}`, description: `${name} ${name}` })),
    ...names.map((name) => ({ name, description: 'd' })),
  ])
  for (const name of names) assert.equal(registry.search(name.toUpperCase()).hits[0].name, name)
})

test('descriptions in hits have no hidden and no control characters', () => {
  const registry = registryOf([{ name: 'pay', description: 'Pays\u200B it\u0007\nnow\u202E, at once' }])
  assert.equal(registry.search('pay').hits[0].description, 'Pays it now, at once')
})

const HOSTILE = {
  'regular expression': '.*(ticket|[a-z]+$)\\',
  emoji: '🎫🎫 ticket',
  'lone surrogates': '\ud800 ticket \udc00',
  'one letter 500 times': 'a'.repeat(500),
  'control characters': '\u0000\u0007 ticket\u2028',
  'prototype names': '__proto__ constructor ticket',
}

for (const [name, query] of Object.entries(HOSTILE))
  test(`a hostile query is words like others: ${name}`, () => {
    const { total } = registryOf().search(query)
    assert.equal(total, query.includes('ticket') ? 2 : 0)
  })

const WRONG = [undefined, null, 7, true, {}, [7], [null], ['a', ['b']], () => 'ticket', Symbol('s'), 1n, new Date(NaN)]

test('a query of another type is an error of the caller', () => {
  for (const query of WRONG) assert.throws(() => registryOf().search(query), { code: 'INVALID_OPTIONS' }, String(query))
})

test('a query over the limits is an error, and costs no search', () => {
  const registry = registryOf()
  for (const query of ['ticket '.repeat(150_000), ['a'.repeat(501)], Array(6).fill('a'), '🎫'.repeat(501)])
    assert.throws(() => registry.search(query), { code: 'LIMIT_EXCEEDED' })
  assert.equal(registry.search('🎫'.repeat(500)).total, 0)
})

test('options are checked', () => {
  const registry = registryOf()
  for (const options of [
    { limit: 0 },
    { limit: 51 },
    { limit: 1.5 },
    { limit: '5' },
    { minScore: -1 },
    { minScore: 'x' },
    { target: 'nobody' },
    { filter: { colour: 'red' } },
    { filter: 7 },
    { most: 3 },
    7,
    'limit',
  ])
    assert.throws(() => registry.search('ticket', options), { code: 'INVALID_OPTIONS' }, JSON.stringify(options))
  const throwing = {
    get limit() {
      throw new Error('no')
    },
  }
  assert.throws(() => registry.search('ticket', throwing), { code: 'INVALID_OPTIONS' })
  assert.equal(registry.search('ticket', { limit: 50 }).hits.length, 2)
})

test('a description of ten megabytes is searched in its first part alone', () => {
  const registry = new ToolRegistry({ limits: { definitionBytes: 20 << 20 } })
  registry.register({ name: 'long', description: `needle ${'hay '.repeat(2_500_000)} thimble`, execute: () => 'x' })
  assert.deepEqual([registry.search('needle').total, registry.search('thimble').total], [1, 0])
  assert.equal([...registry.search('hay').hits[0].description].length, 200)
})
