// What a definition holds and JSON would lose, or says in another library's words, is refused with what to write.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type } from 'arktype'
import { ToolRegistry } from 'toolrack'
import * as v from 'valibot'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { refusal, registryOf, tool } from './support/tools.mjs'

const of = (parameters) => tool({ inputSchema: undefined, parameters })
const { execute: _, ...bare } = tool()
const handler = () => 1
const optional = { type: 'string', [Symbol('TypeBox.Optional')]: 'Optional' }

/** What it is, the definition, and each problem: its pointer and what its message says. */
const CASES = [
  // Functions and constructors.
  ['a listener', tool({ onError: handler }), [['/onError', 'is no key of a tool definition']]],
  ...['run', 'func', 'fn', 'invoke', 'callback'].map((key) => [
    `${key} in place of execute`,
    { ...bare, [key]: handler },
    [
      ['/execute', 'is required'],
      [`/${key}`, 'is "execute" meant?'],
    ],
  ]),
  ['a title that is made by a function', tool({ title: handler }), [['/title', 'must be a string']]],
  ['tags that are a function', tool({ tags: handler }), [['/tags', 'must be a list of strings']]],
  ['a tag that is a function', tool({ tags: ['a', handler] }), [['/tags/1', 'is a function']]],
  [
    'annotations that are a function',
    tool({ annotations: handler }),
    [['/annotations', 'is a function: only execute and requiresApproval may be one']],
  ],
  ['limits that are functions', tool({ callLimits: { burst: handler } }), [['/callLimits/burst', 'is a function']]],
  ['a symbol', tool({ category: Symbol('x') }), [['/category', 'must be a string']]],
  [
    'a symbol in the depth',
    tool({ inputSchema: { type: 'object', properties: { a: { const: Symbol('x') } } } }),
    [['/inputSchema/properties/a/const', 'is a symbol: write a string']],
  ],
  [
    'a BigInt in the depth',
    of({ n: { type: 'integer', maximum: 5n } }),
    [['/parameters/n/maximum', 'is a BigInt: write a number']],
  ],
  [
    'a constructor as a type',
    of({ q: { type: String }, n: { type: Number, items: { type: Boolean } } }),
    [
      ['/parameters/q/type', 'is the constructor String: write type: "string"'],
      ['/parameters/n/type', 'is the constructor Number: write type: "number"'],
      ['/parameters/n/items/type', 'is the constructor Boolean: write type: "boolean"'],
    ],
  ],
  [
    'a list of constructors as a type',
    of({ q: { type: [String, Number] } }),
    [
      ['/parameters/q/type/0', 'write type: "string"'],
      ['/parameters/q/type/1', 'write type: "number"'],
    ],
  ],
  [
    'Date as a type',
    of({ q: { type: Date } }),
    [['/parameters/q/type', 'is the constructor Date: write type: "string", format: "date-time"']],
  ],
  [
    'BigInt as a type',
    of({ q: { type: BigInt } }),
    [['/parameters/q/type', 'is the constructor BigInt: write type: "integer", or "string"']],
  ],
  [
    'a constructor as a parameter',
    of({ q: String }),
    [['/parameters/q', 'is the constructor String: write { type: "string" }']],
  ],
  [
    'a constructor in a JSON Schema',
    tool({ inputSchema: { type: Object, properties: { a: { type: String } } } }),
    [
      ['/inputSchema/type', 'write type: "object"'],
      ['/inputSchema/properties/a/type', 'write type: "string"'],
    ],
  ],
  [
    'execute among the parameters',
    of({ q: { type: 'string' }, execute: handler }),
    [['/parameters/execute', 'is a function: a parameter is plain data, and "execute" stands beside parameters']],
  ],
  ['parameters that are a function', of(handler), [['/parameters', 'is a function']]],
  [
    'a validation of one argument',
    of({ q: { type: 'string', validate: handler } }),
    [['/parameters/q/validate', 'is a function: judge the argument in execute, or give a Standard Schema']],
  ],
  [
    'a function in a JSON Schema',
    tool({ inputSchema: { type: 'object', properties: { a: { default: handler } } } }),
    [['/inputSchema/properties/a/default', 'is a function: judge']],
  ],
  [
    'a function that gives the schema',
    tool({ inputSchema: () => z.object({}) }),
    [['/inputSchema', 'is a function: give the schema itself']],
  ],
  // What JSON makes empty.
  [
    'parameters in a Map',
    of(new Map([['q', { type: 'string' }]])),
    [['/parameters', 'is a Map: write a plain object']],
  ],
  ['parameters that are not there yet', of(Promise.resolve({})), [['/parameters', 'is a promise: await it first']]],
  ['tags in a Set', tool({ tags: new Set(['a']) }), [['/tags', 'must be a list of strings']]],
  ['an enum in a Set', of({ q: { enum: new Set(['a']) } }), [['/parameters/q/enum', 'is a Set: write a list']]],
  [
    'a pattern that is a RegExp',
    of({ q: { type: 'string', pattern: /^C/ } }),
    [['/parameters/q/pattern', 'is a RegExp: write its source as a string']],
  ],
  // Schemas of libraries.
  [
    'Zod in parameters',
    of(z.object({ city: z.string() })),
    [
      [
        '/parameters',
        'is misplaced, since a Zod schema belongs in inputSchema: write inputSchema: z.object({ city: … })',
      ],
    ],
  ],
  [
    'Zod 3 in parameters',
    of(z3.object({ city: z3.string() })),
    [
      [
        '/parameters',
        'is misplaced, since a Zod schema belongs in inputSchema: write inputSchema: z.object({ city: … })',
      ],
    ],
  ],
  [
    'Valibot in parameters',
    of(v.object({ city: v.string() })),
    [['/parameters', 'write inputSchema: toStandardJsonSchema(v.object({ city: … }))']],
  ],
  [
    'ArkType in parameters',
    of(type({ city: 'string' })),
    [
      [
        '/parameters',
        'is misplaced, since an ArkType schema belongs in inputSchema: write inputSchema: type({ city: … })',
      ],
    ],
  ],
  [
    'Zod as a parameter',
    of({ city: z.string(), n: { type: 'integer' } }),
    [['/parameters/city', 'a Zod schema belongs in inputSchema: write inputSchema: z.object({ city: … })']],
  ],
  [
    'ArkType as a parameter',
    of({ city: type('string') }),
    [['/parameters/city', 'write inputSchema: type({ city: … })']],
  ],
  [
    'Zod in the depth of parameters',
    of({ list: { type: 'array', items: z.string() } }),
    [['/parameters/list/items', 'is a Zod schema, and no part of a JSON Schema']],
  ],
  [
    'Zod in a JSON Schema',
    tool({ inputSchema: { type: 'object', properties: { city: z.string() } } }),
    [['/inputSchema/properties/city', 'is a Zod schema, and no part of a JSON Schema']],
  ],
  [
    'Zod under another key',
    tool({ schema: z.object({}) }),
    [['/schema', 'is no key of a tool definition: is "inputSchema" meant?']],
  ],
  [
    'an optional parameter of TypeBox',
    of({ q: optional, n: { type: 'integer' } }),
    [['/parameters/q', 'is optional by the mark of TypeBox, which JSON does not hold: write required: false']],
  ],
  // Words of others.
  [
    'a whole JSON Schema in parameters',
    of({ type: 'object', properties: { q: { type: 'string' } }, required: ['q'] }),
    [['/parameters', 'is a whole JSON Schema: give it as inputSchema']],
  ],
  [
    'a whole JSON Schema without a type',
    of({ properties: { q: { type: 'string' } }, required: ['q'] }),
    [['/parameters', 'is a whole JSON Schema: give it as inputSchema']],
  ],
  [
    'optional: true',
    of({ q: { type: 'string', optional: true } }),
    [['/parameters/q/optional', '"optional" is no keyword of a parameter: write required: false']],
  ],
  ['optional: false', of({ q: { type: 'string', optional: false } }), [['/parameters/q/optional', 'leave it out']]],
  ['nullable', of({ q: { type: 'string', nullable: true } }), [['/parameters/q/nullable', 'type: ["string", "null"]']]],
  [
    'a keyword that is nearly one',
    of({ q: { type: 'string', minLenght: 1 } }),
    [['/parameters/q/minLenght', 'nearest: minLength']],
  ],
  [
    'a type in place of a parameter',
    of({ q: 'string' }),
    [['/parameters/q', 'must be a map with type, description …: write { type: "string" }']],
  ],
  [
    'a type with a capital',
    of({ q: { type: 'String' } }),
    [['/parameters/q/type', 'is none of string, number, integer, boolean, array, object, null; nearest: string']],
  ],
  ['a date', of({ q: { type: 'date' } }), [['/parameters/q/type', 'nearest: string with format: "date-time"']]],
  [
    'a bigint in a JSON Schema',
    tool({ inputSchema: { type: 'object', properties: { q: { type: 'bigint' } } } }),
    [['/inputSchema/properties/q/type', 'nearest: integer']],
  ],
  ['a type that nobody has', of({ q: { type: 'strin' } }), [['/parameters/q/type', 'is none of string, number,']]],
  ['input_schema', tool({ inputSchema: undefined, input_schema: {} }), [['/input_schema', 'nearest: inputSchema']]],
  ['params', tool({ params: {} }), [['/params', 'is "parameters" meant?']]],
  ['returns', tool({ returns: {} }), [['/returns', 'is "outputSchema" meant?']]],
  ['output_schema', tool({ output_schema: {} }), [['/output_schema', 'nearest: outputSchema']]],
  ['timeoutMs', tool({ timeoutMs: 5 }), [['/timeoutMs', 'is a member of "callLimits" meant?']]],
  [
    'everything at once',
    {
      name: 'a b',
      description: '',
      run: handler,
      parameters: { a: String, b: { type: 'string', optional: true }, c: z.string() },
      categry: 'x',
    },
    [
      ['/name', 'may not contain spaces'],
      ['/description', 'is empty'],
      ['/parameters/b/optional', 'required: false'],
      ['/execute', 'is required'],
      ['/run', 'execute'],
      ['/categry', 'nearest: category'],
      ['/parameters/a', 'String'],
      ['/parameters/c', 'a Zod schema'],
    ],
  ],
]

