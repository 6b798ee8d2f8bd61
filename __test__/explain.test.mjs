// What a target makes of one tool: the same as in the request that has it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { TARGETS } from './support/targets.mjs'
import { tool } from './support/tools.mjs'

const COUNT = 60

/**
 * Schemas of arguments: plain and with optional ones, unions, untyped, circular, open, and one that no part can be said
 * of.
 */
const SHAPES = [
  (i) => ({ type: 'object', properties: { [`p${i}`]: { type: 'string' } }, required: [`p${i}`] }),
  () => ({
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'integer' }, c: { type: ['string', 'null'] } },
  }),
  () => ({
    type: 'object',
    properties: { u: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
    required: ['u'],
  }),
  () => ({ type: 'object', properties: { any: {}, mixed: { enum: ['a', 1] } } }),
  () => ({ type: 'object', properties: { v: { type: 'string' }, next: { $ref: '#' } } }),
  () => ({ type: 'object', properties: { map: { type: 'object', additionalProperties: { type: 'string' } } } }),
  () => ({ type: 'object', properties: { clash: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }),
]

/** A document with an operation of each shape in turn; half of them only read. */
const documentOf = (version) => ({
  openapi: '3.1.0',
  info: { title: 'Many', version },
  servers: [{ url: 'http://127.0.0.1:1' }],
  paths: Object.fromEntries(
    Array.from({ length: COUNT }, (_, i) => {
      const body = { required: true, content: { 'application/json': { schema: SHAPES[i % SHAPES.length](i) } } }
      const operation = {
        operationId: `op${i}`,
        description: `Operation ${i} of ${version}`,
        tags: [i % 3 === 0 ? 'rare' : 'often'],
        requestBody: body,
      }
      return [
        `/op${i}`,
        i % 2 === 0
          ? { put: operation }
          : { post: { ...operation, 'x-toolrack': { annotations: { readOnlyHint: true } } } },
      ]
    }),
  ),
})

/** A registry with two versions of that document and tools of code. */
async function scene(t) {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  const path = await folder(t)
  for (const [label, version] of [
    ['1', '1.0.0'],
    ['2', '2.0.0'],
  ]) {
    const file = join(path, `${label}.json`)
    await writeFile(file, JSON.stringify(documentOf(version)))
    await loader.load(file, { name: `many@${label}`, baseUrl: 'http://127.0.0.1:1' })
  }
  SHAPES.forEach((shape, i) => registry.register(tool({ name: `code/${i}`, inputSchema: shape(i) })))
  return registry
}

const single = (definitions) =>
  (definitions[0]?.functionDeclarations ?? definitions).filter((one) => one.cachePoint === undefined)

/** What is shown of each tool of a request, and what each of them is explained to be. */
function both(reader, target, filter, options) {
  const { quarantined, trimmed } = reader.offer(target, filter, options)
  const away = [...quarantined.map(({ name }) => name), ...trimmed]
  const names = reader.list(filter).filter((name) => !away.includes(name))
  const shown = single(reader.definitions(target, filter, { overLimit: 'send', ...options }))
  assert.equal(shown.length, names.length)
  return { shown, names, explained: names.map((name) => reader.explain(name, target, { ...options, filter })) }
}

const OPTIONS = [
  {},
  { strict: true },
  { strict: 'auto' },
  { strict: 'auto', deferLoading: { tags: ['rare'] } },
  { strict: true, deferLoading: [{ predicate: ({ name }) => name.endsWith('7') }, { name: 'code*' }], cache: true },
  { cache: true },
  { strict: true, overLimit: 'trim' },
]
const FILTERS = [undefined, { name: '*1*' }, { tags: ['rare'] }, { predicate: ({ name }) => name.length === 3 }]

for (const target of TARGETS) {
  test(`${target}: explain agrees with definitions for all options, filters and versions`, async (t) => {
    const registry = await scene(t)
    const second = registry.snapshot({ versions: { many: '2' } })
    const part = registry.snapshot({ filter: { name: '*2*' } })
    let [strict, seen] = [0, 0]
    for (const reader of [registry, second, part]) {
      for (const options of OPTIONS) {
        for (const filter of reader === registry ? FILTERS : [undefined]) {
          const { shown, names, explained } = both(reader, target, filter, options)
          explained.forEach((one, i) =>
            assert.deepEqual(one.definition, shown[i], `${names[i]} ${JSON.stringify(options)}`),
          )
          const report = reader.offer(target, filter, options)
          assert.deepEqual(
            explained.filter((one) => one.strict).map(({ name }) => name),
            report.strict,
          )
          const downgraded = explained.filter((one) => one.downgraded.length > 0)
          assert.deepEqual(
            downgraded.map(({ name, downgraded: findings }) => ({ name, findings })),
            report.downgraded,
          )
          assert.ok(downgraded.every(({ diagnostics }) => diagnostics.some(({ code }) => code === 'STRICT_DOWNGRADED')))
          strict += report.strict.length
          seen += shown.length
        }
      }
    }
    assert.ok(seen > 1000, `${seen}`)
    assert.equal(strict > 0, !['gemini', 'gemini-openapi', 'mcp', 'plain'].includes(target), `${strict}`)
  })

  test(`${target}: a delta has the tools as explain shows them`, async (t) => {
    const registry = await scene(t)
    const { revision } = registry
    for (const i of [1, 2, 3, 4])
      registry.replace(tool({ name: `code/${i}`, description: 'Another one', inputSchema: SHAPES[i](i) }))
    for (const options of [
      { overLimit: 'send' },
      { strict: true, overLimit: 'send' },
      { strict: 'auto', overLimit: 'send' },
    ]) {
      const { added, changed } = registry.delta(revision, target, undefined, options)
      assert.ok(changed.length >= 3, `${changed.length}`)
      for (const { name, definition } of [...added, ...changed])
        assert.deepEqual(registry.explain(name, target, options).definition, definition, name)
    }
  })
}
