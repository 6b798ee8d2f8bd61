// The bench of searches: its made tools, its measures, and the recall that it recorded last.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { SpecLoader, ToolRegistry } from '../lib/index.js'
import { NOUNS, documentsOf, exchangeNouns, madeTools, textOf } from '../bench/lib/made-tools.mjs'
import { fallen, recorded } from '../bench/lib/search-figures.mjs'
import { findKnown, knownItems, readable, wordsOf } from '../bench/lib/search-known-items.mjs'
import { ceilingOf, figuresOf, rankOf, recallAt, reciprocalRank } from '../bench/lib/search-metrics.mjs'
import { toolrackFinder } from '../bench/lib/search-peers.mjs'
import { REQUESTS, WAYS, askAll, askPhrasings, recallOf, requestsOf } from '../bench/lib/search-requests.mjs'
import { loadSet, operationsOf } from '../bench/lib/search-set.mjs'
import { SETTINGS, bestOf, leaveOneOut, meanOver, measureSettings } from '../bench/lib/search-settings.mjs'

const operation = (method, path, operationId, description, ...names) => ({
  source: 'acme',
  method,
  path,
  operationId,
  description,
  category: 'users',
  parameters: names.map((name) => ({ name, description: `The ${name}`, type: 'string' })),
})
const ORIGINALS = [
  operation('GET', '/users', 'listUsers', 'List users\n\nLists all users of Acme.', 'filter'),
  operation('GET', '/users/{user_id}', 'getUser', 'Get a user', 'user_id'),
  operation('POST', '/teams/{team_id}/invoices', 'createInvoice', 'Create an invoice', 'team_id', 'price', 'coupon'),
  operation('DELETE', '/folders/{folder_id}', 'deleteFolder', 'Delete a FOLDER with its documents', 'folder_id'),
]

describe('made tools', () => {
  it('are as many as asked for, and no two have the same text', () => {
    const made = madeTools(ORIGINALS, { count: 50 })
    assert.equal(made.length, 50)
    assert.equal(new Set([...ORIGINALS, ...made].map(textOf)).size, 54)
  })

  it('are the same for the same seed, and others for another', () => {
    const [one, same, other] = [3, 3, 4].map((seed) => madeTools(ORIGINALS, { count: 20, seed }))
    assert.deepEqual(one, same)
    assert.notDeepEqual(one.map(textOf), other.map(textOf))
  })

  it('do not name the source that they are made of', () => {
    const made = madeTools(ORIGINALS, { count: 50 })
    assert.deepEqual(
      made.filter((tool) => /acme/i.test(JSON.stringify(tool))),
      [],
    )
  })

  it('load as documents, each as a tool with its arguments', async () => {
    const made = madeTools(ORIGINALS, { count: 30 })
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    for (const [source, document] of documentsOf(made)) await loader.load(document, { name: source, namespace: source })
    const operations = operationsOf(registry)
    const argumentsOf = (name) => Object.keys(registry.get(name).inputSchema.properties ?? {}).sort()
    const loaded = registry.list().map((name) => [operations.get(name).path, ...argumentsOf(name)].join())
    const expected = made.map(({ path, parameters }) => [path, ...parameters.map(({ name }) => name).sort()].join())
    assert.deepEqual(loaded.sort(), expected.sort())
    registry.close()
  })

  it('cannot be made of tools without a noun', () => {
    const nounless = [operation('GET', '/', 'get', 'Reads', 'x')].map((tool) => ({ ...tool, category: undefined }))
    assert.throws(() => madeTools(nounless, { count: 5 }), /none has a noun/)
  })

  it('take each noun from one kind alone, so that no two become the same', () => {
    const nouns = Object.values(NOUNS).flatMap((kind) => kind.split(' '))
    assert.equal(new Set(nouns).size, nouns.length)
  })

  const words = new Map([
    ['user', 'courier'],
    ['users', 'couriers'],
  ])
  for (const [text, becomes] of [
    ['listUsers', 'listCouriers'],
    ['/users/{user_id}', '/couriers/{courier_id}'],
    ['USER', 'COURIER'],
    ['A User is no superuser', 'A Courier is no superuser'],
  ])
    it(`have ${becomes} for ${text}`, () => assert.equal(exchangeNouns(text, words), becomes))
})