for (const [what, definition, problems] of CASES) {
  test(`a definition is refused with a text that says where it belongs: ${what}`, async () => {
    const registry = registryOf({ name: 'there' })
    const handle = registry.register(tool({ name: 'other' }))
    for (const door of [
      () => registry.register(definition),
      () => registry.replace(definition),
      () => handle.update(definition),
    ]) {
      const { code, details } = await refusal(door)
      assert.equal(code, 'INVALID_DEFINITION')
      assert.deepEqual(
        details.problems.map(({ pointer }) => pointer),
        problems.map(([pointer]) => pointer),
      )
      for (const [i, [, says]] of problems.entries())
        assert.ok(details.problems[i].message.includes(says), details.problems[i].message)
    }
    assert.deepEqual([registry.revision, registry.list()], [2, ['there', 'other']])
  })
}

test('parameters may be named as keywords, and as what JSON Schema calls an object', async () => {
  const parameters = {
    type: { type: 'string' },
    properties: { type: 'object' },
    required: { type: 'boolean' },
    optional: { type: 'string', required: false },
    execute: { type: 'string' },
  }
  const registry = registryOf(of(parameters))
  assert.deepEqual(registry.get('echo').inputSchema.required, ['type', 'properties', 'required', 'execute'])
})

test('a whole JSON Schema with the marks of TypeBox is a JSON Schema', () => {
  const inputSchema = { [Symbol('TypeBox.Kind')]: 'Object', type: 'object', properties: { q: optional } }
  assert.deepEqual(registryOf({ inputSchema }).get('echo').inputSchema, {
    type: 'object',
    properties: { q: { type: 'string' } },
  })
})

test('a definition that says by toJSON what it is, or shares its parts, is read as before', () => {
  const part = { type: 'string', toJSON: () => ({ type: 'integer' }) }
  let shared = { type: 'string' }
  for (let i = 0; i < 8; i++) shared = { type: 'object', properties: { a: shared, b: shared } }
  const { inputSchema } = registryOf(of({ part, shared })).get('echo')
  assert.deepEqual(
    [inputSchema.properties.part, inputSchema.properties.shared.required],
    [{ type: 'integer' }, ['a', 'b']],
  )
})

test('a definition that cannot be read is refused, and named where it has a name', async () => {
  const hostile = [
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no keys')
        },
      },
    ),
    Object.defineProperty(tool(), 'tags', {
      enumerable: true,
      get() {
        throw new Error('no tags')
      },
    }),
    tool({
      inputSchema: {
        get type() {
          throw new Error('no type')
        },
      },
    }),
  ]
  for (const definition of hostile)
    assert.equal((await refusal(() => new ToolRegistry().register(definition))).code, 'INVALID_DEFINITION')
  assert.match(
    (await refusal(() => new ToolRegistry().register(hostile[2]))).message,
    /^tool definition "echo" is not valid: cannot be JSON: no type$/,
  )
})
