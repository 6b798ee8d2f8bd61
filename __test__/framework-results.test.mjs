// Results of tools of agent frameworks: content with files, failures in results, streams, and what a model reads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { run } from './support/child.mjs'
import { FRAMEWORKS } from './support/framework-tools.mjs'
import { refusal } from './support/tools.mjs'

const [langchain, strands, genkit, openai, mastra, adk, aiSdk] = [
  'LangChain (E5)',
  'Strands (E6)',
  'Genkit (E7)',
  'OpenAI Agents (E8)',
  'Mastra (E3)',
  'Google ADK (E4)',
  'the AI SDK (E12)',
].map((framework) => FRAMEWORKS[framework])

function open(tool) {
  const registry = new ToolRegistry()
  registry.register(tool, { name: 'weather' })
  return registry
}
const params = { city: 'Oslo' }
const png = Buffer.from('PNG')
/** The beginning of a PNG, as base64. */
const PNG = 'iVBORw0KGgo='
const base64 = png.toString('base64')
const url = `data:image/png;base64,${base64}`
const image = { mediaType: 'image/png', data: png }
const message = (content, over) => ({ lc_direct_tool_output: true, type: 'tool', content, ...over })
/** A content block of Strands, which is an instance of a class. */
class Block {
  constructor(type, members) {
    Object.assign(this, { type: `${type}Block`, ...members })
  }
}
const block = (type, members) => new Block(type, members)
const imageBlock = block('image', { format: 'png', source: { type: 'imageSourceBytes', bytes: png } })
const done = (content, over) => ({ type: 'toolResultBlock', toolUseId: '1', status: 'success', content, ...over })
const multipart = { metadata: { type: 'tool.v2' } }

