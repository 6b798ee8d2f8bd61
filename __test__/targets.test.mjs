// What providers take, what they send, and what they get back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { document } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, registryOf, tool } from './support/tools.mjs'

const PARAMETERS = {
  'user-id': { type: 'string' },
  'X/Trace id': { type: 'string', required: false },
  où: { type: 'object', required: false, properties: { 'le pays': { type: 'string' } } },
}
const lookup = { name: 'crm/look.up', description: 'Look up', inputSchema: undefined, parameters: PARAMETERS }

/** How each provider sends a call and reads its answer. */
const PROVIDERS = {
  openai: {
    names: (tools) => tools.map(({ name }) => name),
    schema: (tools) => tools[0].parameters,
    call: (id, name, args) => ({ type: 'function_call', call_id: id, name, arguments: JSON.stringify(args) }),
    read: ({ type, call_id, output, ...rest }) => (
      assert.deepEqual([type, rest], ['function_call_output', {}]),
      { id: call_id, said: output }
    ),
  },
  anthropic: {
    names: (tools) => tools.map(({ name }) => name),
    schema: (tools) => tools[0].input_schema,
    call: (id, name, input) => ({ type: 'tool_use', id, name, input }),
    read: ({ type, tool_use_id, content, is_error, ...rest }) => (
      assert.deepEqual([type, rest], ['tool_result', {}]),
      { id: tool_use_id, said: content, failed: is_error }
    ),
  },
  gemini: {
    names: ([{ functionDeclarations }]) => functionDeclarations.map(({ name }) => name),
    schema: ([{ functionDeclarations }]) => functionDeclarations[0].parametersJsonSchema,
    call: (id, name, args) => ({ functionCall: { id, name, args } }),
    read: ({ functionResponse: { id, name, response } }) => (
      assert.equal(typeof name, 'string'),
      { id, said: JSON.stringify(response.output ?? response), failed: 'error' in response ? true : undefined }
    ),
  },
}
const chat = {
  names: (tools) => tools.map(({ function: { name } }) => name),
  schema: (tools) => tools[0].function.parameters,
  call: (id, name, args) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }),
  read: ({ role, tool_call_id, content, ...rest }) => (
    assert.deepEqual([role, rest], ['tool', {}]),
    { id: tool_call_id, said: content }
  ),
}
/** As their SDKs have it. */
const sdkChat = { ...chat, read: ({ toolCallId, ...rest }) => chat.read({ ...rest, tool_call_id: toolCallId }) }
Object.assign(PROVIDERS, {
  'openai-chat': chat,
  mistral: sdkChat,
  cohere: sdkChat,
  'gemini-openapi': { ...PROVIDERS.gemini, schema: ([{ functionDeclarations }]) => functionDeclarations[0].parameters },
  bedrock: {
    names: (tools) => tools.map(({ toolSpec: { name } }) => name),
    schema: (tools) => tools[0].toolSpec.inputSchema.json,
    call: (id, name, input) => ({ toolUse: { toolUseId: id, name, input } }),
    read: ({
      toolResult: {
        toolUseId,
        content: [{ json, text }],
        status,
      },
    }) => ({ id: toolUseId, said: text ?? JSON.stringify(json), failed: status === 'error' || undefined }),
  },
  mcp: {
    names: (tools) => tools.map(({ name }) => name),
    schema: (tools) => tools[0].inputSchema,
    call: (id, name, args) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } }),
    read: ({ content: [{ text }], isError }) => ({ said: text, failed: isError }),
  },
  'ai-sdk': {
    names: (tools) => tools.map(({ name }) => name),
    schema: (tools) => tools[0].inputSchema,
    call: (id, name, input) => ({ type: 'tool-call', toolCallId: id, toolName: name, input }),
    read: ({ type, toolCallId, output: { type: kind, value } }) => (
      assert.equal(type, 'tool-result'),
      {
        id: toolCallId,
        said: typeof value === 'string' ? value : JSON.stringify(value),
        failed: kind.startsWith('error') || undefined,
      }
    ),
  },
})
const TARGETS = Object.entries(PROVIDERS)
/** Those that take only some characters in the names of arguments. */
const RENAMES_KEYS = new Set(['anthropic', 'gemini', 'gemini-openapi', 'bedrock', 'ai-sdk'])
/** Those whose answers have no word for a failure but the text. */
const SAYS_NO_FAILURE = new Set(['openai', 'openai-chat', 'mistral', 'cohere'])

