// searchAsync: an embedding model of the program beside the words, and everything that it may do wrong.
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'

const TOOLS = [
  { name: 'forecast', title: 'Weather', description: 'Tells the weather. Of a city.', category: 'sky' },
  { name: 'refund', description: 'Returns money for an invoice.', category: 'billing' },
  { name: 'transfer', description: 'Moves funds.', category: 'billing' },
  { name: 'measure', description: 'Weighs a parcel.' },
]
const SENSES = [/weather|umbrella|rain/i, /money|funds|cash/i, /parcel/i]

const vectorOf = (text) => Float32Array.from(SENSES, (sense) => (sense.test(text) ? 1 : 0))

/** An embedder that keeps what it was asked. */
function embedder(answer = (texts) => texts.map(vectorOf)) {
  const asked = []
  const embed = async (texts, options) => {
    asked.push(texts)
    return answer(texts, options)
  }
  return { asked, embed }
}

function registryOf(embed, { tools = TOOLS, ...options } = {}) {
  const registry = createTestRegistry({ search: { embed, ...options } })
  const faults = []
  registry.on('searchFault', (fault) => faults.push(fault))
  for (const one of tools) registry.register({ ...one, execute: () => 'done' })
  return { registry, faults }
}

/** Waits until nothing runs in the background: all answers of these tests come within a turn. */
async function settled() {
  for (let turns = 0; turns < 20; turns++) await turn()
}

const namesOf = ({ hits }) => hits.map(({ name }) => name)

test('a tool that says the same in other words is found, and its words are told as missing', async () => {
  const { registry } = registryOf(embedder().embed)
  await settled()
  const { hits, total, revision, query } = await registry.searchAsync('umbrella', { limit: 2, explain: true })
  assert.deepEqual([hits[0].name, hits[0].coverage, hits[0].missing], ['forecast', 0, ['umbrella']])
  assert.deepEqual([total, revision, query], [4, registry.revision, ['umbrella']])
  assert.equal(registry.search('umbrella').total, 0)
  assert.ok(Object.isFrozen(hits[0].why.factors))
})

test('the parts of each score give the score, with the cosine among them', async () => {
  const { registry } = registryOf(embedder().embed)
  await settled()
  for (const query of ['money', 'move cash', 'refund', ['rain', 'parcel'], 'weather of a city'])
    for (const { score, why } of (await registry.searchAsync(query, { explain: true, limit: 50 })).hits) {
      const sum = why.words.length === 0 ? 1 : why.words.reduce((all, { share }) => all + share, 0)
      const product = why.factors.reduce((all, { factor }) => all * factor, sum)
      assert.ok(Math.abs(product - score) < 1e-4, JSON.stringify({ query, score, why }))
      assert.ok(score >= 0 && score <= 2)
    }
  const [{ why }] = (await registry.searchAsync('money', { explain: true })).hits
  assert.ok(why.factors.some(({ name }) => name === 'cosine'))
})

test('the model gets what a hit may show, and the phrasings of queries, and nothing else', async () => {
  const secret = {
    name: 'vault',
    description: 'Opens it. Only with the key of the owner.',
    aliases: ['strongroom'],
    tags: ['private'],
    inputSchema: { type: 'object', properties: { combination: { type: 'string', description: 'hidden digits' } } },
  }
  const { asked, embed } = embedder()
  const { registry } = registryOf(embed, { tools: [...TOOLS, secret] })
  registry.register({ name: 'off', description: 'Not shown', execute: () => 'x' }).disable()
  await settled()
  assert.deepEqual(asked, [
    [
      'forecast\nWeather\nTells the weather.\nsky',
      'refund\nReturns money for an invoice.\nbilling',
      'transfer\nMoves funds.\nbilling',
      'measure\nWeighs a parcel.',
      'vault\nOpens it.',
    ],
  ])
  await registry.searchAsync(['umbrella', ' ', 'cash'])
  assert.deepEqual(asked[1], ['umbrella', 'cash'])
  await registry.searchAsync('')
  assert.equal(asked.length, 2)
})

test('tools are embedded 64 at a time, one batch after the other, and the same text never twice', async () => {
  let [open, most] = [0, 0]
  const { asked, embed } = embedder(async (texts) => {
    most = Math.max(most, ++open)
    await turn()
    open--
    return texts.map(() => [1, 2])
  })
  const tools = Array.from({ length: 150 }, (_, at) => ({ name: `tool${at}`, description: 'd' }))
  const { registry } = registryOf(embed, { tools })
  await settled()
  assert.deepEqual([asked.map(({ length }) => length), most], [[64, 64, 22], 1])
  registry.replace({ ...tools[3], tags: ['new'], inputSchema: { type: 'object' }, execute: () => 'x' })
  registry.unregister('tool4')
  registry.register({ ...tools[4], execute: () => 'x' })
  registry.replace({ ...tools[5], description: 'e', execute: () => 'x' })
  await settled()
  assert.deepEqual(asked.slice(3), [['tool5\ne']])
})

