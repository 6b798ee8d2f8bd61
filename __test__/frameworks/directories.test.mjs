// Directories of tools of LangChain and of the AI SDK, as their documentation shows them: twenty each, run unchanged.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ToolModules, ToolRegistry } from '../../lib/index.js'
import { modulesOf } from '../support/module-tools.mjs'
import { refusal } from '../support/tools.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const context = { userId: 7, metadata: { tenant: 'acme' } }
const image = { mediaType: 'image/png', data: Buffer.from('PNG') }
const oslo = { city: 'Oslo' }

async function open(folder) {
  const registry = new ToolRegistry()
  const modules = new ToolModules(registry)
  const report = await modules.addDirectory(folder)
  assert.deepEqual(report.failed, [])
  return { registry, modules }
}

/** A tool, its arguments, and its result, by directory. */
const CALLS = {
  'langchain-tools': [
    ['add', { a: 1, b: 2 }, 3],
    ['multiply', { a: 2, b: 3 }, '6'],
    ['divide', { a: 6, b: 3 }, 2],
    ['get_weather', { location: 'Oslo' }, 'Oslo: 22 degrees celsius'],
    ['compare_weather', { cities: [{ name: 'Oslo' }, { name: 'Rome', country: 'IT' }] }, 'Oslo and Rome'],
    ['forecast', { location: 'Oslo' }, { location: 'Oslo', days: 3, user: 7 }],
    ['get_account_info', {}, 'Account holder: Ada, balance: 5000'],
    ['whoami', {}, '7 of acme'],
    ['shout', { input: 'hello' }, 'HELLO!'],
    ['reverse', { input: 'abc' }, 'cba'],
    ['word_counter', { text: 'a b a', unique: true }, '2'],
    ['number_between', { low: 1, high: 3 }, '2'],
    ['generate_numbers', { size: 3 }, 'Generated 3 numbers'],
    ['draw_square', { size: 3 }, ['A square of 3', image]],
    ['check_stock', { size: 3 }, 'In stock'],
    ['import_rows', { steps: 2 }, '2 rows'],
    ['look_up', { steps: 2 }, 'found'],
    ['search_database', { query: 'a' }, "Found 10 results for 'a'"],
    ['sort_tags', { tags: ['b', 'a'] }, 'a,b'],
  ],
  'ai-sdk-tools': [
    ['weather', { location: 'Oslo' }, { location: 'Oslo', temperature: 72 }],
    ['convertFahrenheitToCelsius', { temperature: 212 }, { celsius: 100 }],
    ['cityAttractions', { city: ' Oslo ' }, ['Oslo 1', 'Oslo 2']],
    ['recipe', { recipe: 'lasagna' }, 'How to cook lasagna'],
    ['evenNumber', { n: 4 }, 2],
    ['later', {}, 'none'],
    ['lazy', { n: 1 }, 2],
    ['custom', { parameters: { a: 1 } }, ['a']],
    ['old', { word: 'a' }, 'A'],
    ['myOrders', {}, '7 acme true 0'],
    ['tenantPlan', {}, 'tenant,acme'],
    ['loading', oslo, { status: 'success', text: 'The weather in Oslo is 72°F', temperature: 72 }],
    ['growing', oslo, 'Oslo'],
    ['screenshot', {}, { type: 'image', data: 'UE5H' }],
    ['summary', { words: 2 }, { text: 'word word', words: 2 }],
    ['denied', {}, { secret: true }],
    ['findArticle', { id: 'a1' }, { id: 'a1', count: 3 }],
    ['listArticles', {}, ['a1']],
    ['orderArticle', { id: 'a1', count: 2 }, '2 of a1'],
  ],
}

for (const [folder, calls] of Object.entries(CALLS)) {
  test(`each tool of ${folder} is called`, async () => {
    const { registry, modules } = await open(join(here, folder))
    assert.deepEqual(registry.list().sort(), [...calls.map(([name]) => name), 'wait'].sort())
    assert.equal(registry.size, 20)
    for (const [name, params, result] of calls)
      assert.deepEqual(await registry.execute(name, params, { context }), result, name)
    await modules.close()
  })

  test(`each provider takes the tools of ${folder}`, async () => {
    const { registry, modules } = await open(join(here, folder))
    for (const target of ['openai', 'anthropic', 'gemini', 'bedrock', 'mcp'])
      assert.deepEqual(registry.offer(target).quarantined, [], target)
    await modules.close()
  })

  test(`a call of a tool of ${folder} that waits is cancelled, and ended at its deadline`, async () => {
    const { registry, modules } = await open(join(here, folder))
    const controller = new AbortController()
    const call = registry.execute('wait', {}, { signal: controller.signal })
    controller.abort()
    assert.equal((await refusal(() => call)).code, 'CANCELLED')
    assert.equal((await refusal(() => registry.execute('wait', {}, { timeoutMs: 5 }))).code, 'TIMEOUT')
    await modules.close()
  })
}

