// Calls of closures: results, deadlines, signals, and answers for models.
const { Blob: NodeBlob } = require('node:buffer')
const { faultOf, foreign, hangs, maker, same } = require('./support.cjs')

/** As a promise of the host or of a native addon is: no Promise of this realm. */
const hangsElsewhere = { name: 'elsewhere', execute: () => foreign('new Promise(() => {})') }

module.exports = ({ ToolRegistry }, registryOf = maker(ToolRegistry)) => ({
  async 'a closure is registered, listed and called'() {
    const registry = registryOf({ execute: async ({ n }, { userId }) => ({ n, userId }) })
    same(
      [registry.list(), registry.definitions('openai')[0].name, await registry.execute('echo', { n: 1, userId: 7 })],
      [['echo'], 'echo', { n: 1, userId: 7 }],
    )
  },
  async 'a schema of a library judges after the core, at once or by a promise of any realm'() {
    const judges = [
      (args) => ({ value: { ...args, m: 1 } }),
      async (args) => ({ value: { ...args, m: 1 } }),
      ({ n }) => foreign(`Promise.resolve({ value: { n: ${n}, m: 1 } })`),
    ]
    for (const validate of judges) {
      const standard = {
        version: 1,
        vendor: 'own',
        validate,
        jsonSchema: { input: () => ({ type: 'object', properties: { n: { type: 'integer' } } }) },
      }
      const registry = registryOf({ parameters: undefined, inputSchema: { '~standard': standard } })
      same(
        [await registry.execute('echo', { n: 1 }), (await faultOf(() => registry.execute('echo', { n: 'x' }))).code],
        [{ n: 1, m: 1 }, 'INVALID_PARAMS'],
      )
    }
  },
  async 'a deadline holds for a promise of any realm'() {
    const registry = registryOf(hangs, hangsElsewhere, {
      name: 'limited',
      execute: hangsElsewhere.execute,
      callLimits: { concurrency: 1 },
    })
    for (const name of registry.list())
      same((await faultOf(() => registry.execute(name, {}, { timeoutMs: 5 }))).code, 'TIMEOUT')
    const pieces = registry.stream('elsewhere', {}, { timeoutMs: 5 })
    same((await faultOf(() => pieces.next())).code, 'TIMEOUT')
  },
  async 'a promise of another realm that rejects is a failure of its tool'() {
    const registry = registryOf({ execute: () => foreign('Promise.reject(new RangeError("too far"))') })
    const { code, details, cause } = await faultOf(() => registry.execute('echo'))
    same([code, details.name, details.message, cause.message], ['TOOL_FAILED', 'RangeError', 'too far', 'too far'])
  },
  async 'a signal of the program cancels a call, before and while it runs'() {
    const controller = new AbortController()
    let reason
    const registry = registryOf({
      name: 'hangs',
      execute: (_, { signal }) =>
        new Promise(() => signal.addEventListener('abort', () => (reason = signal.reason.code))),
    })
    const call = registry.execute('hangs', {}, { signal: controller.signal })
    controller.abort()
    same([(await faultOf(() => call)).code, reason], ['CANCELLED', 'CANCELLED'])
    same((await faultOf(() => registry.execute('hangs', {}, { signal: controller.signal }))).code, 'CANCELLED')
  },
  async 'a call that waits for another one is told when it is over'() {
    let settle
    const registry = registryOf({
      callLimits: { concurrency: 1 },
      execute: ({ n }) => (n === 1 ? new Promise((resolve) => (settle = resolve)) : n),
    })
    const calls = [1, 2].map((n) => registry.execute('echo', { n }))
    settle('first')
    same(await Promise.all(calls), ['first', 2])
  },
  async 'a model is answered, also where it is wrong'() {
    const registry = registryOf(
      {},
      {
        name: 'fails',
        execute: () => {
          throw new Error('no')
        },
      },
    )
    const ask = async (name, input) => {
      const { content, is_error } = await registry.respond('anthropic', { type: 'tool_use', id: '1', name, input })
      return [is_error === true, JSON.parse(content).error?.code]
    }
    same(await Promise.all([ask('echo', { n: 1 }), ask('echo', { n: 'x' }), ask('ecko', {}), ask('fails', {})]), [
      [false, undefined],
      [true, 'INVALID_PARAMS'],
      [true, 'UNKNOWN_TOOL'],
      [true, 'TOOL_FAILED'],
    ])
  },
  async 'files of the program and of other realms are shown to a model'() {
    const png = '137, 80, 78, 71, 13, 10, 26, 10'
    const bytes = new Uint8Array(png.split(',').map(Number))
    for (const file of [
      bytes,
      bytes.buffer,
      Buffer.from(bytes),
      new NodeBlob([bytes], { type: 'image/png' }),
      foreign(`new Uint8Array([${png}])`),
      foreign(`new Uint8Array([${png}]).buffer`),
      { mediaType: 'image/png', data: bytes },
    ]) {
      const { content } = await registryOf({ execute: () => file }).respond('anthropic', {
        type: 'tool_use',
        id: '1',
        name: 'echo',
        input: {},
      })
      same(
        content.map?.(({ type, source }) => [type, source?.media_type]),
        [['image', 'image/png']],
      )
    }
  },
  async 'a closure answers piece by piece'() {
    const registry = registryOf({
      async *execute() {
        yield 'a'
        yield 'b'
      },
    })
    const pieces = []
    for await (const piece of registry.stream('echo')) pieces.push(piece)
    same([pieces, await registry.execute('echo')], [['a', 'b'], 'ab'])
  },
})
