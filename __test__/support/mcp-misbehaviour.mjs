// A server over stdio that misbehaves: `node mcp-misbehaviour.mjs NAME`. What it does for a method is a table.
import { spawn } from 'node:child_process'

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const text = (words) => ({ content: [{ type: 'text', text: words }] })
const exit = () => process.exit(3)
const hang = () => {}
const refuse =
  (code) =>
  ({ id }) =>
    send({ id, error: { code, message: 'no', data: { why: 'because' } } })
const answer =
  (result) =>
  ({ id }) =>
    send({ id, result })
const raw = (bytes) => () => process.stdout.write(bytes)

const INFO = { name: 'misbehaving', version: '1' }
const CAPABILITIES = { tools: { listChanged: true } }
const INITIALIZED = { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: INFO }
const DISCOVERED = {
  supportedVersions: ['2026-07-28'],
  capabilities: CAPABILITIES,
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'public',
  _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
}

/** A server that behaves: a legacy one, and a modern one. `echo` answers with its arguments. */
const TOOLS = answer({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] })
const echo = ({ id, params }) => send({ id, result: text(JSON.stringify(params.arguments)) })
const LEGACY = {
  'server/discover': refuse(-32601),
  initialize: answer(INITIALIZED),
  'tools/list': TOOLS,
  'tools/call': echo,
  ping: answer({}),
}
const MODERN = {
  'server/discover': answer(DISCOVERED),
  initialize: refuse(-32601),
  'tools/list': TOOLS,
  'tools/call': echo,
  'subscriptions/listen': hang,
}

/** The calls of `slow`, in the order in which they came. */
const calls = []
const requests = []

