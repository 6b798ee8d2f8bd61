// Which generations of modules are in use: by tools of any revision, by calls and streams, and by their importers.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

/** A line that notes the disposal of a module. */
const dispose = (what, how = 'export const dispose =') => `${how} () => { globalThis.gone.push('${what}') }\n`

/** Modules whose disposals are noted. */
const house = (t, files, options) => {
  globalThis.gone = []
  return modulesOf(t, files, options)
}

/** What is disposed so far, in its order. */
async function gone() {
  for (let i = 0; i < 3; i++) await turn()
  return globalThis.gone
}

const pool = (generation) => `export const query = () => ${generation}\n` + dispose(`pool ${generation}`)
const asking = (name, more = '') => moduleText(name, 'query()', `import { query } from './_pool.mjs'\n${more}`)

describe('C15: a module that another one imports', () => {
  test('is disposed when it is replaced', async (t) => {
    const { modules, registry, write } = house(t, { '_pool.mjs': pool(1), 'crm.mjs': asking('crm') })
    await modules.add('./crm.mjs')
    write({ '_pool.mjs': pool(2) })
    await modules.reload('crm')
    assert.deepEqual([await gone(), await registry.execute('crm', {})], [['pool 1'], 2])
    await modules.close()
    assert.deepEqual(await gone(), ['pool 1', 'pool 2'])
  })

  test('is kept while one of its importers is in use', async (t) => {
    const files = { '_pool.mjs': pool(1), 'a.mjs': asking('a', dispose('a')), 'b.mjs': asking('b', dispose('b')) }
    const { modules, registry, write } = house(t, files)
    await modules.add(['./a.mjs', './b.mjs'])
    write({ 'a.mjs': moduleText('a') })
    await modules.reload('a')
    assert.deepEqual([await gone(), await registry.execute('b', {})], [['a'], 1])
    await modules.remove('b')
    assert.deepEqual(await gone(), ['a', 'b', 'pool 1'])
  })

  test('that is a source itself is kept when that is removed, and is the same when it is added again', async (t) => {
    const files = { 'a.mjs': `export const id = {}\n` + moduleText('a', 'id') + dispose('a') }
    const { modules, registry } = house(t, { ...files, 'b.mjs': moduleText('b', 'id', `import { id } from './a.mjs'`) })
    await modules.add(['./a.mjs', './b.mjs'])
    const id = await registry.execute('a', {})
    await modules.remove('a')
    assert.deepEqual([await gone(), await registry.execute('b', {})], [[], id])
    await modules.add('./a.mjs')
    assert.equal(await registry.execute('a', {}), id)
    await modules.remove('b')
    assert.deepEqual(await gone(), [])
    await modules.remove('a')
    assert.deepEqual(await gone(), ['a'])
  })

  test('is disposed after its importers, and waits for the end of their disposal', async (t) => {
    const log = (what, wait = '') => `export const dispose = async () => { ${wait} globalThis.gone.push('${what}') }\n`
    const slow = 'await new Promise(setImmediate); await new Promise(setImmediate);'
    const { modules } = house(t, {
      '_base.mjs': log('base'),
      '_pool.mjs': `import './_base.mjs'\nexport const query = () => 1\n` + log('pool', slow),
      'crm.mjs': asking('crm', log('crm', slow)),
    })
    await modules.add('./crm.mjs')
    await modules.remove('crm')
    while (globalThis.gone.length < 3) await turn()
    assert.deepEqual(globalThis.gone, ['crm', 'pool', 'base'])
  })

  test('is disposed though the disposal of an importer throws', async (t) => {
    const thrown = `export const dispose = () => { throw new Error('cannot') }\n`
    const { modules, registry } = house(t, { '_pool.mjs': pool(1), 'crm.mjs': asking('crm', thrown) })
    const events = eventsOf(registry, 'listenerFailed')
    await modules.add('./crm.mjs')
    await modules.remove('crm')
    assert.deepEqual(await gone(), ['pool 1'])
    assert.match(events[0][1].event, /^dispose of .*crm\.mjs$/)
  })

  for (const [what, text] of Object.entries({
    'exports its disposal': `export { dispose } from './_pool.mjs'`,
    'exports all of it': `export * from './_pool.mjs'`,
    'has its disposal under its own name': `import { dispose as end } from './_pool.mjs'\nexport const dispose = end`,
  }))
    test(`is disposed once, and not by an importer that ${what}`, async (t) => {
      const files = { '_pool.mjs': pool(1), 'a.mjs': moduleText('a', 1, text), 'b.mjs': asking('b') }
      const { modules } = house(t, files)
      await modules.add(['./a.mjs', './b.mjs'])
      await modules.remove('a')
      assert.deepEqual(await gone(), [])
      await modules.remove('b')
      assert.deepEqual(await gone(), ['pool 1'])
    })

  test('at run time is disposed with its importer', async (t) => {
    const late = moduleText('crm', `(await import('./_' + 'pool.mjs')).query()`)
    const { modules, registry } = house(t, { '_pool.mjs': pool(1), 'crm.mjs': late })
    await modules.add('./crm.mjs')
    assert.equal(await registry.execute('crm', {}), 1)
    await modules.remove('crm')
    assert.deepEqual(await gone(), ['pool 1'])
  })

  test('as CommonJS is disposed as well', async (t) => {
    const cjs = `exports.query = () => 1; exports.dispose = () => { globalThis.gone.push('cjs') }`
    const text = moduleText('crm', 'pool.query()', `import pool from './pool.cjs'`)
    const { modules } = house(t, { 'pool.cjs': cjs, 'crm.mjs': text })
    await modules.add('./crm.mjs')
    await modules.remove('crm')
    assert.deepEqual(await gone(), ['cjs'])
  })
})

