// Truncation: `callLimits.maxResultBytes` bounds every answer to a model, results and errors alike.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { tool } from './support/tools.mjs'

const MOST = 4_000
/** What stands around a value or a fault in a provider's answer: ids, names, and the escapes of JSON within JSON. */
const AROUND = 400

const CALLS = {
  openai: (name, args) => ({ type: 'function_call', call_id: '1', name, arguments: JSON.stringify(args) }),
  'openai-chat': (name, args) => ({ id: '1', type: 'function', function: { name, arguments: JSON.stringify(args) } }),
  anthropic: (name, args) => ({ type: 'tool_use', id: '1', name, input: args }),
  gemini: (name, args) => ({ functionCall: { id: '1', name, args } }),
  bedrock: (name, args) => ({ toolUse: { toolUseId: '1', name, input: args } }),
  mcp: (name, args) => ({ params: { name, arguments: args } }),
  'ai-sdk': (name, args) => ({ type: 'tool-call', toolCallId: '1', toolName: name, input: args }),
  plain: (name, args) => ({ name, arguments: args }),
}

const long = 'm'.repeat(5_000_000)
const unknown = Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`argument${n}`, n]))

function registry() {
  const registry = new ToolRegistry({ callLimits: { maxResultBytes: MOST } })
  registry.register(tool({ name: 'strict', parameters: { a: { type: 'string' } }, inputSchema: undefined }))
  registry.register(
    tool({
      name: 'throws',
      execute: () => {
        throw new Error(long, { cause: new Error(long) })
      },
    }),
  )
  registry.register(
    tool({
      name: 'says',
      execute: () => {
        throw Object.assign(new Error('short'), { code: long, name: long, stack: long })
      },
    }),
  )
  return registry
}

for (const [what, name, args] of [
  ['a name of 5 MB', long, {}],
  ['200,000 unknown arguments', 'strict', unknown],
  ['an unknown argument of 5 MB', 'strict', { [long]: 1 }],
  ['an argument of 5 MB and the wrong type', 'strict', { a: [long] }],
  ['a thrown message and cause of 5 MB', 'throws', {}],
  ['a thrown code, name and stack of 5 MB', 'says', {}],
]) {
  test(`${what} reaches no model whole`, async () => {
    for (const [target, call] of Object.entries(CALLS)) {
      const answer = JSON.stringify(await registry().respond(target, call(name, args)))
      assert.ok(answer.length <= 2 * MOST + AROUND, `${target}: ${answer.length}`)
      assert.match(answer, /UNKNOWN_TOOL|INVALID_PARAMS|TOOL_FAILED/)
    }
  })
}

test('a fault that was cut says so', async () => {
  const { error } = await registry().respond('plain', { name: 'strict', arguments: { [long]: 1 } })
  assert.equal(error.code, 'INVALID_PARAMS')
  assert.ok(JSON.stringify(error).length <= MOST)
})

test('what an API answers a model is never a value in JavaScript', async () => {
  const items = Array.from({ length: 300_000 }, (_, n) => ({ n }))
  const body = JSON.stringify({ items })
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body),
  )
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(
    { openapi: '3.1.0', info: { title: 'big', version: '1' }, paths: { '/all': { get: { operationId: 'all' } } } },
    { baseUrl: `http://127.0.0.1:${server.address().port}` },
  )
  const parse = JSON.parse
  let longest = 0
  JSON.parse = (text, ...rest) => {
    longest = Math.max(longest, String(text).length)
    return parse(text, ...rest)
  }
  try {
    for (const target of ['plain', 'anthropic']) {
      const call = target === 'plain' ? { name: 'all' } : { type: 'tool_use', id: '1', name: 'all', input: {} }
      const answer = await registry.respond(target, call)
      const { value, truncated } = target === 'plain' ? answer.value : parse(answer.content)
      assert.equal(truncated.bytes, body.length)
      assert.equal(truncated.cuts[0].of, 300_000)
      assert.ok(value.items.length > 1_000)
    }
  } finally {
    JSON.parse = parse
    server.close()
    registry.close()
  }
  assert.ok(longest > 0 && longest < 2 ** 21, `${longest} characters were parsed of ${body.length}`)
})

test('a file that an API answers is the same for a model as one of a closure', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47])
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="a.png"' })
      .end(bytes),
  )
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(
    { openapi: '3.1.0', info: { title: 'files', version: '1' }, paths: { '/draw': { get: { operationId: 'draw' } } } },
    { baseUrl: `http://127.0.0.1:${server.address().port}` },
  )
  registry.register(tool({ name: 'local', execute: () => ({ mediaType: 'image/png', name: 'a.png', data: bytes }) }))
  for (const [target, call] of Object.entries(CALLS)) {
    const answer = await registry.respond(target, call('draw', {}))
    const other = await registry.respond(target, call('local', {}))
    assert.deepEqual(
      JSON.parse(JSON.stringify(answer).replaceAll('draw', 'local')),
      JSON.parse(JSON.stringify(other)),
      target,
    )
  }
  server.close()
  registry.close()
})