/** Servers by name. Each is one of the two with what it does otherwise. */
const SERVERS = {
  legacy: LEGACY,
  modern: MODERN,
  ends_on_discover: { ...LEGACY, 'server/discover': exit },
  silent_on_discover: { ...LEGACY, 'server/discover': hang },
  discovers_nonsense: { ...LEGACY, 'server/discover': answer({ hello: 'you' }) },
  refuses_discover_oddly: { ...LEGACY, 'server/discover': ({ id }) => send({ id, error: 'no' }) },
  discovers_legacy: { ...LEGACY, 'server/discover': answer({ ...DISCOVERED, supportedVersions: ['2025-06-18'] }) },
  unsupported_legacy: {
    ...LEGACY,
    'server/discover': ({ id }) =>
      send({ id, error: { code: -32022, message: 'no', data: { supported: ['2025-11-25'] } } }),
  },
  from_the_future: { ...MODERN, 'server/discover': answer({ ...DISCOVERED, supportedVersions: ['2031-01-01'] }) },
  agrees_on_nonsense: { ...LEGACY, initialize: answer({ ...INITIALIZED, protocolVersion: '1999-12-31' }) },
  old: { ...LEGACY, initialize: answer({ ...INITIALIZED, protocolVersion: '2024-11-05' }) },
  answers_nothing: Object.fromEntries(Object.keys(MODERN).map((method) => [method, hang])),
  ends_on_initialize: { ...LEGACY, initialize: exit },
  ends_on_list: { ...LEGACY, 'tools/list': exit },
  ends_on_call: { ...LEGACY, 'tools/call': exit },
  hangs_on_call: { ...LEGACY, 'tools/call': hang },
  closes_its_output: { ...LEGACY, 'tools/call': () => process.stdout.end() },
  half_a_line_then_ends: {
    ...LEGACY,
    'tools/call': ({ id }) => process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"con`, exit),
  },
  noise: {
    ...LEGACY,
    'tools/call'(message) {
      for (const line of [
        'Starting…',
        '',
        '{"a":1}',
        '[1]',
        'null',
        '"text"',
        '{',
        '\0\u00ff\ud83d',
        '{"jsonrpc":"2.0"}',
      ])
        process.stdout.write(`${line}\n`)
      echo(message)
    },
  },
  foreign_ids: {
    ...LEGACY,
    'tools/call'(message) {
      for (const id of [9_999, '1', null, -1, 1.5, String(message.id), undefined, {}])
        send({ id, result: text('foreign') })
      echo(message)
      send({ id: message.id, result: text('twice') })
    },
  },
  answers_by_an_error_without_a_code: { ...LEGACY, 'tools/call': ({ id }) => send({ id, error: { message: 'no' } }) },
  answers_without_a_result: { ...LEGACY, 'tools/call': ({ id }) => send({ id }) && send({ id, result: null }) },
  refuses: { ...LEGACY, 'tools/call': refuse(-32603) },
  asks_for_input: { ...MODERN, 'tools/call': answer({ resultType: 'input_required', inputRequests: { a: {} } }) },
  unknown_result_type: { ...MODERN, 'tools/call': answer({ resultType: 'tomorrow' }) },
  nested_deep: {
    ...LEGACY,
    'tools/call': ({ id }) =>
      process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}\n`),
  },
  long_line: {
    ...LEGACY,
    // The id stands first, last, or nowhere where it can be found.
    'tools/call'({ id, params }) {
      const long = `"text":"${'x'.repeat(70_000)}"`
      const lines = {
        first: `{"jsonrpc":"2.0","id":${id},"result":{${long}}}`,
        last: `{"result":{${long}},"jsonrpc":"2.0","id":${id}}`,
        nowhere: `{"result":{${long}},"id":${id},"more":{}}`,
      }
      if (params.arguments.at === undefined) calls.push(id)
      else process.stdout.write(`${lines[params.arguments.at]}\n`)
    },
  },
  endless_line: { ...LEGACY, 'tools/call': raw('x'.repeat(200_000)) },
  one_byte_at_a_time: {
    ...LEGACY,
    async 'tools/call'({ id, params }) {
      const line = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, result: text(params.arguments.text) })}\r\n`)
      for (const byte of line) {
        process.stdout.write(Buffer.of(byte))
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  },
  asks: {
    ...LEGACY,
    'tools/call'({ id }) {
      const asked = ['ping', 'roots/list', 'sampling/createMessage', 'elicitation/create']
      for (const [at, method] of asked.entries()) send({ id: `ask-${at}`, method, params: {} })
      requests.push((answers) => answers.length === asked.length && send({ id, result: text(JSON.stringify(answers)) }))
    },
  },
  progress: {
    ...LEGACY,
    async 'tools/call'({ id, params }) {
      const { progressToken } = params._meta ?? {}
      const tell = (members) => send({ method: 'notifications/progress', params: { progressToken, ...members } })
      for (const wrong of ['1', null, NaN]) tell({ progress: wrong })
      send({ method: 'notifications/progress', params: { progressToken: 'another', progress: 50 } })
      send({ method: 'notifications/progress' })
      for (let progress = 1; progress <= params.arguments.steps; progress++) {
        await new Promise((resolve) => setTimeout(resolve, params.arguments.everyMs))
        tell({ progress, total: params.arguments.steps, message: `step ${progress}` })
      }
      if (params.arguments.ends) send({ id, result: text('done') })
    },
  },
  storms: {
    ...LEGACY,
    'tools/call'(message) {
      for (let index = 0; index < 10_000; index++) send({ method: 'notifications/tools/list_changed' })
      echo(message)
    },
  },
  ends_its_subscription: {
    ...MODERN,
    'tools/call'(message) {
      echo(message)
      send({ id: calls.at(-1), result: { resultType: 'complete' } })
    },
    'subscriptions/listen': ({ id }) => calls.push(id),
  },
  cancels_its_subscription: {
    ...MODERN,
    'tools/call'(message) {
      // A call is not cancelled by its server.
      for (const requestId of [message.id, calls.at(-1)])
        send({ method: 'notifications/cancelled', params: { requestId } })
      echo(message)
    },
    'subscriptions/listen': ({ id }) => calls.push(id),
  },
  refuses_subscriptions: { ...MODERN, 'subscriptions/listen': refuse(-32603) },
  /** Tells what it was sent. */
  tells: { ...LEGACY, 'tools/call': ({ id }) => send({ id, result: text(JSON.stringify(received)) }) },
  environment: {
    ...LEGACY,
    'tools/call': ({ id }) =>
      send({ id, result: text(JSON.stringify({ env: process.env, cwd: process.cwd(), args: process.argv.slice(3) })) }),
  },
  /** Has a child that ends by itself never, and ignores what it is told. */
  stubborn_child: { ...LEGACY, 'tools/call': ({ id }) => send({ id, result: text(String(stubborn().pid)) }) },
  stubborn: { ...LEGACY, 'tools/call': ({ id }) => ignoreAll() && send({ id, result: text(String(process.pid)) }) },
  leaves_a_child: {
    ...LEGACY,
    'tools/call'({ id, params }) {
      const child = stubborn()
      send({ id, result: text(String(child.pid)) })
      if (params.arguments.exit) process.exitCode = 0
      if (params.arguments.exit) process.stdout.write('', () => process.exit())
    },
  },
  repeats_its_environment: {
    ...LEGACY,
    'tools/call': ({ id }) =>
      process.stderr.write(`key ${process.env.KEY}\n`, () =>
        send({ id, error: { code: -32000, message: `wrong key ${process.env.KEY}` } }),
      ),
  },
  stderr: {
    ...LEGACY,
    'tools/call'(message) {
      process.stderr.write('one\ntwo\r\n\n')
      process.stderr.write(`${'x'.repeat(100_000)}\nafter`)
      process.stderr.write('wards\n', () => echo(message))
    },
  },
  /** Reads nothing after the first call. */
  reads_nothing: {
    ...LEGACY,
    'tools/call'(message) {
      process.stdin.pause()
      echo(message)
      setInterval(() => {}, 1_000)
    },
  },
}

function stubborn() {
  return spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
}

function ignoreAll() {
  process.on('SIGTERM', () => {})
  process.stdin.on('end', () => {})
  setInterval(() => {}, 1_000)
  return true
}

const received = []
const answers = []
const server = SERVERS[process.argv[2]]
let rest = ''
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) {
    const message = JSON.parse(line)
    received.push(message)
    if (message.method === undefined) {
      answers.push(message)
      for (const take of requests) take(answers)
    } else server[message.method]?.(message)
  }
})