test('OpenAI takes functions that say they are not strict', () => {
  const registry = registryOf({ inputSchema: { type: 'object', properties: { a: { type: 'string' } } } })
  const expected = [
    {
      type: 'function',
      name: 'echo',
      description: 'Says what it was told',
      parameters: { type: 'object', properties: { a: { type: 'string' } } },
      strict: false,
    },
  ]
  assert.deepEqual(registry.definitions('openai'), expected)
  assert.deepEqual(registry.definitions('openai-responses'), expected)
})

test('Anthropic takes tools with an input_schema', () => {
  const registry = registryOf({ inputSchema: { type: 'object', properties: { a: { type: 'string' } } } })
  assert.deepEqual(registry.definitions('anthropic'), [
    {
      name: 'echo',
      description: 'Says what it was told',
      input_schema: { type: 'object', properties: { a: { type: 'string' } } },
      strict: false,
    },
  ])
})

test('Gemini takes one tool that holds all functions', () => {
  const registry = registryOf({ name: 'a', inputSchema: { type: 'object', properties: {} } }, { name: 'b' })
  const [{ functionDeclarations }, ...rest] = registry.definitions('gemini')
  assert.deepEqual([functionDeclarations.map(({ name }) => name), rest], [['a', 'b'], []])
  assert.deepEqual(functionDeclarations[0], {
    name: 'a',
    description: 'Says what it was told',
    parametersJsonSchema: { type: 'object', properties: {} },
  })
})