describe('measures of a search', () => {
  const accept = [{ source: 'acme', method: 'GET', path: '/users', operationId: 'listUsers' }]
  const operations = new Map([
    ['right', accept[0]],
    ['elsewhere', { ...accept[0], source: 'other' }],
    ['posting', { ...accept[0], method: 'POST' }],
    ['renamed', { ...accept[0], operationId: 'users' }],
  ])
  for (const [names, rank] of [
    [['right'], 1],
    [['elsewhere', 'posting', 'right'], 3],
    [['elsewhere', 'posting', 'renamed', 'unknown'], 0],
    [[], 0],
  ])
    it(`rank ${JSON.stringify(names)} ${rank}`, () => assert.equal(rankOf(names, accept, operations), rank))

  it('are shares of all requests, the missed ones too', () => {
    const ranks = [1, 2, 0, 5, 10]
    assert.deepEqual(
      [1, 5, 10].map((most) => recallAt(ranks, most)),
      [0.2, 0.6, 0.8],
    )
    assert.ok(Math.abs(reciprocalRank(ranks) - (1 + 1 / 2 + 1 / 5 + 1 / 10) / 5) < 1e-12)
    assert.equal(figuresOf(ranks).requests, 5)
  })

  it('have a ceiling where more than ten tools hold all words', () => {
    assert.equal(ceilingOf([1, 10]), 1)
    assert.equal(ceilingOf([20, 40]), 0.375)
  })

  it('average over documents, however many requests each has', () => {
    const row = (document, rank) => ({ document, kind: 'plain', ranks: { source: rank } })
    const rows = [row('a', 1), row('a', 1), row('a', 1), row('b', 0)]
    const { all, meanOfDocuments, documents } = recallOf(rows, 'source')
    assert.deepEqual([all.recall5, meanOfDocuments.recall5, documents.b.recall5], [0.75, 0.5, 0])
  })

  it('call recall fallen when it is more than three points lower', () => {
    const was = { requests: 50, recall1: 0.5, recall5: 0.8, mrr: 0.6 }
    assert.deepEqual(fallen(was, { requests: 50, recall1: 0.47, recall5: 0.77, mrr: 0.1 }), [])
    assert.deepEqual(fallen(was, { requests: 50, recall1: 0.5, recall5: 0.76, mrr: 0.6 }), [
      'recall5 fell from 80.0 % to 76.0 %',
    ])
  })
})

describe('known items', () => {
  const tools = Array.from({ length: 12 }, (_, i) => ({
    name: `tool_${i}`,
    operationId: i < 11 ? 'openLedger' : 'sealArchive',
    description: i < 11 ? 'Prints yellow paper' : 'Counts <b>purple</b> [stamps](https://acme.example/docs)',
    source: 'acme',
    path: '/things',
    parameters: [],
  }))

  it('are the same in every run, of three words of the description and one of the name', () => {
    const items = knownItems(tools, { draws: 40 })
    assert.deepEqual(items, knownItems(tools, { draws: 40 }))
    assert.equal(items.length, 40)
    for (const { name, query } of items) {
      const { operationId, description } = tools.find((tool) => tool.name === name)
      const words = query.split(' ')
      assert.deepEqual(words.slice(0, 3).sort(), wordsOf(readable(description)).sort())
      assert.ok(wordsOf(operationId).includes(words[3]))
    }
  })

  it('know how many tools hold all four words', () => {
    const holders = new Map(knownItems(tools, { draws: 40 }).map((item) => [item.name, item.holders]))
    assert.equal(holders.get('tool_11'), 1)
    assert.equal(holders.get('tool_0'), 11)
    const elsewhere = { name: 'other', source: 'stamps', path: '/seal/purple', description: '' }
    const more = [...tools, { ...elsewhere, parameters: [{ name: 'archive_counts' }] }]
    const items = knownItems(more, { draws: 40 }).filter(({ name }) => name === 'tool_11')
    assert.deepEqual([...new Set(items.map((item) => item.holders))], [2])
  })

  it('are words that a person reads', () => {
    const read = {
      'A <a href="https://acme.example/x">link</a>, [one](https://acme.example/y) more': 'A  link , [one]  more',
      'See https://acme.example/docs for a < b': 'See   for a < b',
      plain: 'plain',
    }
    for (const [description, expected] of Object.entries(read)) assert.equal(readable(description), expected)
  })

  it('are a share of what can be found at all', async () => {
    const items = [
      { name: 'a', query: 'a', holders: 1 },
      { name: 'b', query: 'b', holders: 20 },
    ]
    const found = await findKnown((query) => (query === 'a' ? ['x', 'a'] : []), items)
    assert.deepEqual(found, { draws: 2, recall10: 0.5, ceiling: 0.75, share: 2 / 3 })
  })
})