describe('C15: a generation is disposed', () => {
  const two = (generation, other = "{ type: 'object' }") =>
    moduleText('crm', generation, dispose(generation)) +
    moduleText('other', generation).replace("{ type: 'object' }", other)

  test('unless a tool of it is stale, whatever is loaded after it', async (t) => {
    const { modules, registry, write } = house(t, { 'crm.mjs': two(1) })
    await modules.add('./crm.mjs', { onError: 'skip' })
    for (const i of [2, 3, 4]) {
      write({ 'crm.mjs': two(i, '5') })
      assert.deepEqual((await modules.reload('crm')).stale, ['other'])
    }
    assert.deepEqual([await gone(), await registry.execute('other', {})], [['2', '3'], 1])
    write({ 'crm.mjs': two(5) })
    await modules.reload('crm')
    assert.deepEqual(await gone(), ['2', '3', '4', '1'])
  })

  test('unless a change of it is held, and the former one once that is approved', async (t) => {
    const { modules, registry, write } = house(t, { 'crm.mjs': two(1) })
    await modules.add('./crm.mjs', { gates: { breaking: 'hold' } })
    write({ 'crm.mjs': two(2, `{ type: 'object', properties: { x: { type: 'string' } }, required: ['x'] }`) })
    const { holdId, held } = await modules.reload('crm')
    assert.deepEqual([held, await gone()], [['other'], []])
    modules.approve(holdId)
    assert.deepEqual([await gone(), await registry.execute('other', { x: 'x' })], [['1'], 2])
  })

  test('unless a snapshot has its tools, until that is released', async (t) => {
    const { modules, registry, write } = house(t, { 'crm.mjs': two(1) })
    await modules.add('./crm.mjs')
    const snapshot = registry.snapshot()
    write({ 'crm.mjs': two(2) })
    await modules.reload('crm')
    assert.deepEqual([await gone(), await snapshot.execute('crm', {})], [[], 1])
    snapshot.release()
    assert.deepEqual(await gone(), ['1'])
  })

  test('when its tools were called before, and nothing is called after it', async (t) => {
    const { modules, registry, write } = house(t, { 'crm.mjs': two(1) })
    await modules.add('./crm.mjs')
    await registry.execute('crm', {})
    write({ 'crm.mjs': two(2) })
    await modules.reload('crm')
    assert.deepEqual(await gone(), ['1'])
  })

  test('when its tools are removed or replaced one by one by the program', async (t) => {
    const { modules, registry } = house(t, { 'crm.mjs': two(1) })
    await modules.add('./crm.mjs')
    registry.unregister('crm')
    assert.deepEqual(await gone(), [])
    registry.replace({ name: 'other', description: 'D', execute: () => 0 })
    assert.deepEqual(await gone(), ['1'])
  })

  test('where it threw after it had begun, and no part of it that had not', async (t) => {
    const { modules } = house(t, {
      'crm.mjs': dispose('crm', 'export const dispose =') + `import './_bad.mjs'\n` + moduleText('crm'),
      '_bad.mjs': `import './_good.mjs'\n${dispose('bad')}throw new Error('x')\n`,
      '_good.mjs': dispose('good'),
      'late.mjs': `throw new Error('x')\nexport const dispose = () => {}`,
    })
    await refusal(() => modules.add('./crm.mjs'))
    assert.deepEqual(await gone(), ['bad', 'good'])
    await refusal(() => modules.add('./late.mjs'))
    assert.deepEqual(await gone(), ['bad', 'good'])
  })

  test('where its top-level await was too long, when it has ended', async (t) => {
    const text = moduleText('crm', 1, `await new Promise((go) => (globalThis.goOn = go))\n${dispose('crm')}`)
    const { modules } = house(t, { 'crm.mjs': text }, { loadTimeoutMs: 20 })
    assert.equal((await refusal(() => modules.add('./crm.mjs'))).code, 'TIMEOUT')
    assert.deepEqual(await gone(), [])
    globalThis.goOn()
    assert.deepEqual(await gone(), ['crm'])
  })

  for (const [what, limits, goneAfter, after] of [
    ['with its reload by default', undefined, ['1'], 'UNKNOWN_VERSION'],
    ['after the versions that limits.versions keeps', { versions: 2 }, [], 1],
  ])
    test(`${what}, whether itself or a helper is disposed`, async (t) => {
      for (const files of [
        (i) => ({ 'crm.mjs': two(i) }),
        (i) => ({ '_pool.mjs': pool(i), 'crm.mjs': asking('crm') }),
      ]) {
        const { modules, registry, write } = house(t, files(1))
        await modules.add('./crm.mjs', { ...(limits && { limits }) })
        write(files(2))
        await modules.reload('crm')
        assert.deepEqual(
          (await gone()).map((one) => one.replace('pool ', '')),
          goneAfter,
        )
        const back = await refusal(() => modules.rollback('crm')).catch(() => registry.execute('crm', {}))
        assert.equal(back.code ?? back, after)
      }
    })
})

