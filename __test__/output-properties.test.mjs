// Output schemas beside an independent validator: the core and Ajv decide alike on random schemas and results.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { ToolRegistry, ToolrackError } from 'toolrack'

const SCHEMAS = 250
const VALUES = 12

/** A generator of random numbers, the same on every run (xorshift32). */
function random(seed) {
  let state = seed
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (n) => Math.floor(next() * n)
  return { below, pick: (list) => list[below(list.length)], chance: (share) => next() < share }
}

// Without `__proto__` and the empty name, which Ajv does not see.
const NAMES = ['a', 'b', 'constructor', 'a/b~c', 'é']
const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object']

const objectOf = (entries) =>
  JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`)

function schemaOf(dice, depth = 3) {
  const { below, pick, chance } = dice
  const inner = () => (depth > 0 ? schemaOf(dice, depth - 1) : { type: pick(TYPES) })
  const some = (make) => Array.from({ length: 1 + below(2) }, make)
  const entries = () => NAMES.filter(() => chance(0.4)).map((name) => [name, inner()])
  const keywords = [
    () => ['type', chance(0.3) ? [...new Set(some(() => pick(TYPES)))] : pick(TYPES)],
    () => [
      'enum',
      [...new Set(some(() => valueOf(dice, 1)).map((value) => JSON.stringify(value)))].map((t) => JSON.parse(t)),
    ],
    () => ['const', valueOf(dice, 1)],
    () => ['minimum', below(5) - 2],
    () => ['exclusiveMaximum', below(5)],
    () => ['multipleOf', 1 + below(3)],
    () => ['minLength', below(3)],
    () => ['maxLength', below(3)],
    () => ['pattern', pick(['^a', 'b$', '^[ab]+$'])],
    () => ['items', inner()],
    () => ['prefixItems', some(inner)],
    () => ['minItems', below(3)],
    () => ['uniqueItems', true],
    () => ['contains', inner()],
    () => ['properties', objectOf(entries())],
    () => ['required', NAMES.filter(() => chance(0.3))],
    () => ['additionalProperties', chance(0.5) ? false : inner()],
    () => ['maxProperties', below(3)],
    () => ['anyOf', some(inner)],
    () => ['oneOf', some(inner)],
    () => ['allOf', some(inner)],
    () => ['not', inner()],
    () => ['$ref', '#/$defs/d'],
  ]
  return Object.fromEntries(Array.from({ length: below(4) }, () => pick(keywords)()))
}

function valueOf(dice, depth = 3) {
  const { below, pick, chance } = dice
  const scalars = [null, true, false, 0, 1, -1, 2.5, 3, '', 'a', 'ab', 'bb', '💡']
  if (depth === 0 || chance(0.4)) return pick(scalars)
  if (chance(0.4)) return Array.from({ length: below(4) }, () => valueOf(dice, depth - 1))
  return objectOf(NAMES.filter(() => chance(0.4)).map((name) => [name, valueOf(dice, depth - 1)]))
}

test('for random schemas and results, the core and Ajv decide alike', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true })
  const registry = new ToolRegistry()
  const counts = { valid: 0, invalid: 0 }
  for (let seed = 1; seed <= SCHEMAS; seed++) {
    const dice = random(seed * 7_919)
    const outputSchema = {
      ...schemaOf(dice),
      $defs: { d: { type: ['string', 'array', 'object'], items: { $ref: '#/$defs/d' } } },
    }
    const validate = ajv.compile(outputSchema)
    const name = `t${seed}`
    registry.register({
      name,
      description: 'd',
      outputSchema,
      execute: ({ value }) => value,
      inputSchema: { type: 'object' },
    })
    for (let i = 0; i < VALUES; i++) {
      const value = valueOf(dice)
      const isValid = await registry.execute(name, { value }).then(
        (result) => result === value || assert.fail('another result'),
        (error) => !(error instanceof ToolrackError && error.code === 'OUTPUT_INVALID') && assert.fail(error),
      )
      counts[isValid ? 'valid' : 'invalid']++
      const message = `${seed}: ${JSON.stringify(outputSchema)} ${JSON.stringify(value)}`
      assert.equal(isValid, validate(value), message)
    }
  }
  assert.ok(counts.valid > 500 && counts.invalid > 500, JSON.stringify(counts))
})