/** Calls that fail: the directory, the tool, its arguments, and what the error says. */
const FAILURES = [
  ['langchain-tools', 'divide', { a: 1, b: 0 }, 'TOOL_FAILED', 'Division by zero'],
  ['langchain-tools', 'add', { a: '1', b: 0 }, 'INVALID_PARAMS', '/a must be a number'],
  ['langchain-tools', 'check_stock', { size: 99 }, 'TOOL_FAILED', 'Out of stock'],
  ['langchain-tools', 'search_database', { query: '' }, 'INVALID_PARAMS', '/query'],
  ['ai-sdk-tools', 'findArticle', { id: 'a2' }, 'TOOL_FAILED', 'No article a2'],
  ['ai-sdk-tools', 'evenNumber', { n: 3 }, 'INVALID_PARAMS', 'n must be even'],
  ['ai-sdk-tools', 'orderArticle', { id: 'a1', count: 0 }, 'INVALID_PARAMS', '/count'],
]

test('a failure of a tool is one of toolrack', async () => {
  for (const folder of Object.keys(CALLS)) {
    const { registry, modules } = await open(join(here, folder))
    for (const [, name, params, code, says] of FAILURES.filter(([of]) => of === folder)) {
      const error = await refusal(() => registry.execute(name, params))
      assert.equal(error.code, code, name)
      assert.ok(error.message.includes(says), error.message)
    }
    await modules.close()
  }
})

/** The pieces of a stream. */
const STREAMS = [
  ['langchain-tools', 'import_rows', { steps: 2 }, [{ step: 1 }, { step: 2 }]],
  ['langchain-tools', 'look_up', { steps: 2 }, ['Looking up record 1', 'Looking up record 2']],
  ['langchain-tools', 'add', { a: 1, b: 1 }, [2]],
  ['ai-sdk-tools', 'growing', { city: 'Rom' }, ['R', 'Ro', 'Rom']],
  ['ai-sdk-tools', 'recipe', { recipe: 'x' }, ['How to cook x']],
]

test('a tool that streams gives its pieces', async () => {
  for (const folder of Object.keys(CALLS)) {
    const { registry, modules } = await open(join(here, folder))
    for (const [, name, params, pieces] of STREAMS.filter(([of]) => of === folder)) {
      const read = []
      for await (const piece of registry.stream(name, params)) read.push(piece)
      assert.deepEqual(read, pieces, name)
    }
    await modules.close()
  }
})

test('a model reads what toModelOutput of the AI SDK makes, with its files', async () => {
  const { registry, modules } = await open(join(here, 'ai-sdk-tools'))
  const answer = (name, input = {}) => registry.respond('anthropic', { type: 'tool_use', id: '1', name, input })
  const { content } = await answer('screenshot')
  assert.deepEqual(content[1], { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'UE5H' } })
  assert.equal((await answer('summary', { words: 2 })).content, 'word word')
  const denied = await answer('denied')
  assert.deepEqual([denied.is_error, denied.content.includes('not for you')], [true, true])
  await modules.close()
})

const copies = mkdtempSync(join(tmpdir(), 'toolrack-frameworks-'))
after(() => rmSync(copies, { recursive: true, force: true }))

test('a changed file is loaded again, and the others keep their tools', async () => {
  for (const [folder, file, before, now, [name, params, result], other] of [
    ['langchain-tools', 'arithmetic.js', '=> a + b,', '=> a + b + 1,', ['add', { a: 1, b: 1 }, 3], 'shout'],
    [
      'ai-sdk-tools',
      'weather.ts',
      'temperature: 72',
      'temperature: 10',
      ['weather', { location: 'x' }, { location: 'x', temperature: 10 }],
      'lazy',
    ],
  ]) {
    const copy = join(copies, folder)
    cpSync(join(here, folder), copy, { recursive: true })
    writeFileSync(join(copies, 'package.json'), '{"type":"module"}')
    symlinkSync(join(here, 'node_modules'), join(copies, folder, 'node_modules'), 'dir')
    const { registry, modules } = await open(copy)
    const path = join(copy, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(before, now))
    const { revision } = registry.get(other)
    await modules.reload(name)
    assert.deepEqual(await registry.execute(name, params), result)
    assert.deepEqual([registry.get(other).revision, registry.size], [revision, 20])
    await modules.close()
  }
})

test('a CommonJS file is a tool beside an ES module that imports the same package of ES modules', async (t) => {
  const tool = (name) =>
    `{ name: '${name}', description: 'x', inputSchema: { type: 'object' }, execute: () => makeText('${name}') }`
  const { directory, registry, modules } = modulesOf(t, {
    'node_modules/pkg/package.json': JSON.stringify({ name: 'pkg', type: 'module', exports: './index.js' }),
    'node_modules/pkg/index.js': "export { makeText } from './text.js'",
    'node_modules/pkg/text.js': 'export const makeText = (name) => `text of ${name}`',
    'tools/a.mjs': `import { makeText } from 'pkg'\nexport const a = ${tool('a')}`,
    'tools/b.cjs': `const { makeText } = require('pkg')\nexports.b = ${tool('b')}`,
  })
  const { failed } = await modules.addDirectory(`${directory}/tools`)
  assert.deepEqual(failed, [])
  assert.deepEqual([await registry.execute('a'), await registry.execute('b')], ['text of a', 'text of b'])
})
