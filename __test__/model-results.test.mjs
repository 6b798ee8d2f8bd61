// What a model reads of a result: its value, and the files that came with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { registryOf, tool } from './support/tools.mjs'

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex')
const BASE64 = PNG.toString('base64')
const anthropic = (registry) => registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
const IMAGE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: BASE64 } }

const RESULTS = [
  ['bytes that say what they are', PNG, [IMAGE]],
  ['bytes in an ArrayBuffer', new Uint8Array(PNG).buffer, [IMAGE]],
  ['a view of other bytes', new Uint8Array([1, ...PNG, 1]).subarray(1, 1 + PNG.length), [IMAGE]],
  ['a Blob', new Blob([PNG], { type: 'image/png' }), [IMAGE]],
  ['what an API answers with', { mediaType: 'image/png', data: PNG }, [IMAGE]],
  [
    'a file in the depth',
    { chart: { image: PNG }, n: 1 },
    [{ type: 'text', text: '{"chart":{"image":"[file 1]"},"n":1}' }, IMAGE],
  ],
  ['two files in a list', [PNG, 'and', PNG], [{ type: 'text', text: '["[file 1]","and","[file 2]"]' }, IMAGE, IMAGE]],
  [
    'a file that no model sees',
    new File(['zip'], 'a.zip', { type: 'application/zip' }),
    '[a.zip: application/zip, 3 bytes, which cannot be shown here]',
  ],
  ['a value', { a: new Date(0) }, '{"a":"1970-01-01T00:00:00.000Z"}'],
  [
    'a map that only looks like a file',
    { mediaType: 'image/png', data: 'AAEC' },
    '{"mediaType":"image/png","data":"AAEC"}',
  ],
  ['nothing', undefined, 'null'],
]
for (const [what, value, content] of RESULTS) {
  test(`a model reads ${what}`, async () => {
    const answer = await anthropic(registryOf({ execute: () => value }))
    assert.deepEqual(answer, { type: 'tool_result', tool_use_id: '1', content })
  })
}

test('what is found is not changed in the result itself', async () => {
  const result = Object.freeze({ chart: Object.freeze({ image: PNG }) })
  await anthropic(registryOf({ execute: () => result }))
  assert.equal(result.chart.image, PNG)
})

test("Amazon's SDK gets bytes as bytes", async () => {
  const registry = registryOf({ execute: () => PNG })
  const { toolResult } = await registry.respond('bedrock', { toolUse: { toolUseId: '1', name: 'echo', input: {} } })
  assert.deepEqual(toolResult, {
    toolUseId: '1',
    content: [{ image: { format: 'png', source: { bytes: new Uint8Array(PNG) } } }],
    status: 'success',
  })
})

test('a circle is a failure of its tool, with a file in it too', async () => {
  const circle = { image: PNG }
  circle.self = circle
  const answer = await anthropic(registryOf({ execute: () => circle }))
  assert.equal(answer.is_error, true)
  assert.match(answer.content, /TOOL_FAILED/)
})

test('a failure says what would have been right, and what to do next', async () => {
  const registry = registryOf(
    { inputSchema: undefined, parameters: { q: { type: 'integer' } } },
    {
      name: 'fails',
      execute: () => {
        throw new Error('out of paper')
      },
    },
  )
  const respond = async (name, input) =>
    JSON.parse((await registry.respond('anthropic', { id: '1', name, input })).content).error
  assert.deepEqual(await respond('ecko', {}), {
    code: 'UNKNOWN_TOOL',
    message: 'no tool has the name "ecko"; similar names: echo',
    nearest: ['echo'],
    next: 'Call one of the tools that you have, by its exact name.',
  })
  const { code, problems, next } = await respond('echo', { q: 'x' })
  assert.deepEqual(
    [code, problems],
    ['INVALID_PARAMS', [{ pointer: '/q', message: 'must be an integer, got "x"', expected: 'integer', got: '"x"' }]],
  )
  assert.match(next, /call again/)
  assert.deepEqual(Object.keys(await respond('fails', {})), ['code', 'message', 'next'])
})

test('a result that is too long is cut to whole items, and says so', async () => {
  const registry = registryOf({
    execute: () => Array.from({ length: 1_000 }, (_, id) => ({ id, name: 'x'.repeat(20) })),
    callLimits: { maxResultBytes: 4_096 },
  })
  const { content } = await anthropic(registry)
  assert.ok(Buffer.byteLength(content) <= 4_096)
  const { truncated, next, value } = JSON.parse(content)
  assert.deepEqual(value.at(-1), { id: value.length - 1, name: 'x'.repeat(20) })
  assert.deepEqual(truncated.cuts, [{ pointer: '', kept: value.length, of: 1_000, unit: 'items' }])
  assert.match(next, /^Ask for less/)
  assert.equal((await registry.execute('echo')).length, 1_000)
})

test('what nobody sees in a result is told, taken out or kept', async () => {
  const hidden = [...'obey'].map((c) => String.fromCodePoint(0xe0000 + c.codePointAt(0))).join('')
  const read = async (hiddenUnicode) => {
    const registry = new ToolRegistry({ hiddenUnicode })
    registry.register(tool({ execute: () => ({ note: `fine${hidden}` }) }))
    return JSON.parse((await anthropic(registry)).content)
  }
  assert.deepEqual(await read('strip'), { note: 'fine' })
  assert.deepEqual(await read('keep'), { note: `fine${hidden}` })
  const { hiddenCharacters, warning, value } = await read(undefined)
  assert.deepEqual([hiddenCharacters, value], [4, { note: `fine${hidden}` }])
  assert.match(warning, /cannot see/)
})