/** What a tool returns, and the result of the call. */
const RESULTS = [
  ['a message of LangChain', langchain, () => message('sunny'), 'sunny'],
  [
    'texts of LangChain',
    langchain,
    () => [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
    'a\nb',
  ],
  ['an image of LangChain as OpenAI writes it', langchain, () => [{ type: 'image_url', image_url: { url } }], image],
  ['an image of LangChain', langchain, () => message([{ type: 'image', data: base64, mimeType: 'image/png' }]), image],
  [
    'an image of an old LangChain',
    langchain,
    () => [{ type: 'image', source_type: 'base64', data: base64, mime_type: 'image/png' }],
    image,
  ],
  [
    'data of LangChain that is no content',
    langchain,
    () => [{ type: 'text', text: 'a' }, { type: 'row' }],
    [{ type: 'text', text: 'a' }, { type: 'row' }],
  ],
  [
    'an address of an image, which is no file',
    langchain,
    () => [{ type: 'image_url', image_url: 'https://x/y.png' }],
    [{ type: 'image_url', image_url: 'https://x/y.png' }],
  ],
  ['blocks of Strands', strands, () => [block('text', { text: 'a' }), imageBlock], ['a', image]],
  ['a block of Strands', strands, () => imageBlock, image],
  ['JSON of Strands', strands, () => block('json', { json: { $value: [1] } }), [1]],
  ['a result block of Strands', strands, () => done([block('text', { text: 'a' })]), 'a'],
  ['data that looks like a block of Strands', strands, () => ({ text: 'a' }), { text: 'a' }],
  [
    'a document of Strands',
    strands,
    () => block('document', { format: 'pdf', name: 'a', source: { bytes: png } }),
    { mediaType: 'application/pdf', data: png, name: 'a' },
  ],
  ['data of Genkit', genkit, () => ({ content: [] }), { content: [] }],
  ['the output of a multipart tool of Genkit', genkit, () => ({ output: { a: 1 } }), { a: 1 }, multipart],
  ['parts of a multipart tool of Genkit', genkit, () => ({ content: [{ media: { url } }] }), image, multipart],
  [
    'output and parts of Genkit',
    genkit,
    () => ({ output: 1, content: [{ text: 'a' }, { media: { url } }] }),
    [1, 'a', image],
    multipart,
  ],
  ['an image of OpenAI Agents', openai, () => ({ type: 'image', image: url }), image],
  [
    'a file of OpenAI Agents',
    openai,
    () => [{ type: 'file', file: { data: png, mediaType: 'image/png', filename: 'a' } }],
    { ...image, name: 'a' },
  ],
  ['a text of OpenAI Agents', openai, () => ({ type: 'text', text: 'a' }), 'a'],
  [
    'an answer that describes an error of Mastra',
    mastra,
    () => ({ error: true, message: 'no' }),
    { error: true, message: 'no' },
  ],
  ...[
    [langchain, 'rows of files', { type: 'file', name: 'a.txt', data: 'abcd', size: 4 }],
    [langchain, 'rows of texts', { type: 'text', text: 'a', id: 1 }],
    [langchain, 'rows of images', { type: 'image', data: 'abcd' }],
    [openai, 'rows of texts', { type: 'text', text: 'a', score: 1 }],
    [openai, 'rows of files', { type: 'file', file: 'notes', id: 7 }],
    [openai, 'rows of images', { type: 'image', image: 'cat' }],
    [openai, 'files with a size', { type: 'file', file: { data: png, mediaType: 'image/png', size: 3 } }],
    [openai, 'images with a place', { type: 'image', image: { url, path: '/cats' } }],
    [strands, 'rows of texts', { type: 'textBlock', text: 'a', score: 1 }],
    [strands, 'rows of JSON', { type: 'jsonBlock', json: { a: 1 } }],
  ].map(([make, what, row]) => [
    `${what} of its own (${make === openai ? 'OpenAI' : make === strands ? 'Strands' : 'LangChain'})`,
    make,
    () => [row],
    [row],
  ]),
  [
    'an image of OpenAI Agents without a media type',
    openai,
    () => ({ type: 'image', image: PNG }),
    { ...image, data: Buffer.from(PNG, 'base64') },
  ],
  [
    'bytes of no known kind of LangChain',
    langchain,
    () => [{ type: 'file', data: base64, mimeType: 'application/octet-stream' }],
    { ...image, mediaType: 'application/octet-stream' },
  ],
  [
    'rows of MCP with an error of their own',
    aiSdk,
    () => ({ content: [{ type: 'row' }], isError: true }),
    { content: [{ type: 'row' }], isError: true },
  ],
  ['an empty list', langchain, () => [], []],
  ['nothing', openai, () => undefined, undefined],
]

for (const [what, make, run, result, over] of RESULTS) {
  test(`the result of a tool that returns ${what} is its value`, async () => {
    const value = await open(make(run, over)).execute('weather', params)
    assert.deepEqual(plain(value), plain(result))
  })
}

/** Values with their bytes as text: a Buffer and a Uint8Array of the same bytes are alike. */
const plain = (value) =>
  JSON.parse(JSON.stringify(value ?? null), (_, one) => (one?.type === 'Buffer' ? String(Buffer.from(one.data)) : one))

const thrown = new RangeError('no such city')

/** What a tool returns to say that it failed, and the message. */
const FAILURES = [
  ['a message of LangChain', langchain, () => message('no such city', { status: 'error' }), true],
  [
    'a message of LangChain with blocks',
    langchain,
    () => message([{ type: 'text', text: 'no such city' }], { status: 'error' }),
    true,
  ],
  [
    'a result block of Strands',
    strands,
    () => done([block('text', { text: 'no such city' })], { status: 'error' }),
    true,
  ],
  ['a result block of Strands with its error', strands, () => done([], { status: 'error', error: thrown })],
  ['a result of MCP', aiSdk, () => ({ content: [{ type: 'text', text: 'no such city' }], isError: true }), true],
  [
    'a later result of MCP',
    aiSdk,
    async () => ({ content: [{ type: 'text', text: 'no such city' }], isError: true }),
    true,
  ],
  [
    'a result of MCP as the last piece',
    aiSdk,
    async function* () {
      yield 'looking'
      yield { content: [{ type: 'text', text: 'no such city' }], isError: true }
    },
    true,
  ],
]

for (const [what, make, run, isForModel] of FAILURES) {
  test(`${what} that says an error is a failure with its text`, async () => {
    const { code, details, cause } = await refusal(() => open(make(run)).execute('weather', params))
    assert.deepEqual([code, details.message, details.forModel], ['TOOL_FAILED', 'no such city', isForModel])
    if (!isForModel) assert.equal(cause, thrown)
  })
}

const progress = async function* () {
  yield 'one'
  yield 'two'
}
const events = async function* () {
  yield { type: 'toolStreamEvent', data: 'one' }
  yield { type: 'toolStreamEvent', data: 'two' }
  return done([block('text', { text: 'end' })])
}
const pushing = (push) => async (_, call) => {
  for (const piece of ['one', 'two']) await push(call, piece)
  return 'end'
}
const toEvents = ({ callbacks }, piece) => callbacks?.[0].handleToolEvent(piece)

/** A tool with pieces; its pieces, and its result for a caller who does not read them. */
const STREAMS = [
  ['the AI SDK', aiSdk(progress), ['one', 'two'], 'two'],
  ['the AI SDK, without pieces', aiSdk(() => 'end'), ['end'], 'end'],
  ['LangChain, by events', langchain(pushing(toEvents)), ['one', 'two'], 'end'],
  ['LangChain, by a writer', langchain(pushing(({ writer }, piece) => writer(piece))), ['one', 'two'], 'end'],
  ['LangChain, without pieces', langchain(() => 'end'), ['end'], 'end'],
  ['Strands', strands(() => 'end', { stream: events }), ['one', 'two'], 'end'],
  ['Strands, without invoke', strands(null, { stream: events, invoke: undefined }), ['one', 'two'], 'end'],
  ['Mastra, by a writer', mastra(pushing(({ writer }, piece) => writer.write(piece))), ['one', 'two'], 'end'],
  ['Mastra, by a writer of parts', mastra(pushing(({ writer }, piece) => writer.custom(piece))), ['one', 'two'], 'end'],
  ['Genkit', genkit(pushing(({ onChunk }, piece) => onChunk?.(piece))), ['one', 'two'], 'end'],
  ['Google ADK', adk(progress), ['one', 'two'], 'onetwo'],
]

for (const [framework, tool, pieces, result] of STREAMS) {
  test(`a tool of ${framework} is streamed, and collected as its framework does`, async () => {
    const registry = open(tool)
    const read = []
    for await (const piece of registry.stream('weather', params)) read.push(piece)
    assert.deepEqual(read, pieces)
    assert.equal(await registry.execute('weather', params), result)
  })
}

for (const [framework, tool, pieces] of STREAMS) {
  test(`a listener of a model's call hears the pieces of a tool of ${framework}`, async () => {
    const heard = []
    const call = { type: 'tool_use', id: '1', name: 'weather', input: params }
    await open(tool).respond('anthropic', call, { onPiece: (piece) => heard.push(piece) })
    assert.deepEqual(heard, framework.endsWith('without pieces') ? [] : pieces)
  })
}

test('a stream that fails gives its pieces and then the failure', async () => {
  const failing = pushing(async (call, piece) => {
    await toEvents(call, piece)
    if (piece === 'two') throw thrown
  })
  const read = []
  const { code, cause } = await refusal(async () => {
    for await (const piece of open(langchain(failing)).stream('weather', params)) read.push(piece)
  })
  assert.deepEqual([read, code, cause], [['one', 'two'], 'TOOL_FAILED', thrown])
})

test('a tool waits for the reader of its pieces, and an endless one leaves the event loop free', async () => {
  let pushed = 0
  const endless = async (_, { callbacks, signal }) => {
    for (; !signal.aborted; pushed++) await callbacks[0].handleToolEvent(pushed)
    pushed = -1
  }
  const stream = open(langchain(endless)).stream('weather', params)
  assert.deepEqual(
    [await stream.next(), await stream.next()].map(({ value }) => value),
    [0, 1],
  )
  for (let i = 0; i < 5; i++) await turn()
  assert.ok(pushed <= 2, `${pushed} pieces`)
  await stream.return()
  while (pushed !== -1) await turn()
})

test('a tool whose reader left goes on while nothing else happens in the process', async () => {
  const { code, stdout } = await run(
    `import { createServer } from 'node:http'
    import { FRAMEWORKS } from './__test__/support/framework-tools.mjs'
    const server = createServer(() => {}).listen(0)
    const registry = new ToolRegistry()
    registry.register(FRAMEWORKS['Mastra (E3)'](async (_, { writer }) => {
      for (let i = 0; i < 50; i++) await writer.write(i)
      server.close(() => console.log('ended'))
    }))
    for await (const piece of registry.stream('weather', { city: 'Oslo' })) break`,
    { killAfterMs: 5_000 },
  )
  assert.deepEqual([code, stdout.trim()], [0, 'ended'])
})

test('leaving a stream of the AI SDK ends its generator', async () => {
  let ended = false
  const tool = aiSdk(async function* () {
    try {
      for (;;) yield 1
    } finally {
      ended = true
    }
  })
  for await (const piece of open(tool).stream('weather', params)) if (piece === 1) break
  await turn()
  assert.equal(ended, true)
})

/** What `toModelOutput` makes, and what a model reads: the content of a reply, or an error. */
const OUTPUTS = [
  ['a text', () => ({ type: 'text', value: 'is 1' }), 'is 1'],
  ['JSON', async () => ({ type: 'json', value: [1] }), '[1]'],
  ['content', () => ({ type: 'content', value: [{ type: 'text', text: 'is 1' }] }), 'is 1'],
  ['another form', () => ({ a: 1 }), '{"a":1}'],
  ['an error', () => ({ type: 'error-text', value: 'none' }), 'none', true],
  ['an error as JSON', () => ({ type: 'error-json', value: [1] }), '[1]', true],
  ['a denial', () => ({ type: 'execution-denied', reason: 'none' }), 'none', true],
  [
    'a throw',
    () => {
      throw new Error('none')
    },
    'none',
    true,
  ],
]

for (const [what, toModelOutput, content, isError = false] of OUTPUTS)
  for (const [framework, make] of [
    ['the AI SDK', aiSdk],
    ['Mastra', mastra],
  ]) {
    test(`a model reads ${what} that toModelOutput of ${framework} makes; a program gets the result`, async () => {
      const registry = open(make(() => ({ x: 1 }), { toModelOutput }))
      assert.deepEqual(await registry.execute('weather', params), { x: 1 })
      const seen = []
      for (const watch of [false, true]) {
        if (watch) registry.on('call', ({ outcome }) => seen.push(outcome === 'ok'))
        const call = { type: 'tool_use', id: 'u1', name: 'weather', input: params }
        const answer = await registry.respond('anthropic', call)
        assert.deepEqual([answer.is_error ?? false, answer.content.includes(content)], [isError, true], answer.content)
      }
      await turn()
      assert.deepEqual(seen, [!isError])
    })
  }

const modelCall = (input = params) => ({ type: 'tool_use', id: 'u1', name: 'weather', input })

test('toModelOutput gets the result, and the arguments and the call id that the tool got', async () => {
  const seen = []
  const tool = aiSdk((_, { id }) => seen.push(id), {
    inputSchema: z.object({ city: z.string().transform((city) => city.length), unit: z.string().default('C') }),
    toModelOutput: (given) => ({ type: 'json', value: given }),
  })
  const options = { context: { userId: 'ada' } }
  const { content } = await open(tool).respond('anthropic', modelCall({ ...params, userId: 'root', more: 1 }), options)
  assert.deepEqual(JSON.parse(content), { toolCallId: seen[0], input: { city: 4, unit: 'C' }, output: 1 })
})

const never = new Promise(() => {})
/** How the call of a tool runs on whose toModelOutput never ends. */
const ENDLESS = [
  ['at once', () => 1, {}],
  ['later', async () => 1, {}],
  ['in pieces', progress, {}],
  ['with a limit of calls', () => 1, { callLimits: { concurrency: 1 } }],
]

for (const [how, run, options] of ENDLESS) {
  test(`toModelOutput of a tool that answers ${how} ends with the deadline and the signal of its call`, async () => {
    const registry = new ToolRegistry()
    const tool = aiSdk(run, { toModelOutput: () => never })
    registry.register(tool, { name: 'weather', ...options })
    const controller = new AbortController()
    const calls = [{ timeoutMs: 5 }, { signal: controller.signal }].map((end) =>
      registry.respond('anthropic', modelCall(), end),
    )
    const slow = calls[0]
    assert.match((await slow).content, /TIMEOUT/)
    controller.abort()
    assert.match((await calls[1]).content, /CANCELLED/)
  })
}

/** Generators of Strands, which the SDK reads to their end. They end with their call. */
const GENERATORS = [
  ['with invoke', { invoke: readToEnd }],
  ['without invoke', { invoke: undefined, stream: ({ toolUse }) => endless(toolUse.input) }],
]
const state = { running: false }
async function* endless() {
  state.running = true
  try {
    for (;;) {
      await turn()
      yield 1
    }
  } finally {
    state.running = false
  }
}
async function readToEnd(params, context) {
  const generator = this._callback(params, context)
  for (;;) {
    const { done, value } = await generator.next()
    if (done) return value
  }
}
for (const [how, members] of GENERATORS)
  test(`a generator of Strands ${how} ends with the timeout and the signal of its call`, async () => {
    const registry = new ToolRegistry()
    registry.register(strands(null, { _callback: endless, ...members }))
    const controller = new AbortController()
    const ends = [
      ['TIMEOUT', { timeoutMs: 20 }],
      ['CANCELLED', { signal: controller.signal }],
    ]
    for (const [code, options] of ends) {
      const call = refusal(() => registry.execute('weather', { city: 'a' }, options))
      while (!state.running) await turn()
      if (code === 'CANCELLED') controller.abort()
      assert.equal((await call).code, code)
      for (let i = 0; state.running && i < 1_000; i++) await turn()
      assert.ok(!state.running, code)
    }
  })

test('toModelOutput counts for the concurrency of the tool', async () => {
  let [running, peak] = [0, 0]
  const toModelOutput = async () => {
    peak = Math.max(peak, ++running)
    await turn()
    running--
  }
  const registry = new ToolRegistry()
  registry.register(
    aiSdk(() => 1, { toModelOutput }),
    { name: 'weather', callLimits: { concurrency: 1 } },
  )
  await Promise.all([1, 2, 3].map(() => registry.respond('anthropic', modelCall())))
  assert.equal(peak, 1)
})

test('the outcome of an idempotency key is the result, of which each model call makes its own output', async () => {
  const toModelOutput = ({ output }) => ({ type: 'text', value: `is ${output}` })
  const registry = open(aiSdk(() => 1, { toModelOutput }))
  const options = { idempotencyKey: 'k', context: { userId: 'ada' } }
  const read = async () => (await registry.respond('anthropic', modelCall(), options)).content
  assert.deepEqual([await read(), await read()], ['is 1', 'is 1'])
  assert.equal(await registry.execute('weather', params, options), 1)
})