describe('C15: a streamed call', () => {
  const streaming = (generation, end = '') =>
    moduleText(
      'crm',
      `(async function* () { try { yield 1; ${end} yield 2 } finally { globalThis.gone.push('end') } })()`,
    ) + dispose(generation)
  const reading = async (t, text = streaming(1)) => {
    const rooms = house(t, { 'crm.mjs': text })
    await rooms.modules.add('./crm.mjs')
    const pieces = rooms.registry.stream('crm', {})[Symbol.asyncIterator]()
    assert.deepEqual(await pieces.next(), { done: false, value: 1 })
    rooms.write({ 'crm.mjs': moduleText('crm', 2) })
    await rooms.modules.reload('crm')
    assert.deepEqual(await gone(), [])
    return { ...rooms, pieces }
  }

  test('that is read to its end is over then', async (t) => {
    const { pieces } = await reading(t)
    assert.deepEqual(await pieces.next(), { done: false, value: 2 })
    assert.deepEqual(await gone(), [])
    assert.equal((await pieces.next()).done, true)
    assert.deepEqual(await gone(), ['end', '1'])
  })

  test('that is left is over then', async (t) => {
    const { pieces } = await reading(t)
    await pieces.return()
    assert.deepEqual(await gone(), ['end', '1'])
  })

  test('that fails is over then', async (t) => {
    const { pieces } = await reading(t, streaming(1, `throw new Error('x');`))
    assert.equal((await refusal(() => pieces.next())).code, 'TOOL_FAILED')
    assert.deepEqual(await gone(), ['end', '1'])
  })

  test('that is collected is over with its result', async (t) => {
    const { modules, registry, write } = house(t, {
      'crm.mjs': streaming(1, 'await new Promise((go) => (globalThis.goOn = go));'),
    })
    await modules.add('./crm.mjs')
    const call = registry.execute('crm', {})
    await gone()
    write({ 'crm.mjs': moduleText('crm', 2) })
    await modules.reload('crm')
    assert.deepEqual(await gone(), [])
    globalThis.goOn()
    assert.deepEqual([await call, await gone()], [2, ['end', '1']])
  })
})
