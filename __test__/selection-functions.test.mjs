// Functions of `include` and `exclude`: what they are told, what becomes of their answers, and how long they are kept.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { document, documentFile, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { never, refusal, registryOf } from './support/tools.mjs'

test('a function is told of an operation what there is to know, frozen', async () => {
  const told = []
  const include = (operation) => (
    told.push(operation),
    assert.ok(Object.isFrozen(operation) && Object.isFrozen(operation.tags)),
    true
  )
  const source = document(['a', 'b'], { a: { tags: ['x'], deprecated: true } })
  delete source.paths['/b'].get.operationId
  delete source.paths['/b'].get.summary
  await new SpecLoader(registryOf()).load(source, { include, document: { deprecated: 'include' } })
  assert.deepEqual(told, [
    { operationId: 'a', method: 'GET', path: '/a', tags: ['x'], summary: 'Does a', deprecated: true },
    { method: 'GET', path: '/b', tags: [], deprecated: false },
  ])
})

test('a function is asked again by a reload, though the document is the same', async (t) => {
  const { loader, file } = await documentFile(t, ['a', 'b'])
  let wanted = 'a'
  assert.deepEqual((await loader.load(file, { include: ({ operationId }) => operationId === wanted })).added, ['a'])
  wanted = 'b'
  const { added, removed } = await loader.reload('pets')
  assert.deepEqual([added, removed], [['b'], ['a']])
})

test('a function is asked when a watched file changes, and one that fails then keeps the tools', async (t) => {
  const { registry, loader, file, write } = await documentFile(t, ['a', 'b'])
  t.after(() => loader.close())
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  const include = ({ operationId }) => {
    if (operationId === 'bad') throw new RangeError('no such thing')
    return operationId !== 'b'
  }
  await loader.load(file, { include, watch: true })
  const reloaded = next(registry, 'reloaded')
  await write(['a', 'b', 'c'])
  const { added, excluded } = await reloaded
  assert.deepEqual([added, excluded.unselected], [['c'], 1])
  const failed = next(registry, 'reloadFailed')
  await write(['a', 'bad'])
  const { error } = await failed
  assert.deepEqual(
    [error.code, error.details.name, error.details.message],
    ['TOOL_FAILED', 'RangeError', 'no such thing'],
  )
  assert.deepEqual(registry.list(), ['a', 'c'])
})

const FAILING = [
  [
    'throws',
    () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'rejects',
    async () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'throws behind one that rejects',
    ({ operationId }) => {
      if (operationId === 'a') return Promise.reject(new Error('boom'))
      throw new Error('other')
    },
    'the function failed',
  ],
  ['says a text', () => 'yes', 'gave no boolean for GET /a'],
  ['says nothing', () => undefined, 'gave no boolean for GET /a'],
  ['says a BigInt', () => 5n, 'gave no boolean for GET /a'],
  [
    'says what cannot be read',
    () => ({
      toJSON() {
        throw new Error('no JSON of me')
      },
    }),
    'gave no boolean for GET /a',
  ],
]
for (const option of ['include', 'exclude'])
  for (const [what, says, message] of FAILING) {
    test(`a function of ${option} that ${what} fails the load and changes nothing`, async () => {
      const registry = registryOf()
      const error = await refusal(() => new SpecLoader(registry).load(text(['a', 'b']), { [option]: says }))
      assert.deepEqual([error.code, error.details.option], ['TOOL_FAILED', option])
      assert.ok(error.message.startsWith(`option "${option}": the function failed: `), error.message)
      assert.ok(error.message.includes(message), error.message)
      assert.equal(registry.revision, 0)
    })
  }

test('of two functions, the error names the option whose function failed', async () => {
  const load = (options) => refusal(() => new SpecLoader(registryOf()).load(text(['a']), options))
  const boom = async () => Promise.reject(new RangeError('boom'))
  const yes = () => true
  for (const [options, option, name, message] of [
    [{ include: boom, exclude: yes }, 'include', 'RangeError', 'boom'],
    [{ include: yes, exclude: boom }, 'exclude', 'RangeError', 'boom'],
    [{ include: () => 'yes', exclude: yes }, 'include', 'TypeError', 'gave no boolean for GET /a'],
    [{ include: yes, exclude: () => undefined }, 'exclude', 'TypeError', 'gave no boolean for GET /a'],
  ]) {
    const { code, details } = await load(options)
    assert.deepEqual([code, details.option, details.name, details.message], ['TOOL_FAILED', option, name, message])
  }
})