for (const [target, provider] of TARGETS) {
  test(`names that ${target} does not take are told otherwise and find their way back, at every depth`, async () => {
    const registry = registryOf(lookup, { name: 'crm_look_up' })
    const tools = registry.definitions(target)
    const [name, own] = provider.names(tools)
    assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/)
    assert.equal(own, 'crm_look_up')
    assert.notEqual(name, own)
    const { properties, required } = provider.schema(tools)
    const [id, trace, where] = Object.keys(properties)
    if (RENAMES_KEYS.has(target)) for (const key of [id, trace, where]) assert.match(key, /^[a-zA-Z0-9_.-]{1,64}$/)
    assert.deepEqual(required, [id])
    const [country] = Object.keys(properties[where].properties)
    const { said, failed } = provider.read(
      await registry.respond(
        target,
        provider.call('1', name, { [id]: 'C1', [trace]: 't', [where]: { [country]: 'Norge' } }),
      ),
    )
    assert.equal(failed, undefined)
    assert.deepEqual(JSON.parse(said), { 'user-id': 'C1', 'X/Trace id': 't', où: { 'le pays': 'Norge' } })
  })

  test(`several calls of ${target} are carried out side by side and answered in order`, async () => {
    const started = []
    let open
    const gate = new Promise((resolve) => (open = resolve))
    const registry = registryOf({
      inputSchema: undefined,
      parameters: { n: { type: 'integer' } },
      execute: ({ n }) => {
        started.push(n)
        if (started.length === 3) open()
        return gate.then(() => n)
      },
    })
    const calls = [0, 1, 2].map((n) => provider.call(`id${n}`, 'echo', { n }))
    calls.push(provider.call('id3', 'ehco', {}))
    const answers = (await registry.respond(target, calls)).map(provider.read)
    assert.deepEqual(
      answers.map(({ id }) => id),
      target === 'mcp' ? Array(4).fill(undefined) : ['id0', 'id1', 'id2', 'id3'],
    )
    assert.deepEqual(
      [started, answers.slice(0, 3).map(({ said }) => said)],
      [
        [0, 1, 2],
        ['0', '1', '2'],
      ],
    )
    assert.deepEqual(await registry.respond(target, []), [])
  })

  const FAULTS = [
    [
      'an unknown tool',
      'ehco',
      {},
      ({ error: { code, nearest } }) => assert.deepEqual([code, nearest], ['UNKNOWN_TOOL', ['echo']]),
    ],
    [
      'wrong arguments',
      'echo',
      { n: 'x', m: 1 },
      ({ error: { code, problems } }) =>
        assert.deepEqual([code, problems.map(({ pointer }) => pointer).sort()], ['INVALID_PARAMS', ['', '/n']]),
    ],
    [
      'arguments that are a list',
      'echo',
      [1],
      ({ error: { code, problems } }) => assert.deepEqual([code, problems.length], ['INVALID_PARAMS', 1]),
    ],
    ['a missing user', 'user', {}, ({ error: { code } }) => assert.equal(code, 'MISSING_CONTEXT')],
    [
      'a closure that fails',
      'fails',
      {},
      ({ error }) =>
        assert.deepEqual(error, {
          code: 'TOOL_FAILED',
          message: 'tool "fails" failed: no wires',
          next: 'A call with the same arguments will most likely fail again.',
        }),
    ],
    ['a closure that takes too long', 'hangs', {}, ({ error: { code } }) => assert.equal(code, 'TIMEOUT')],
    [
      'a result that no JSON can say',
      'big',
      {},
      ({ error: { code, message } }) => (assert.equal(code, 'TOOL_FAILED'), assert.match(message, /circular/)),
    ],
    [
      'a tool that is disabled',
      'off',
      {},
      ({ error: { code, message } }) =>
        assert.deepEqual([code, message], ['UNKNOWN_TOOL', 'tool "off" is disabled: enable it with handle.enable()']),
    ],
  ]
  for (const [what, name, args, check] of FAULTS) {
    test(`${target} is answered what went wrong, so that the model can mend it: ${what}`, async () => {
      const registry = registryOf(
        { inputSchema: undefined, parameters: { n: { type: 'integer' } } },
        { name: 'user', requiresAuth: true },
        {
          name: 'fails',
          execute: () => {
            throw Object.assign(new Error('no wires'), { code: 'E_SECRET', secret: 'key' })
          },
        },
        { name: 'hangs', execute: () => new Promise(() => {}) },
        {
          name: 'big',
          execute: () => {
            const round = {}
            round.self = round
            return round
          },
        },
      )
      registry.register(tool({ name: 'off' })).disable()
      const { id, said, failed } = provider.read(
        await registry.respond(target, provider.call('c1', name, args), { timeoutMs: 30 }),
      )
      assert.deepEqual(
        [id, failed],
        [target === 'mcp' ? undefined : 'c1', SAYS_NO_FAILURE.has(target) ? undefined : true],
      )
      check(JSON.parse(said))
      assert.doesNotMatch(said, /stack|\.mjs|E_SECRET|secret/)
    })
  }

  test(`a user named by a model of ${target} is reported and ignored, with or without a caller`, async () => {
    const registry = registryOf({ execute: (params, { userId }) => ({ params, user: userId ?? null }) })
    const told = []
    registry.on('spoofAttempt', ({ keys, userId }) => told.push([keys, userId]))
    const call = provider.call('1', 'echo', { q: 1, userId: 'root', __metadata: { admin: true } })
    for (const [options, user] of [
      [undefined, null],
      [{}, null],
      [{ context: undefined }, null],
      [{ context: {} }, null],
      [{ context: { userId: 7 } }, 7],
    ]) {
      assert.deepEqual(JSON.parse(provider.read(await registry.respond(target, call, options)).said), {
        params: { q: 1 },
        user,
      })
      assert.deepEqual(told.pop(), [['userId', '__metadata'], user ?? undefined])
    }
  })
}

