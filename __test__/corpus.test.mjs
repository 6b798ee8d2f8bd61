// `npm run corpus`: what its census counts, what it judges to be lost, what it prints, and when it fails.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import toolrack from '../lib/index.js'
import { census } from '../scripts/corpus/census.mjs'
import { Document } from '../scripts/corpus/documents.mjs'
import { judge } from '../scripts/corpus/judge.mjs'
import { faultsOf, load, look } from '../scripts/corpus/look.mjs'
import { parse } from '../scripts/corpus/reading.mjs'
import { Tally } from '../scripts/corpus/tally.mjs'
import { root, runFile } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { BODIES, PARAMETERS, SKIPPED, WAYS } from './support/writings.mjs'

const corpus = (...args) => runFile([join(root, 'scripts/corpus.mjs'), ...args])
const lines = (stdout) => stdout.split('\n').filter((line) => line !== '')

/** A folder with these files: texts, or values that are written as JSON. */
async function standing(t, files) {
  const path = await folder(t)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true })
    await writeFile(join(path, file), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return path
}

/** The census of the first file, and what a load of it comes to. */
async function both(t, files) {
  const file = join(await standing(t, files), Object.keys(files)[0])
  const counted = census(Document.of(file, parse(await readFile(file, 'utf8'))))
  const { report, tool } = await load(file, toolrack)
  return { counted, report, tool, judged: (given = {}) => judge(counted, { report, tool, ...given }) }
}

const said = ({ state, method, path, code, unresolved, missing = [] }) =>
  [state, method, path, code, unresolved, ...missing.map(({ name }) => name)]
    .filter((word) => word !== undefined)
    .join(' ')

/** The same tool, one of whose arguments is gone. */
const without = (tool, name) => ({
  ...tool,
  inputSchema: {
    ...tool.inputSchema,
    properties: Object.fromEntries(Object.entries(tool.inputSchema.properties).filter(([own]) => own !== name)),
  },
})

for (const [what, { files, operations }] of Object.entries(WAYS)) {
  test(`an operation is counted that is written as ${what}, and is lost once its tool is gone`, async (t) => {
    const { counted, report, tool, judged } = await both(t, files)
    assert.deepEqual(
      judged().map(said),
      operations.map((operation) => `usable ${operation}`),
    )
    assert.deepEqual(faultsOf({ isCounted: true, census: counted }, judged(), report, report.added.length), [])
    for (const gone of operations) {
      const others = (method, path) => (gone === `${method} ${path}` ? undefined : tool(method, path))
      assert.deepEqual(
        judged({ tool: others }).map(said),
        operations.map((operation) => `${operation === gone ? 'lost' : 'usable'} ${operation}`),
      )
    }
  })
}

for (const [what, { files, inputs, told = [] }] of Object.entries({ ...PARAMETERS, ...BODIES })) {
  test(`each input is counted of ${what}, and is lost once it is gone`, async (t) => {
    const { counted, report, tool, judged } = await both(t, files)
    const [{ state }] = judged()
    assert.equal(state, 'usable')
    assert.deepEqual(
      counted[0].inputs.map(({ name }) => name),
      inputs,
    )
    assert.deepEqual(faultsOf({ isCounted: true, census: counted }, judged(), report, report.added.length), [])
    const own = tool(counted[0].method, counted[0].path)
    for (const name of Object.keys(own.inputSchema.properties)) {
      const [{ state, missing }] = judged({ tool: () => without(own, name) })
      assert.deepEqual([state, missing.length > 0], ['lost', true], name)
    }
    const silent = { ...report, notes: [] }
    assert.deepEqual(
      judged({ report: silent })[0].missing.map(({ name }) => name),
      told,
    )
  })
}

for (const [what, { files, skipped }] of Object.entries(SKIPPED)) {
  test(`an operation is skipped and not lost ${what}`, async (t) => {
    const { report, judged } = await both(t, files)
    assert.deepEqual(judged().map(said), [`skipped ${skipped}`])
    assert.deepEqual(
      judged({ report: { ...report, skipped: [] } }).map(({ state }) => state),
      ['lost'],
    )
  })
}

