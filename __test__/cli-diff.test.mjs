// `toolrack diff`: each change with its class, as text, JSON and Markdown, and the exit code by class.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandFolder, petsDocument, stateFile } from './support/command-line.mjs'

const parameter = (schema, over) => ({ name: 'limit', in: 'query', schema: { type: 'integer', ...schema }, ...over })
const limits = (schema, over) => ({ listOwners: { parameters: [parameter(schema, over)] } })

const both = (t, before, after) =>
  commandFolder(t, { 'before.json': petsDocument('1', before), 'after.json': petsDocument('2', after) })

for (const [kind, before, after] of [
  ['none', {}, {}],
  ['widening', limits({ maximum: 1 }), limits({ maximum: 2 })],
  ['wording', {}, { listOwners: { summary: 'Other words' } }],
  ['endpoint', {}, { listOwners: { servers: [{ url: 'https://other.example' }] } }],
  ['auth', {}, { listOwners: { security: [{ key: [] }] } }],
  ['breaking', limits({ maximum: 2 }), limits({ maximum: 1 })],
])
  test(`a change of the class ${kind} fails from that class on`, async (t) => {
    const { toolrack } = await both(t, before, after)
    const order = ['none', 'widening', 'wording', 'endpoint', 'auth', 'breaking', 'never']
    const codes = {}
    for (const failOn of order.slice(1)) {
      const { code, stdout, stderr } = await toolrack([
        'diff',
        'before.json',
        'after.json',
        '--fail-on',
        failOn,
        '--json',
      ])
      assert.equal(stderr, '')
      const result = JSON.parse(stdout)
      assert.deepEqual([result.class, result.exitCode], [kind, code])
      codes[failOn] = code
    }
    const fails = (failOn) => Number(kind !== 'none' && order.indexOf(failOn) <= order.indexOf(kind))
    assert.deepEqual(codes, Object.fromEntries(order.slice(1).map((failOn) => [failOn, fails(failOn)])))
  })

test('without --fail-on a breaking change fails alone', async (t) => {
  const { toolrack } = await both(t, {}, { listOwners: { summary: 'Other words' } })
  const { code, stdout } = await toolrack(['diff', 'before.json', 'after.json'])
  assert.equal(code, 0)
  assert.match(
    stdout,
    /^before: before\.json \(1\) → after\.json \(2\): wording, 1 tool differs\nwording +listOwners +DESC/,
  )
})

test('lines are sorted from the worst class on', async (t) => {
  const after = { listPets: { summary: 'Other words', parameters: [], security: [{ key: [] }] }, ...limits({}) }
  const { toolrack } = await both(t, {}, after)
  const [, ...lines] = (await toolrack(['diff', 'before.json', 'after.json'])).stdout.trim().split('\n')
  const order = ['breaking', 'auth', 'endpoint', 'wording', 'widening', 'none']
  assert.ok(lines.length > 3, lines.join('\n'))
  for (const tool of ['listPets', 'listOwners']) {
    const own = lines.filter((line) => line.includes(` ${tool} `))
    const kinds = own.map((line) => order.indexOf(line.split(' ')[0]))
    assert.deepEqual(kinds, kinds.toSorted())
  }
  assert.match(lines.at(-1), /^widening +listOwners/)
})

test('a change of a schema in another file is a change of the tool', async (t) => {
  const reference = { listOwners: { parameters: [parameter({}, { schema: { $ref: './limit.json' } })] } }
  const { path, toolrack } = await commandFolder(t, {
    'before.json': petsDocument('1', { listOwners: { parameters: [parameter({ maximum: 2 })] } }),
    'after.json': petsDocument('1', reference),
    'limit.json': '{"type":"integer","maximum":1}',
  })
  assert.match((await toolrack(['diff', 'before.json', 'after.json'])).stdout, /breaking +listOwners +MAXIMUM_LOWERED/)
  await writeFile(join(path, 'limit.json'), '{"type":"integer","maximum":2}')
  assert.match((await toolrack(['diff', 'before.json', 'after.json'])).stdout, /no tool differs/)
})

test('--state compares with what is in use, at whatever place the document stands', async (t) => {
  const { path, toolrack } = await commandFolder(t)
  await stateFile(path)
  await writeFile(join(path, 'next.json'), JSON.stringify(petsDocument('2', { listPets: { parameters: [] } })))
  const { code, stdout } = await toolrack(['diff', '--state', 'toolrack.state', 'next.json', '--name', 'pets'])
  assert.equal(code, 1)
  assert.match(stdout, /^pets: toolrack\.state → next\.json \(2\): breaking/)
  assert.equal((await toolrack(['diff', '--state', 'toolrack.state', 'pets.json'])).code, 0)
  const unknown = await toolrack(['diff', '--state', 'toolrack.state', 'next.json'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /the state file toolrack\.state has no source "next": give its name with --name/)
})

test('an operation that can no longer be read fails, also with --fail-on never', async (t) => {
  const { toolrack } = await both(t, {}, { listOwners: { requestBody: { $ref: '#/none' } } })
  const { code, stdout } = await toolrack(['diff', 'before.json', 'after.json', '--fail-on', 'never'])
  assert.equal(code, 1)
  assert.match(stdout, /^unreadable: listOwners: .*\nlost: GET \/owners: /m)
})

test('Markdown has a row for each change, and texts of a document make no markup', async (t) => {
  const summary = 'A | b <img src=x> [link](http://evil.example) @octocat `code` \u0007'
  const { toolrack } = await both(t, {}, { listOwners: { summary } })
  const { stdout } = await toolrack(['diff', 'before.json', 'after.json', '--markdown'])
  assert.match(stdout, /^### before: [\s\S]*\n\| class \| tool \| change \| place \|\n\| --- \| --- \| --- \| --- \|\n/)
  const row = stdout.trim().split('\n').at(-1)
  assert.match(row, /^\| wording \| <code>listOwners<\/code> \| /)
  assert.equal(row.split('|').length, 6)
  for (const markup of ['<img', '[link', '@octocat', '`', '\u0007']) assert.ok(!row.includes(markup), row)
})

test('Markdown of many changes fits into a comment of GitHub, and says what is left out', async (t) => {
  const many = (summary) => {
    const operation = (id) => ({ get: { operationId: id, summary: `${summary} ${id} ${'x'.repeat(90)}` } })
    const paths = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`/p${i}`, operation(`op${i}`)]))
    return { ...petsDocument(), paths }
  }
  const { toolrack } = await commandFolder(t, { 'before.json': many('One'), 'after.json': many('Two') })
  const { stdout } = await toolrack(['diff', 'before.json', 'after.json', '--markdown'])
  assert.ok(stdout.length < 65_536, `it has ${stdout.length}`)
  assert.match(stdout, /\n… and \d+ more lines\n$/)
})