const RESULTS = [
  ['a text', 'words', 'words'],
  ['an object', { a: [1] }, '{"a":[1]}'],
  ['nothing', undefined, 'null'],
  ['a number', 5, '5'],
  ['half of an emoji', 'a\ud83d', 'a\ufffd'],
]
test('a result is a text for OpenAI and Anthropic, and a value for Gemini', async () => {
  for (const [what, result, text] of RESULTS) {
    const registry = registryOf({ execute: async () => result })
    const said = async (target) =>
      PROVIDERS[target].read(await registry.respond(target, PROVIDERS[target].call('1', 'echo', {}))).said
    assert.deepEqual([await said('openai'), await said('anthropic')], [text, text], what)
    const { functionResponse } = await registry.respond('gemini', { name: 'echo' })
    assert.deepEqual(
      functionResponse,
      { name: 'echo', response: { output: typeof result === 'string' ? text : (result ?? null) } },
      what,
    )
  }
})

test('OpenAI: empty argument text means no arguments; invalid JSON is an error for the model', async () => {
  const registry = registryOf({})
  const respond = async (args) =>
    (await registry.respond('openai', { call_id: '1', name: 'echo', arguments: args })).output
  for (const none of ['', '  ', '{}', 'null']) assert.equal(await respond(none), '{}')
  for (const broken of ['{"a":', 'words', '[1]', '5', '{"a":1}{']) {
    const { error } = JSON.parse(await respond(broken))
    assert.deepEqual([error.code, error.problems.length], ['INVALID_PARAMS', 1], broken)
    assert.match(error.problems[0].message, /^arguments are not a JSON object/)
  }
})

test('a call of Gemini may come as a part or bare, with an id or without', async () => {
  const registry = registryOf({})
  const expected = { name: 'echo', response: { output: { q: 1 } } }
  assert.deepEqual(await registry.respond('gemini', { functionCall: { name: 'echo', args: { q: 1 } } }), {
    functionResponse: expected,
  })
  assert.deepEqual(await registry.respond('gemini', { id: 'x', name: 'echo', args: { q: 1 } }), {
    functionResponse: { ...expected, id: 'x' },
  })
})

test('a call that is none, or of a target that is none, is the fault of the caller', async () => {
  const registry = registryOf({})
  for (const [target, call] of [
    ['openai', {}],
    ['openai', null],
    ['openai', { id: '1', name: 'echo', input: {} }],
    ['anthropic', { name: 'echo', input: {} }],
    ['gemini', { args: {} }],
    ['anthropic', 'echo'],
    ['anthropic', undefined],
    ['cohere', { id: '1', name: 'echo' }],
    ['nobody', { id: '1', name: 'echo' }],
    [undefined, {}],
  ]) {
    assert.equal(await codeOf(() => registry.respond(target, call)), 'INVALID_OPTIONS', JSON.stringify([target, call]))
  }
  const one = { id: '1', name: 'echo', input: {} }
  assert.equal(await codeOf(() => registry.respond('anthropic', [one, {}])), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => registry.respond('anthropic', one, { timeout: 1 })), 'INVALID_OPTIONS')
})

test("the status and body of an API's failure reach the model, its headers and address do not", async (t) => {
  const { url } = await serve(
    t,
    (_, response) =>
      void response
        .writeHead(409, { 'content-type': 'application/json', 'x-secret': 'key' })
        .end('{"message":"taken"}'),
  )
  const registry = registryOf()
  await new SpecLoader(registry).load(document(['book']), { baseUrl: url, headers: { authorization: 'Bearer key' } })
  const { content, is_error } = await registry.respond('anthropic', { id: '1', name: 'book', input: {} })
  assert.deepEqual(
    [JSON.parse(content), is_error],
    [
      {
        error: {
          code: 'HTTP_FAILED',
          message: 'tool "book" failed: the API responded with status 409',
          status: 409,
          body: { message: 'taken' },
          next: 'The API refused the arguments: its body has the reason.',
        },
      },
      true,
    ],
  )
})