test('two operations do not share a tool', async (t) => {
  const { tool, judged } = await both(t, { 'a.json': document(['one', 'two']) })
  assert.deepEqual(judged({ tool: () => tool('GET', '/one') }).map(said), ['usable GET /one', 'lost GET /two'])
})

test('counts of the report that are not those of the census are faults', async (t) => {
  const { counted, report, judged } = await both(t, {
    'a.json': document(['one', 'two'], { one: { parameters: [{ name: 'a', in: 'query' }] } }),
  })
  const faults = (changed, size = 2) =>
    faultsOf({ isCounted: true, census: counted }, judged(), { ...report, ...changed }, size)
  assert.deepEqual(faults({}), [])
  assert.deepEqual(faults({ operations: 3 }), [
    '3 operations are not 2 tools, 0 skipped, 0 excluded',
    'the report has 3 operations, the document 2',
  ])
  assert.deepEqual(faults({}, 1), ['1 tools are not the 2 that were added'])
  const inputs = { ...report.inputs, parameters: { declared: 2, exposed: 1, reported: 0 } }
  assert.deepEqual(faults({ inputs }), [
    '2 parameters are not 1 exposed and 0 reported',
    'the report has 2 parameters, the document 1',
  ])
  assert.deepEqual(faults({ lost: [{ tool: 'one', pointer: '/x', name: 'a' }] }), ['one has lost "a" at /x'])
})

test('a refused document counts all its operations as refused and reports whether it is well formed', async (t) => {
  const path = await standing(t, {
    'limit.json': {
      openapi: '3.0.0',
      paths: { '/a': { get: { 'x-deep': JSON.parse('['.repeat(130) + ']'.repeat(130)) } } },
    },
    'twice.json': '{"openapi": "3.0.0", "paths": {"/a": {"get": {}, "get": {}}}}',
  })
  const of = async (file) => (await look(join(path, file), toolrack)).operations.map(said)
  assert.deepEqual(await of('limit.json'), ['skipped GET /a LIMIT_EXCEEDED'])
  assert.deepEqual(await of('twice.json'), ['skipped GET /a INVALID_SPEC malformed'])
})

test('one operation that is lost fails the run, and the share says so', () => {
  const tally = new Tally()
  const usable = { state: 'usable', method: 'GET', path: '/a' }
  const skipped = { ...usable, state: 'skipped', code: 'UNRESOLVED_REF' }
  tally.add({
    operations: [usable, usable, skipped, { ...skipped, unresolved: 'leads nowhere' }],
    report: { notes: 0 },
    isCounted: true,
  })
  assert.deepEqual([tally.counts.failed, tally.share], [0, { resolved: 3, percent: '66.666' }])
  tally.add({ operations: [{ ...usable, state: 'lost' }], report: { notes: 0 }, isCounted: true })
  assert.deepEqual([tally.counts.failed, tally.counts.lost, tally.share.percent], [1, 1, '50.000'])
})

/** A folder of documents of all sorts. */
const mixed = (t) =>
  standing(t, {
    'a.json': text(['one', 'two'], { two: { deprecated: true } }),
    'deep/b.yaml':
      'swagger: "2.0"\nhost: a.example\npaths: { /a: { get: ' +
      '{ parameters: [{ name: id, in: query, type: string }, { name: Accept, in: header, type: string }] } } }',
    'deep/c.yml': document(['fine', 'lost'], { lost: { parameters: [{ $ref: '#/nowhere' }] } }),
    'fragment.json': '{"type": "string"}',
    'refused.json': '{"openapi": "3.0.0", "paths": []}',
    'notes.txt': 'openapi: 3.0.0',
  })