describe('phrasings of a request', () => {
  const accept = [{ method: 'GET', path: '/users', operationId: 'listUsers' }]
  const request = { query: 'who is here', document: 'acme', kind: 'synonym', accept }
  const operations = new Map([['right', { source: 'acme', ...accept[0] }]])

  it('are asked in place of its text, with the name of the document in each where no source is given', async () => {
    const asked = []
    const finder = (query, { source }) => {
      asked.push([query, source])
      return source === undefined ? ['other', 'right'] : ['right']
    }
    const queries = [{ ...request, phrasings: ['list users', 'get members'] }, request]
    const rows = await askPhrasings(finder, operations, { queries }, new Set(['acme']))
    assert.deepEqual(asked, [
      [['list users', 'get members'], 'acme'],
      [['list users acme', 'get members acme'], undefined],
    ])
    assert.deepEqual(
      rows.map(({ query, ranks }) => [query, ranks]),
      [['who is here', { source: 1, all: 2 }]],
    )
  })

  it('are not asked where the document is not there', async () => {
    const queries = [{ ...request, phrasings: ['list users'] }]
    assert.deepEqual(await askPhrasings(assert.fail, operations, { queries }, new Set(['other'])), [])
  })

  const read = (one) => {
    const folder = mkdtempSync(join(tmpdir(), 'toolrack-requests-'))
    const file = join(folder, 'requests.json')
    writeFileSync(file, JSON.stringify({ documents: { acme: 'acme.json' }, queries: [one] }))
    try {
      return requestsOf(file)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it('are no part of the digest, which stands for recall of the requests by their text', () => {
    const { digest, queries } = read({ ...request, phrasings: ['list users'] })
    assert.equal(digest, read(request).digest)
    assert.deepEqual(queries[0].phrasings, ['list users'])
    assert.notEqual(digest, read({ ...request, query: 'who was here' }).digest)
  })

  for (const phrasings of [[], 'list users', [' '], [1], null, Array.from({ length: 6 }, () => 'list users')])
    it(`are an error as ${JSON.stringify(phrasings)}`, () =>
      assert.throws(() => read({ ...request, phrasings }), /queries\[0\]\.phrasings is not a list of 1 to 5 texts/))

  it('are three of each request of the repository, each other than the next', () => {
    const { queries } = requestsOf(REQUESTS)
    const wrong = queries.filter(({ phrasings }) => new Set(phrasings).size !== 3).map(({ query }) => query)
    assert.deepEqual(wrong, [])
  })
})

describe('weights of fields that are chosen on other documents', () => {
  const way = (recall5, mrr = 0.5) => ({ recall5, mrr })
  /** A setting by its recall of documents, alike both ways. */
  const setting = (name, recalls, mrr) => ({
    name,
    documents: Object.fromEntries(
      Object.entries(recalls).map(([document, recall5]) => [
        document,
        { requests: 10, source: way(recall5, mrr), all: way(recall5, mrr) },
      ]),
    ),
  })

  it('are those with the highest mean of the documents that they are chosen on', () => {
    const measured = [setting('defaults', { a: 0.8, b: 0.8 }), setting('other', { a: 0.6, b: 0.9 })]
    assert.equal(bestOf(measured, ['a', 'b']).name, 'defaults')
    assert.equal(bestOf(measured, ['b']).name, 'other')
  })

  it('count both ways', () => {
    const both = { name: 'both', documents: { a: { requests: 10, source: way(0.7), all: way(0.9) } } }
    assert.equal(bestOf([setting('defaults', { a: 0.75 }), both], ['a']).name, 'both')
    assert.equal(bestOf([setting('defaults', { a: 0.85 }), both], ['a']).name, 'defaults')
  })

  it('are decided by MRR where recall is the same, and are the defaults where all is', () => {
    const defaults = setting('defaults', { a: 0.8 })
    assert.equal(bestOf([defaults, setting('same', { a: 0.8 })], ['a']).name, 'defaults')
    assert.equal(bestOf([defaults, setting('ranks', { a: 0.8 }, 0.6)], ['a']).name, 'ranks')
    assert.equal(bestOf([defaults, setting('ranks', { a: 0.7 }, 0.9)], ['a']).name, 'defaults')
  })

  it('are not chosen by the document that they are measured on', () => {
    const measured = [
      setting('defaults', { a: 0.5, b: 0.5, c: 0.5 }),
      setting('of a', { a: 1, b: 0.4, c: 0.4 }),
      setting('of b and c', { a: 0.2, b: 0.7, c: 0.7 }),
    ]
    const { rows } = leaveOneOut(measured)
    assert.deepEqual(
      rows.map((row) => [row.document, row.setting, row.defaults.source.recall5, row.chosen.source.recall5]),
      [
        ['a', 'of b and c', 0.5, 0.2],
        ['b', 'of a', 0.5, 0.4],
        ['c', 'of a', 0.5, 0.4],
      ],
    )
  })

  it('have the mean of all left-out documents beside that of the defaults', () => {
    const measured = [setting('defaults', { a: 0.5, b: 0.75 }), setting('other', { a: 0.25, b: 1 })]
    const { rows, mean } = leaveOneOut(measured)
    assert.deepEqual(
      rows.map((row) => row.setting),
      ['other', 'defaults'],
    )
    assert.deepEqual([mean.defaults.all.recall5, mean.chosen.all.recall5], [0.625, 0.5])
  })

  it('are averaged over documents, however many requests each has', () => {
    const { a, b } = setting('defaults', { a: 1, b: 0.5 }).documents
    assert.equal(meanOver([{ ...a, requests: 99 }, b]).source.recall5, 0.75)
  })

  it('are the defaults first, and each field halved and doubled', () => {
    assert.deepEqual(SETTINGS[0], { name: 'defaults', fields: {} })
    const single = SETTINGS.filter(({ fields }) => Object.keys(fields).length === 1)
    const weights = new Map()
    for (const { fields } of single)
      for (const [field, weight] of Object.entries(fields)) weights.set(field, [...(weights.get(field) ?? []), weight])
    assert.ok([...weights.values()].every((own) => own.join() === '0.5,2'))
    assert.equal(new Set(SETTINGS.map(({ fields }) => JSON.stringify(fields))).size, SETTINGS.length)
  })

  it('are options of a registry', () => {
    for (const { fields } of SETTINGS) new ToolRegistry({ search: { fields } }).close()
  })

  it('are asked in a registry that has the same tools, and rank in another way', async () => {
    const { registry, loaded } = await loadSet('github', { again: true })
    const { queries } = requestsOf(REQUESTS)
    const file = { queries: queries.filter(({ document }) => document === 'github') }
    const rows = await askAll(toolrackFinder(registry), operationsOf(registry), file, new Set(['github']))
    registry.close()
    const { recall5, mrr, requests } = recallOf(rows, 'source').all
    const settings = [SETTINGS[0], { name: 'no summary', fields: { summary: 0 } }]
    const [defaults, other] = await measureSettings(loaded, [file], settings)
    assert.equal(defaults.documents.github.requests, requests)
    assert.deepEqual(defaults.documents.github.source, { recall5, mrr })
    assert.notDeepEqual(other.documents.github.source, { recall5, mrr })
  })
})

describe("recall of requests to GitHub's API", () => {
  it('is within three points of what the bench recorded last', async () => {
    const file = requestsOf(REQUESTS)
    const { digest, sets } = recorded()[file.name] ?? {}
    const again = 'record it: node --expose-gc bench/run.mjs search -- --sets github --no-speed --no-peers --record'
    assert.equal(digest, file.digest, `the requests are others than those of the recorded figures; ${again}`)
    const { registry } = await loadSet('github', {})
    const rows = await askAll(toolrackFinder(registry), operationsOf(registry), file, new Set(['github']))
    assert.ok(rows.length >= 10)
    const lines = WAYS.flatMap((way) =>
      fallen(sets.github[way], recallOf(rows, way).all).map((line) => `${way}: ${line}`),
    )
    assert.deepEqual(lines, [])
    registry.close()
  })
})