test('a turn answers calls by the names it has told, though the registry has changed', async () => {
  const registry = registryOf({ name: 'a/b', execute: () => 'mine' })
  const turn = registry.snapshot()
  const [{ name }] = turn.definitions('anthropic')
  registry.unregister('a/b')
  registry.register(tool({ name: 'a_b', execute: () => 'another' }))
  assert.equal((await turn.respond('anthropic', { id: '1', name, input: {} })).content, 'mine')
  assert.equal((await registry.respond('anthropic', { id: '1', name, input: {} })).content, 'another')
})

const STRICT = {
  type: 'object',
  properties: { query: { type: 'string' }, limit: { type: 'integer' }, until: { type: ['string', 'null'] } },
  required: ['query'],
}
const OPEN = { type: 'object', properties: { labels: { type: 'object', additionalProperties: { type: 'string' } } } }

test('strict tools are marked, others report why not, and nulls for absent arguments are removed', async () => {
  const registry = registryOf({ name: 'search', inputSchema: STRICT }, { name: 'merge', inputSchema: OPEN })
  const [search, merge] = registry.definitions('openai', undefined, { strict: true })
  assert.deepEqual([search.strict, merge.strict], [true, false])
  assert.deepEqual(search.parameters.required, ['query', 'limit', 'until'])
  assert.deepEqual(search.parameters.properties.limit.type, ['integer', 'null'])
  const { definition, strict, diagnostics, downgraded } = registry.explain('merge', 'openai', { strict: true })
  assert.deepEqual([definition, strict, downgraded.map(({ code }) => code)], [merge, false, ['OPEN_MAP']])
  assert.ok(diagnostics.some(({ code }) => code === 'STRICT_DOWNGRADED'))
  const call = { call_id: '1', name: 'search', arguments: JSON.stringify({ query: 'lamp', limit: null, until: null }) }
  assert.deepEqual(JSON.parse((await registry.respond('openai', call, { strict: true })).output), {
    query: 'lamp',
    until: null,
  })
  assert.match((await registry.respond('openai', call)).output, /INVALID_PARAMS/)
})