test('exclude is asked of the operations that include takes, and both again by a reload', async (t) => {
  const { registry, loader, file } = await documentFile(t, ['a', 'b', 'c'])
  const asked = []
  const options = {
    include: ({ operationId }) => operationId !== 'a',
    exclude: ({ operationId }) => asked.push(operationId) > 2 && operationId === 'b',
  }
  await loader.load(file, options)
  assert.deepEqual(
    [asked, registry.list()],
    [
      ['b', 'c'],
      ['b', 'c'],
    ],
  )
  assert.deepEqual((await loader.reload('pets')).removed, ['b'])
  assert.deepEqual(asked, ['b', 'c', 'b', 'c'])
})

test('a function in a list of selections is refused, with what to write', async () => {
  for (const [options, index] of [
    [{ include: [{ tags: ['a'] }, () => true] }, 'include/1'],
    [{ exclude: [() => true] }, 'exclude/0'],
  ]) {
    const [option] = Object.keys(options)
    const error = await refusal(() => new SpecLoader(registryOf()).load(text(['a']), options))
    const advice = `a function stands alone, not in a list: { ${option}: (operation) => … }`
    assert.deepEqual([error.code, error.message], ['INVALID_OPTIONS', `option "${index}": ${advice}`])
  }
})

test('a function that never answers is given up after the time of a call', async () => {
  for (const [options, option] of [
    [{ include: never }, 'include'],
    [{ exclude: never }, 'exclude'],
    [{ include: () => true, exclude: never }, 'include and exclude'],
  ]) {
    const registry = new ToolRegistry({ timeoutMs: 50 })
    const loader = new SpecLoader(registry)
    const { code, details, message } = await refusal(() => loader.load(text(['a']), options))
    assert.deepEqual([code, details, registry.revision], ['TIMEOUT', { option, timeoutMs: 50 }, 0])
    assert.equal(message, `option "${option}": the function did not answer within 50 ms`)
    assert.deepEqual((await loader.load(text(['a']))).added, ['a'])
  }
})

test('a function may use the registry while it is asked', async () => {
  const registry = registryOf({ execute: () => 'there' })
  const include = async () => (
    registry.register({ name: 'made', description: 'x', execute: () => 1 }),
    (await registry.execute('echo')) === 'there'
  )
  assert.deepEqual((await new SpecLoader(registry).load(text(['a']), { include })).added, ['a'])
})

test(
  'functions are let go with their document, with their loader, and when a load of them fails',
  { timeout: 60_000 },
  async () => {
    const program = `
    const gone = []
    const watch = new FinalizationRegistry((what) => gone.push(what))
    const functionOf = (what, says) => { const include = () => says; watch.register(include, what); return include }
    const text = JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'a' } } } })
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    await loader.load(text, { name: 'unloaded', namespace: 'u', include: functionOf('unloaded', true) })
    loader.unload('unloaded')
    await loader.load(text, { name: 'failed', include: functionOf('failed', 5) }).catch(() => {})
    await loader.load(text, { name: 'refused', tags: 5, include: functionOf('refused', true) }).catch(() => {})
    await loader.load(text, { name: 'kept', include: functionOf('kept', true) })
    const other = new SpecLoader(registry)
    await other.load(text, { name: 'closed', namespace: 'c', include: functionOf('closed', true) })
    other.close()
    for (const end = Date.now() + 20_000; gone.length < 4 && Date.now() < end;) {
      gc()
      await new Promise(setImmediate)
    }
    console.log(gone.sort().join())
    await loader.reload('kept')`
    assert.equal((await outputOf(program, { flags: ['--expose-gc'] })).trim(), 'closed,failed,refused,unloaded')
  },
)

test('a function that is held does not keep the process', async () => {
  const program = `
    const text = JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'a' } } } })
    await new SpecLoader(new ToolRegistry()).load(text, { include: () => true })
    console.log('done')`
  assert.equal((await outputOf(program, { killAfterMs: 20_000 })).trim(), 'done')
})

test('a watched reload that waits for a function does not keep the process', async (t) => {
  const file = join(await folder(t), 'pets.json')
  await writeFile(file, text(['a']))
  const program = `
    import { writeFileSync } from 'node:fs'
    let arrived
    const reached = new Promise((resolve) => (arrived = resolve))
    const include = ({ operationId }) => operationId === 'a' || (arrived(), never())
    const alive = setInterval(() => {}, 1000)
    await new SpecLoader(new ToolRegistry()).load(${JSON.stringify(file)}, { include, watch: true })
    writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text(['a', 'b']))})
    await reached
    clearInterval(alive)
    console.log('done')`
  assert.equal((await outputOf(program, { killAfterMs: 30_000 })).trim(), 'done')
})