test('the report has a line for each document, for each operation with --verbose, and totals last', async (t) => {
  const path = await mixed(t)
  const { code, stdout, stderr } = await corpus(path, '--verbose')
  assert.deepEqual([code, stderr], [0, ''])
  const [a, one, two, b, own, c, fine, why, fragment, refused, totals, skipped, unresolved, usable, ...rest] =
    lines(stdout)
  assert.match(
    a,
    /^ok +a\.json  openapi 3\.0\.3  operations 2  usable 2  skipped 0  excluded 0  lost 0  notes 0  \d+ ms$/,
  )
  assert.deepEqual([one, two], ['         usable GET /one', '         usable GET /two'])
  assert.match(b, /^ok +deep.b\.yaml  swagger 2\.0  operations 1  usable 1  skipped 0  excluded 0  lost 0  notes 1 /)
  assert.match(c, /^ok +deep.c\.yml  openapi 3\.0\.3  operations 2  usable 1  skipped 1 \(UNRESOLVED_REF 1\) /)
  assert.deepEqual([own, fine], ['         usable GET /a', '         usable GET /fine'])
  assert.match(why, /^ +skipped GET \/lost UNRESOLVED_REF \(leads nowhere\) .*"#\/nowhere"/)
  assert.match(fragment, /^no API +fragment\.json  INVALID_SPEC$/)
  assert.match(refused, /^refused +refused\.json  openapi 3\.0\.0  operations 0  INVALID_SPEC: /)
  assert.equal(
    totals,
    'documents 3, operations 5, usable 4, skipped 1, excluded 0, lost 0, ' +
      'notes 1, refused 1, no API documents 1, not counted 0, failed 0',
  )
  assert.deepEqual(
    [skipped, unresolved, usable],
    [
      'skipped: UNRESOLVED_REF 1',
      'files that cannot be resolved: leads nowhere 1',
      'usable: 100.000 % of 4 operations whose files can be resolved',
    ],
  )
  assert.deepEqual(rest, [])
})

test('with --json each document is a line of JSON, and so are the totals', async (t) => {
  const { code, stdout } = await corpus(await mixed(t), '--json')
  const [a, b, c, fragment, refused, totals, ...rest] = lines(stdout).map((line) => JSON.parse(line))
  assert.deepEqual([code, rest], [0, []])
  assert.deepEqual(
    [a, b, c, fragment, refused].map(({ file }) => file.replace('\\', '/')),
    ['a.json', 'deep/b.yaml', 'deep/c.yml', 'fragment.json', 'refused.json'],
  )
  assert.deepEqual(c.counts, { operations: 2, usable: 1, skipped: 1, excluded: 0, lost: 0 })
  assert.deepEqual(
    [c.codes, c.unresolved, refused.refusal.code],
    [{ UNRESOLVED_REF: 1 }, { 'leads nowhere': 1 }, 'INVALID_SPEC'],
  )
  assert.deepEqual([totals.totals.usable, totals.percent], [4, '100.000'])
})

test(
  'a document that does not end is named, costs no other, and fails the run',
  { skip: process.platform === 'win32' && 'there are no named pipes' },
  async (t) => {
    const path = await standing(t, { 'a.json': text(['one']), 'c.json': text(['two']) })
    execFileSync('mkfifo', [join(path, 'b.json')])
    const { code, stdout } = await corpus(path, '--limit', '1')
    const [a, b, c, totals] = lines(stdout)
    assert.match(a, /^ok +a\.json/)
    assert.match(b, /^CRASH +b\.json  killed: no end in 1 s/)
    assert.match(c, /^ok +c\.json/)
    assert.match(totals, /^documents 2, .* failed 1$/)
    assert.equal(code, 1)
  },
)

test('a command line that cannot be understood ends with 2', async () => {
  for (const args of [[], ['a', 'b'], ['--loud', 'a'], ['a', '--limit', 'x'], ['nowhere']])
    assert.equal((await corpus(...args)).code, 2, args.join(' '))
})
