// The catalog of a planner by a query: what a search finds, in its order, within the filter and the mode.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusal, registryOf } from './support/tools.mjs'

const rack = () =>
  registryOf(
    { name: 'createTicket', description: 'Opens a ticket', category: 'external' },
    { name: 'closeTicket', description: 'Ends a ticket', tags: ['client'] },
    { name: 'refund', description: 'Returns money', category: 'external' },
    { name: 'purgeTicket', description: 'Deletes a ticket', category: 'internal' },
    ...Array.from({ length: 60 }, (_, i) => ({ name: `note${i}`, description: 'Keeps a memo', category: 'external' })),
  )
const names = (entries) => entries.map(({ name }) => name)

test('a catalog with a query has the hits of a search, as entries of a catalog', () => {
  const registry = rack()
  const entries = registry.catalog({ query: 'close the ticket' })
  assert.equal(entries[0].name, 'closeTicket')
  const { hits } = registry.search('close the ticket', { limit: 20 })
  assert.deepEqual(names(entries), names(hits))
  const all = new Map(registry.catalog().map((entry) => [entry.name, entry]))
  for (const entry of entries) assert.deepEqual(entry, all.get(entry.name))
  assert.ok(Object.isFrozen(entries) && Object.isFrozen(entries[0].parameters))
})

for (const [what, options, expected] of [
  ['externalOnly', { query: 'ticket', mode: 'externalOnly' }, ['closeTicket', 'createTicket']],
  ['a filter', { query: 'ticket', filter: { category: 'internal' } }, ['purgeTicket']],
  ['both', { query: 'ticket', mode: 'externalOnly', filter: { tags: 'client' } }, ['closeTicket']],
  ['names', { query: 'ticket', mode: 'externalOnly', filter: { names: ['purgeTicket', 'refund'] } }, []],
  [
    'a predicate',
    { query: 'ticket', filter: { predicate: ({ name }) => name.startsWith('c') } },
    ['closeTicket', 'createTicket'],
  ],
])
  test(`${what} narrows what is searched`, () => {
    assert.deepEqual(names(rack().catalog(options)).toSorted(), expected)
  })

test('filter and mode come before the limit, which is 20 where none is given', () => {
  const registry = rack()
  assert.equal(registry.catalog({ query: 'memo' }).length, 20)
  assert.equal(registry.catalog({ query: 'memo', limit: 50 }).length, 50)
  const hidden = { query: 'ticket memo', limit: 1, filter: { category: 'internal' } }
  assert.deepEqual(names(registry.catalog(hidden)), ['purgeTicket'])
})

test('a filtered snapshot finds its own tools alone, and a snapshot those of its revision', () => {
  const registry = rack()
  const turn = registry.snapshot({ filter: { category: 'external' } })
  assert.deepEqual(names(turn.catalog({ query: 'ticket' })), ['createTicket'])
  const before = registry.snapshot()
  registry.unregister('closeTicket')
  assert.equal(before.catalog({ query: 'close ticket', limit: 1 })[0].name, 'closeTicket')
  assert.ok(!names(registry.catalog({ query: 'close ticket' })).includes('closeTicket'))
})

test('several phrasings are one query, and one without a word finds nothing', () => {
  const registry = rack()
  assert.equal(registry.catalog({ query: ['refund', 'returns money'] })[0].name, 'refund')
  for (const query of ['', 'the of', []]) assert.deepEqual(registry.catalog({ query }), [])
  assert.equal(registry.catalog({ query: undefined }).length, 64)
})

for (const [what, options, code] of [
  ['a limit without a query', { limit: 5 }, 'INVALID_OPTIONS'],
  ['a limit of 0', { query: 'x', limit: 0 }, 'INVALID_OPTIONS'],
  ['a limit of 51', { query: 'x', limit: 51 }, 'INVALID_OPTIONS'],
  ['a limit that is a text', { query: 'x', limit: '5' }, 'INVALID_OPTIONS'],
  ['a query that is a number', { query: 5 }, 'INVALID_OPTIONS'],
  ['a query that is an object', { query: { 0: 'x' } }, 'INVALID_OPTIONS'],
  ['a list with a number', { query: ['x', 5] }, 'INVALID_OPTIONS'],
  ['a target', { query: 'x', target: 'anthropic' }, 'INVALID_OPTIONS'],
  ['a query of 501 characters', { query: 'x'.repeat(501) }, 'LIMIT_EXCEEDED'],
  ['a query of 1 MB', { query: 'x '.repeat(500_000) }, 'LIMIT_EXCEEDED'],
  ['six phrasings', { query: Array(6).fill('x') }, 'LIMIT_EXCEEDED'],
])
  test(`${what} is ${code}`, async () => {
    assert.equal((await refusal(() => rack().catalog(options))).code, code)
  })

test('a getter of the options that throws is an error of the options', async () => {
  const options = {
    get query() {
      throw new Error('no')
    },
  }
  assert.equal((await refusal(() => rack().catalog(options))).code, 'INVALID_OPTIONS')
})