test('a model that is slow for tools leaves them the score of their words', async () => {
  const { registry } = registryOf((texts) => (texts[0] === 'cash' ? [[1, 0]] : new Promise(() => {})))
  await settled()
  assert.deepEqual(await registry.searchAsync('money'), registry.search('money'))
})

test('the weight is the share of the vectors', async () => {
  // By words `refund` is first; the model means `transfer`.
  const model = (texts) => texts.map((text) => (/^transfer|^invoice/.test(text) ? [1, 0] : [0, 1]))
  const first = async (weight) => {
    const { registry } = registryOf(model, { weight })
    await settled()
    return (await registry.searchAsync('invoice')).hits[0].name
  }
  assert.deepEqual([await first(0), await first(0.3), await first(1)], ['refund', 'refund', 'transfer'])
})

test('a tool whose name is the query stays first', async () => {
  const { registry } = registryOf((texts) => texts.map((text) => (text.startsWith('measure') ? [0, 1] : [1, 0])), {
    weight: 1,
  })
  await settled()
  assert.equal(namesOf(await registry.searchAsync('MEASURE'))[0], 'measure')
})

test('filters, rights and targets come before everything', async () => {
  const { registry } = registryOf(embedder().embed)
  await settled()
  const billing = await registry.searchAsync('umbrella', { filter: { category: 'billing' }, limit: 50 })
  assert.deepEqual([namesOf(billing).sort(), billing.total], [['refund', 'transfer'], 2])
  const turn = registry.snapshot({ filter: { predicate: ({ name }) => name !== 'forecast' } })
  assert.ok(!namesOf(await turn.searchAsync('umbrella')).includes('forecast'))
  const clash = { type: 'object', properties: { p: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }
  registry.register({ name: 'rain', description: 'Rain', inputSchema: clash, execute: () => 'x' })
  await settled()
  const names = async (target) => namesOf(await registry.searchAsync('umbrella', { target }))
  assert.deepEqual([(await names()).includes('rain'), (await names('gemini')).includes('rain')], [true, false])
  assert.equal((await registry.searchAsync('the of to')).total, 0)
  assert.ok((await registry.searchAsync('umbrella', { minScore: 0.2 })).hits.every(({ score }) => score >= 0.2))
})

test('a search holds its revision while the model thinks', async () => {
  let answer
  const { registry } = registryOf((texts) =>
    texts[0] === 'umbrella'
      ? new Promise((resolve) => (answer = () => resolve([vectorOf('rain')])))
      : texts.map(vectorOf),
  )
  await settled()
  const [revision, found] = [registry.revision, registry.searchAsync('umbrella')]
  await settled()
  registry.unregister('forecast')
  answer()
  const result = await found
  assert.deepEqual([result.revision, result.hits[0].name], [revision, 'forecast'])
})

const never = () => new Promise(() => {})
const failing = () => {
  throw new Error('no model')
}

/** What a model does for a query, and the reason of the event. */
const FAULTS = {
  'throws at once': [failing, 'failed'],
  rejects: [() => Promise.reject(new Error('quota')), 'failed'],
  'throws undefined': [() => Promise.reject(undefined), 'failed'],
  'gives nothing': [() => undefined, 'invalid'],
  'gives a text': [() => 'vectors', 'invalid'],
  'gives too few': [() => [], 'invalid'],
  'gives too many': [() => [vectorOf('a'), vectorOf('b')], 'invalid'],
  'gives another dimension': [() => [[1, 2]], 'invalid'],
  'gives NaN': [() => [[1, NaN, 0]], 'invalid'],
  'gives infinity': [() => [[1, 0, 1e300]], 'invalid'],
  'gives texts': [() => [['1', '2', '3']], 'invalid'],
  'gives symbols': [() => [[Symbol('a'), 1n, {}]], 'invalid'],
  'gives an empty vector': [() => [[]], 'invalid'],
  'gives a huge vector': [() => [Object.assign([], { length: 1e9 })], 'invalid'],
  'gives bytes of a buffer': [() => [new DataView(new ArrayBuffer(12))], 'invalid'],
  'gives a list that throws': [() => new Proxy([], { get: failing }), 'failed'],
}

for (const [name, [answer, reason]] of Object.entries(FAULTS))
  test(`a model that ${name} leaves the hits by words, one event, and no storm`, async () => {
    let [queries, isBroken] = [0, true]
    const embed = (texts) => {
      if (texts.length > 1) return texts.map(vectorOf)
      queries++
      return isBroken ? answer() : texts.map(vectorOf)
    }
    const { registry, faults } = registryOf(embed)
    await settled()
    for (let search = 0; search < 5; search++)
      assert.deepEqual(await registry.searchAsync('money'), registry.search('money'))
    assert.deepEqual([queries, faults.length, faults[0].phase, faults[0].reason], [1, 1, 'query', reason])
    assert.ok(Object.isFrozen(faults[0]) && 'error' in faults[0])
    isBroken = false
    await registry.clock.advance(29_999)
    await registry.searchAsync('umbrella')
    assert.equal(queries, 1)
    await registry.clock.advance(1)
    assert.deepEqual([namesOf(await registry.searchAsync('umbrella'))[0], queries, faults.length], ['forecast', 2, 1])
  })

test('a model that is late leaves the hits by words, and is told to stop', async () => {
  const signals = []
  const { registry, faults } = registryOf((texts, { signal }) => {
    if (texts.length > 1) return texts.map(vectorOf)
    signals.push(signal)
    return never()
  })
  await settled()
  const searches = [registry.searchAsync('money', { timeoutMs: 200 }), registry.searchAsync('money')]
  await registry.clock.advance(199)
  assert.deepEqual([faults.length, signals[0].aborted], [0, false])
  await registry.clock.advance(1)
  assert.deepEqual(await searches[0], registry.search('money'))
  await registry.clock.advance(800)
  assert.deepEqual(await searches[1], registry.search('money'))
  assert.deepEqual(
    [faults.map(({ reason }) => reason), signals.map(({ aborted }) => aborted)],
    [['late'], [true, true]],
  )
})

test('a model that fails for tools is one event, and is asked again by a search after the pause', async () => {
  let isBroken = true
  const { asked, embed } = embedder((texts) => (isBroken ? failing() : texts.map(vectorOf)))
  const { registry, faults } = registryOf(embed)
  await settled()
  for (let more = 0; more < 5; more++) {
    registry.register({ name: `more${more}`, description: 'm', execute: () => 'x' })
    await settled()
    assert.deepEqual(await registry.searchAsync('money'), registry.search('money'))
  }
  assert.deepEqual([asked.length, faults.map(({ phase }) => phase)], [1, ['tools']])
  isBroken = false
  await registry.clock.advance(30_000)
  await settled()
  assert.equal(asked.length, 1)
  await registry.searchAsync('money')
  await settled()
  assert.equal(asked[1].length, 9)
  assert.equal(namesOf(await registry.searchAsync('umbrella'))[0], 'forecast')
})

test('a signal cancels a search with its reason, and is no fault of the model', async () => {
  const { registry, faults } = registryOf((texts) => (texts.length > 1 ? texts.map(vectorOf) : never()))
  await settled()
  const [controller, reason] = [new AbortController(), new Error('not needed')]
  const search = registry.searchAsync('money', { signal: controller.signal })
  await settled()
  controller.abort(reason)
  await assert.rejects(search, (error) => error === reason)
  await assert.rejects(
    registry.searchAsync('money', { signal: AbortSignal.abort(reason) }),
    (error) => error === reason,
  )
  assert.deepEqual(faults, [])
})

test('without a model, searchAsync is search in a promise', async () => {
  const registry = new ToolRegistry()
  for (const one of TOOLS) registry.register({ ...one, execute: () => 'done' })
  for (const options of [undefined, { limit: 1, explain: true }, { filter: { category: 'billing' } }]) {
    assert.deepEqual(await registry.searchAsync('money', options), registry.search('money', options))
    assert.deepEqual(await registry.snapshot().searchAsync('money', options), registry.search('money', options))
  }
  assert.ok(Object.isFrozen(await registry.searchAsync('money')))
})

test('wrong arguments reject, and no model is asked', async () => {
  const { asked, embed } = embedder()
  const { registry } = registryOf(embed)
  await settled()
  const wrong = [
    { timeoutMs: 0 },
    { timeoutMs: '1' },
    { signal: {} },
    { limit: 0 },
    { more: 1 },
    { minScore: 'x' },
    7,
    null,
  ]
  for (const options of wrong)
    await assert.rejects(registry.searchAsync('money', options), { code: 'INVALID_OPTIONS' }, JSON.stringify(options))
  for (const query of [undefined, 7, [7]])
    await assert.rejects(registry.searchAsync(query), { code: 'INVALID_OPTIONS' })
  await assert.rejects(registry.searchAsync('a'.repeat(501)), { code: 'LIMIT_EXCEEDED' })
  assert.equal(asked.length, 1)
  const turn = registry.snapshot()
  turn.release()
  await assert.rejects(turn.searchAsync('money'), { code: 'CLOSED' })
  registry.close()
  await assert.rejects(registry.searchAsync('money'), { code: 'CLOSED' })
})

test('a closed registry asks no model any more, and tells it to stop', async () => {
  const signals = []
  const { registry, faults } = registryOf((_texts, { signal }) => {
    signals.push(signal)
    return never()
  })
  await settled()
  registry.close()
  await settled()
  assert.deepEqual([signals.map(({ aborted }) => aborted), faults], [[true], []])
})

test('vectors of another realm, and lists of numbers, are taken; the model is called on its options', async () => {
  class Search {
    #kinds = 0
    embed(texts) {
      const list = texts.map((text) => [...vectorOf(text)])
      const kind = ['Float32Array', 'Float64Array', 'Array'][this.#kinds++ % 3]
      return runInNewContext(`list.map((one) => ${kind}.from(one))`, { list })
    }
    get kinds() {
      return this.#kinds
    }
  }
  const search = new Search()
  const registry = new ToolRegistry({ search })
  for (const one of TOOLS) {
    registry.register({ ...one, execute: () => 'done' })
    await settled()
  }
  assert.equal(namesOf(await registry.searchAsync('umbrella'))[0], 'forecast')
  assert.equal(search.kinds, 5)
})
