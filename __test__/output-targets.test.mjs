// Output schemas at targets: which definitions have them, and which answers have the result as data.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { registryOf, tool } from './support/tools.mjs'
import { TARGETS } from './support/targets.mjs'

const CUSTOMER = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }
const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28']
const call = { params: { name: 'echo', arguments: {} } }
const text = ({ content }) => content[0].text

test('a target has the output schema where it has a place for it', () => {
  const registry = registryOf({ outputSchema: CUSTOMER })
  const places = Object.fromEntries(
    TARGETS.map((target) => {
      const definitions = JSON.stringify(registry.definitions(target))
      const place = /"(\w+)":\{"type":"object","properties":\{"id"/.exec(definitions)
      return [target, place?.[1]]
    }).filter(([, place]) => place !== undefined),
  )
  assert.deepEqual(places, {
    gemini: 'responseJsonSchema',
    'gemini-openapi': 'response',
    mcp: 'outputSchema',
    plain: 'outputSchema',
  })
})

test('without an output schema, definitions and hash are what they were', () => {
  const registry = registryOf({}, { name: 'other', outputSchema: CUSTOMER })
  const alone = registryOf({})
  const tokens = (name) => registry.tokens('mcp', { names: [name] }).total
  for (const target of TARGETS)
    assert.deepEqual(registry.definitions(target, { names: ['echo'] }), alone.definitions(target), target)
  assert.equal(registry.get('echo').schemaHash, 'fa6ae0deafb2bc6fdcba3bc30b447e7c8e7243dfa77fdd8b28707320ab849e9b')
  assert.ok(tokens('other') > tokens('echo') + 15)
})

/** Output schemas of each root, and whether the revisions before 2026-07-28 have them. */
const ROOTS = [
  [{ type: 'object' }, { a: 1 }, true],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'object' } } }, { a: 1 }, true],
  [{ anyOf: [{ type: 'object' }, { type: 'object', required: ['b'] }] }, { a: 1 }, true],
  [{ type: ['object', 'null'] }, { a: 1 }, false],
  [{}, { a: 1 }, false],
  [{ type: 'array', items: { type: 'integer' } }, [1, 2], false],
  [{ type: 'string' }, 'a "b"', false],
  [{ type: 'null' }, null, false],
]

for (const [outputSchema, value, isLegacy] of ROOTS) {
  test(`MCP has structuredContent where it has the schema: ${JSON.stringify(outputSchema)}`, async () => {
    const registry = registryOf({ outputSchema, execute: () => value })
    for (const revision of REVISIONS) {
      const has = isLegacy || revision === '2026-07-28'
      const [definition] = registry.definitions('mcp', undefined, { revision })
      assert.equal(Object.hasOwn(definition, 'outputSchema'), has, revision)
      if (has && isLegacy && revision !== '2026-07-28') assert.equal(definition.outputSchema.type, 'object')
      else if (has) assert.deepEqual(definition.outputSchema, outputSchema)
      const codes = registry.explain('echo', 'mcp', { revision }).diagnostics.map(({ code }) => code)
      assert.equal(codes.includes('OUTPUT_SCHEMA_OMITTED'), !has)
      const answer = await registry.respond('mcp', call, { revision })
      assert.equal(Object.hasOwn(answer, 'structuredContent'), has, revision)
      if (has) assert.deepEqual(answer.structuredContent, value)
      if (has) assert.deepEqual(JSON.parse(text(answer)), value)
      else assert.equal(text(answer), typeof value === 'string' ? value : JSON.stringify(value))
    }
  })
}

test('truncation cuts the text, and structuredContent stays whole', async () => {
  const value = { id: 'C1', items: Array.from({ length: 2_000 }, (_, n) => ({ n })) }
  const registry = registryOf({ outputSchema: CUSTOMER, execute: () => value, callLimits: { maxResultBytes: 2_000 } })
  const answer = await registry.respond('mcp', call)
  assert.deepEqual(answer.structuredContent, value)
  assert.ok(text(answer).length <= 2_000)
  assert.equal(JSON.parse(text(answer)).truncated.cuts[0].pointer, '/items')
})

test('an error has no structuredContent', async () => {
  const answer = await registryOf({ outputSchema: CUSTOMER, execute: () => ({}) }).respond('mcp', call)
  assert.deepEqual([answer.isError, Object.hasOwn(answer, 'structuredContent')], [true, false])
})

test('hidden characters are stripped from both, and flagged in the text', async () => {
  for (const [hiddenUnicode, id] of [
    ['keep', 'a\u{e0041}'],
    ['strip', 'a'],
    ['flag', 'a\u{e0041}'],
  ]) {
    const registry = new ToolRegistry({ hiddenUnicode })
    registry.register(tool({ outputSchema: CUSTOMER, execute: () => ({ id: 'a\u{e0041}' }) }))
    const answer = await registry.respond('mcp', call)
    assert.deepEqual(answer.structuredContent, { id }, hiddenUnicode)
    assert.equal(text(answer).includes('hiddenCharacters'), hiddenUnicode === 'flag')
  }
})

test('files stand beside the structured content', async () => {
  const image = { mediaType: 'image/png', data: Buffer.from([1, 2, 3]) }
  const registry = registryOf({ outputSchema: CUSTOMER, execute: () => ({ id: 'C1', image }) })
  const answer = await registry.respond('mcp', call)
  assert.deepEqual(
    answer.content.map(({ type }) => type),
    ['text', 'image'],
  )
  assert.equal(answer.structuredContent.id, 'C1')
})

test('Gemini gets what its rules keep, and nothing that would be false of results', () => {
  const [declaration] = registryOf({
    outputSchema: { type: 'object', properties: { a: { type: 'string', pattern: '^a', 'x-own': 1 } }, $comment: 'c' },
  }).definitions('gemini')[0].functionDeclarations
  assert.deepEqual(declaration.responseJsonSchema.properties.a, { type: 'string', pattern: '^a' })
  for (const outputSchema of [
    {},
    { type: 'array' },
    { type: 'object', properties: { 'a-b': { type: 'string' } } },
    { properties: { a: { type: 'string' } } },
  ]) {
    const registry = registryOf({ outputSchema })
    for (const target of ['gemini', 'gemini-openapi']) {
      const [{ response, responseJsonSchema }] = registry.definitions(target)[0].functionDeclarations
      assert.deepEqual([response, responseJsonSchema], [undefined, undefined], JSON.stringify(outputSchema))
      const codes = registry.explain('echo', target).diagnostics.map(({ code }) => code)
      assert.ok(codes.includes('OUTPUT_SCHEMA_OMITTED'), JSON.stringify(outputSchema))
    }
  }
})
