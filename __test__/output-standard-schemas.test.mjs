// Output schemas of libraries: the closure returns their input, the caller gets their output, the core judges that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { jsonSchema } from 'ai'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { callFromRust, codeOf, refusal, registryOf } from './support/tools.mjs'

const call = { params: { name: 'echo', arguments: {} } }

/** Schemas of `{ id: string, tries: number }` with a default. */
const LIBRARIES = {
  zod: z.object({ id: z.string(), tries: z.number().default(0) }),
  valibot: toStandardJsonSchema(v.object({ id: v.string(), tries: v.optional(v.number(), 0) })),
  arktype: type({ id: 'string', tries: 'number = 0' }),
}

for (const [library, outputSchema] of Object.entries(LIBRARIES)) {
  test(`${library}: the JSON Schema describes the output, and its default is filled in by the library`, async () => {
    const registry = registryOf({ outputSchema, execute: ({ id }) => ({ id }) })
    const { required, $schema } = registry.get('echo').outputSchema
    // Valibot's JSON Schema requires no member that has a default.
    const expected = library === 'valibot' ? ['id'] : ['id', 'tries']
    assert.deepEqual([required.toSorted(), $schema], [expected, undefined])
    assert.deepEqual(await registry.execute('echo', { id: 'a' }), { id: 'a', tries: 0 })
    const error = await refusal(() => registry.execute('echo', { id: 5 }))
    assert.deepEqual([error.code, error.details.problems[0].pointer], ['OUTPUT_INVALID', '/id'])
    const answer = await registry.respond('mcp', { params: { name: 'echo', arguments: { id: 'a' } } })
    assert.deepEqual(answer.structuredContent, { id: 'a', tries: 0 })
    const fromRust = await callFromRust(registry, { params: { id: 'a' } })
    assert.deepEqual(fromRust.value, { id: 'a', tries: 0 })
    assert.equal((await callFromRust(registry, { params: { id: 5 } })).error.code, 'OUTPUT_INVALID')
  })
}

test('a transform gives the caller its output, and the core judges that', async () => {
  const registry = registryOf({
    outputSchema: z.object({ n: z.string().transform(Number).pipe(z.number().max(9)) }),
    execute: ({ n }) => ({ n, extra: true }),
  })
  assert.deepEqual(registry.get('echo').outputSchema.properties.n, { type: 'number', maximum: 9 })
  assert.deepEqual(await registry.execute('echo', { n: '7' }), { n: 7 })
  assert.equal(await codeOf(() => registry.execute('echo', { n: '70' })), 'OUTPUT_INVALID')
})

test('an asynchronous refinement counts, and so do its deadline and what it throws', async () => {
  const of = (refine, timeoutMs) =>
    registryOf({
      outputSchema: z.object({ id: z.string().refine(refine, 'is gone') }),
      execute: (params) => params,
    }).execute('echo', { id: 'a' }, { timeoutMs })
  assert.deepEqual(await of(async () => true), { id: 'a' })
  const error = await refusal(() => of(async () => false))
  assert.deepEqual([error.code, error.details.problems], ['OUTPUT_INVALID', [{ pointer: '/id', message: 'is gone' }]])
  assert.equal(await codeOf(() => of(() => new Promise(() => {}), 5)), 'TIMEOUT')
  const thrown = new Error('down')
  const failed = await refusal(() =>
    of(() => {
      throw thrown
    }),
  )
  assert.deepEqual([failed.code, failed.cause], ['TOOL_FAILED', thrown])
  assert.match(failed.message, /validate of its outputSchema \(zod\) failed: down/)
})

test('what a library judges wrongly is judged by the core', async () => {
  const standard = (validate) => ({
    '~standard': { version: 1, vendor: 'mine', validate, jsonSchema: { output: () => ({ type: 'string' }) } },
  })
  for (const [validate, code] of [
    [(value) => ({ value }), undefined],
    [() => ({ value: 5 }), 'OUTPUT_INVALID'],
    [() => ({ value: undefined }), 'OUTPUT_INVALID'],
    [() => ({ issues: [] }), 'OUTPUT_INVALID'],
    [() => ({}), 'TOOL_FAILED'],
    [() => null, 'TOOL_FAILED'],
    [async () => ({ value: 'later' }), undefined],
    [async () => Promise.reject(undefined), 'TOOL_FAILED'],
  ]) {
    const registry = registryOf({ outputSchema: standard(validate), execute: () => 'a' })
    const result = registry.execute('echo')
    if (code === undefined) assert.equal(typeof (await result), 'string')
    else assert.equal(await codeOf(() => result), code, String(validate))
  }
})

test('a repeated call gets the first output, which is not transformed again', async () => {
  const registry = registryOf({
    outputSchema: z.object({
      at: z
        .string()
        .transform((text) => `${text}!`)
        .pipe(z.string()),
    }),
    execute: () => ({ at: 'now' }),
  })
  const keyed = () => registry.execute('echo', {}, { idempotencyKey: 'k' })
  assert.deepEqual([await keyed(), await keyed()], [{ at: 'now!' }, { at: 'now!' }])
})

test('a schema of the AI SDK validates results', async () => {
  const registry = registryOf({
    outputSchema: jsonSchema(
      { type: 'object', properties: { n: { type: 'number' } } },
      { validate: (value) => (value.n > 0 ? { success: true, value } : { success: false, error: new Error('low') }) },
    ),
    execute: ({ n }) => ({ n }),
  })
  assert.deepEqual(await registry.execute('echo', { n: 1 }), { n: 1 })
  assert.equal(await codeOf(() => registry.execute('echo', { n: 0 })), 'OUTPUT_INVALID')
})

/** Output schemas that are refused, and where. */
const REFUSED = {
  'a transform without an output type': [z.object({ a: z.string().transform(Number) }), '/outputSchema/properties/a'],
  'a date': [z.object({ a: z.date() }), '/outputSchema/properties/a'],
  'a schema in a JSON Schema': [{ type: 'object', properties: { a: z.string() } }, '/outputSchema/properties/a'],
  'a constructor': [{ type: String }, '/outputSchema/type'],
  'no schema': [5, '/outputSchema'],
  'a list': [[], '/outputSchema'],
}

for (const [what, [outputSchema, pointer]] of Object.entries(REFUSED)) {
  test(`an output schema is refused where it is wrong: ${what}`, async () => {
    const error = await refusal(() => registryOf({ outputSchema }))
    assert.deepEqual([error.code, error.details.problems[0].pointer], ['INVALID_DEFINITION', pointer])
  })
}

test('null is no output schema', async () => {
  assert.equal(await registryOf({ outputSchema: null, execute: () => 5 }).execute('echo'), 5)
  assert.equal(
    (await registryOf({ outputSchema: null, execute: () => 5 }).respond('mcp', call)).structuredContent,
    undefined,
  )
})