test('a tool that a target would refuse stays away from that target alone', () => {
  const clash = { type: 'object', properties: { a: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }
  const registry = registryOf({ name: 'clash', inputSchema: clash }, { name: 'plain' })
  assert.deepEqual(
    registry.definitions('gemini-openapi')[0].functionDeclarations.map(({ name }) => name),
    ['plain'],
  )
  const [{ name, findings }, ...rest] = registry.offer('gemini-openapi').quarantined
  assert.deepEqual(
    [name, findings.map(({ code, weight }) => [code, weight]), rest],
    ['clash', [['ALLOF_UNMERGEABLE', 'refused']], []],
  )
  assert.equal(registry.explain('clash', 'gemini-openapi').definition, null)
  for (const target of ['openai', 'anthropic', 'mcp'])
    assert.deepEqual([registry.definitions(target).length, registry.offer(target).quarantined], [2, []])
})

test('gemini-openapi is shown a schema that contains itself to a bounded depth, and explain says where it ends', () => {
  const registry = registryOf({
    name: 'loop',
    inputSchema: { type: 'object', properties: { value: { type: 'string' }, next: { $ref: '#' } } },
  })
  assert.deepEqual(registry.offer('gemini-openapi').quarantined, [])
  const { definition, diagnostics } = registry.explain('loop', 'gemini-openapi')
  assert.deepEqual(definition, registry.definitions('gemini-openapi')[0].functionDeclarations[0])
  const cuts = diagnostics
    .filter(({ code }) => code === 'RECURSION_UNROLLED')
    .map(({ effect, pointer }) => [effect, pointer])
  assert.deepEqual(cuts, [['NARROWER', '/properties/next/properties/next/properties/next']])
})

test('gemini-openapi is shown an untyped value as a string that holds JSON, and the tool gets the value', async () => {
  const registry = registryOf({
    name: 'set',
    inputSchema: { type: 'object', properties: { key: { type: 'string' }, value: {} } },
    execute: async (params) => params,
  })
  const told = registry
    .explain('set', 'gemini-openapi')
    .diagnostics.filter(({ code }) => code === 'SCHEMA_TO_JSON_TEXT')
  assert.deepEqual(
    told.map(({ effect, pointer }) => [effect, pointer]),
    [['SHIFT', '/properties/value']],
  )
  for (const [sent, own] of [
    ['{"a":[1,null]}', { a: [1, null] }],
    ['5', 5],
    ['"5"', '5'],
    ['just words', 'just words'],
    [true, true],
  ]) {
    const answer = await registry.respond('gemini-openapi', {
      functionCall: { id: '1', name: 'set', args: { key: '5', value: sent } },
    })
    assert.deepEqual(answer.functionResponse.response, { output: { key: '5', value: own } })
  }
})

test('a string of JSON is read whatever a model writes, and what is none reaches the tool as it is', async () => {
  let seen
  const execute = (params) => void (seen = params)
  const registry = registryOf({
    name: 'set',
    inputSchema: { type: 'object', properties: { value: {}, typed: { type: 'string' } } },
    execute,
  })
  const given = async (args) => {
    seen = undefined
    const { functionResponse } = await registry.respond('gemini-openapi', {
      functionCall: { id: '1', name: 'set', args },
    })
    assert.equal(functionResponse.name, 'set')
    return seen
  }
  const deep = (depth) => '['.repeat(depth) + ']'.repeat(depth)
  const large = JSON.stringify(Array.from({ length: 25_000 }, (_, i) => ({ i, text: 'x'.repeat(20) })))
  for (const [sent, own] of [
    ['{"__proto__":{"polluted":true}}', JSON.parse('{"__proto__":{"polluted":true}}')],
    ['{"a":1,"a":2}', { a: 2 }],
    ['1e999', '1e999'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['"5"', '5'],
    ['5', 5],
    ['five', 'five'],
    [deep(100), JSON.parse(deep(100))],
    [deep(100_000), deep(100_000)],
    [large, JSON.parse(large)],
  ]) {
    assert.deepEqual(await given({ value: sent, typed: sent }), { value: own, typed: sent }, sent.slice(0, 50))
  }
  // Deeper than arguments may be: the model is told.
  assert.equal(await given({ value: deep(127) }), undefined)
  assert.equal({}.polluted, undefined)
})

test('explain says strict where definitions does, also where the budget of strict tools is spent', () => {
  const names = Array.from({ length: 30 }, (_, number) => `echo_${number}`)
  const optional = (count) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { type: 'string', required: false }]))
  const registry = registryOf(
    ...names.map((name, i) => ({
      name,
      inputSchema: undefined,
      parameters: optional(i % 4),
      annotations: { readOnlyHint: i % 2 === 0 },
    })),
  )
  for (const strict of [true, 'auto', false]) {
    for (const filter of [undefined, { name: 'echo_1*' }, { predicate: (tool) => tool.name.endsWith('7') }]) {
      const shown = registry.definitions('anthropic', filter, { strict })
      const explained = shown.map(({ name }) => registry.explain(name, 'anthropic', { strict, filter }))
      assert.deepEqual(
        explained.map(({ definition }) => definition),
        shown,
      )
      assert.deepEqual(
        explained.map((one) => one.strict),
        shown.map((one) => one.strict === true),
      )
      for (const one of explained.filter((each) => strict !== false && !each.strict)) {
        assert.match(one.downgraded[0].code, /^ANTS_(TOO_MANY_STRICT|OPTIONAL_BUDGET)$/)
        assert.ok(one.diagnostics.some(({ code }) => code === 'STRICT_DOWNGRADED'))
      }
    }
  }
  assert.ok(names.some((name) => !registry.explain(name, 'anthropic', { strict: true }).strict))
  assert.ok(names.every((name) => registry.explain(name, 'anthropic', { strict: true, filter: { name } }).strict))
})

test('more tools than a provider takes are refused with the figures, trimmed or sent, as the caller says', async () => {
  const registry = registryOf(...Array.from({ length: 130 }, (_, number) => ({ name: `echo_${number}` })))
  await assert.rejects(async () => registry.definitions('openai'), {
    code: 'NOT_REPRESENTABLE',
    message:
      'openai does not accept these tools in one request: more than 128 tools (130); ' +
      'offer fewer tools, or set overLimit to "trim"',
  })
  assert.deepEqual(
    registry
      .definitions('openai', undefined, { overLimit: 'trim' })
      .map(({ name }) => name)
      .slice(-1),
    ['echo_127'],
  )
  assert.equal(registry.definitions('openai', undefined, { overLimit: 'send' }).length, 130)
  assert.equal(registry.definitions('openai', { name: 'echo_1*' }).length, 41)
  assert.equal(registry.definitions('anthropic').length, 130)
})

test('tools that are found later and the end of the cache are marked where a target has a word for it', async () => {
  const registry = registryOf({ name: 'a', tags: ['rare'] }, { name: 'b' }, { name: 'c', tags: ['rare'] })
  const options = { deferLoading: { tags: 'rare' }, cache: true }
  const marks = registry
    .definitions('anthropic', undefined, options)
    .map(({ name, defer_loading, cache_control }) => [name, defer_loading, cache_control?.type])
  assert.deepEqual(marks, [
    ['a', true, undefined],
    ['b', undefined, 'ephemeral'],
    ['c', true, undefined],
  ])
  assert.deepEqual(registry.definitions('bedrock', undefined, options).at(-1), { cachePoint: { type: 'default' } })
  assert.equal(
    await codeOf(() => registry.definitions('anthropic', undefined, { deferLoading: {} })),
    'NOT_REPRESENTABLE',
  )
})

test('the same revision, filter and options give the same array', () => {
  const registry = registryOf({ inputSchema: STRICT })
  const ask = (options) => registry.definitions('openai', undefined, options)
  assert.equal(ask({ strict: true }), ask({ strict: true }))
  assert.notEqual(ask({ strict: true }), ask())
})

test('what is wrong with a definition of somebody else is told, all of it', async () => {
  const registry = registryOf()
  const theirs = {
    type: 'function',
    name: 'no spaces',
    description: 'x',
    parameters: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    strict: true,
  }
  const findings = registry.validate(theirs, 'openai')
  assert.ok(
    findings.length >= 2 && findings.every(({ code, weight, message, source }) => code && weight && message && source),
    JSON.stringify(findings),
  )
  assert.deepEqual(
    registry.validate({ ...theirs, name: 'fine', parameters: { ...theirs.parameters, required: ['a'] } }, 'openai'),
    [],
  )
  const bad = { name: 'no spaces', description: 'x', input_schema: { type: 'object' } }
  const place = (whole, target = 'anthropic') => registry.validate(whole, target).map(({ pointer }) => pointer)
  assert.deepEqual(
    [
      place(bad),
      place([bad]),
      place({ tools: [bad] }),
      place([{ functionDeclarations: [{ ...bad, name: 'a b' }] }], 'gemini'),
    ],
    [[''], ['/0'], ['/tools/0'], ['/0/functionDeclarations/0']],
  )
  for (const ask of [
    () => registry.validate(undefined, 'openai'),
    () => registry.validate(theirs, 'nobody'),
    () => registry.validate(theirs, 'openai', { strict: 'yes' }),
    () => registry.explain('echo', 'mcp', { revision: '2020' }),
    () => registry.definitions('openai', undefined, { overLimit: 'cut' }),
    () => registry.definitions('openai', undefined, { cache: 1 }),
    () => registry.definitions('openai', undefined, { x: 1 }),
  ]) {
    assert.equal(await codeOf(ask), 'INVALID_OPTIONS', ask)
  }
  assert.equal(await codeOf(() => registry.explain('nobody', 'openai')), 'UNKNOWN_TOOL')
})
