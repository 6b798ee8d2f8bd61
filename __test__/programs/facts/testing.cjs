// The registry of tests: its clock moves and its calls are recorded in every test runner, whatever its timers are.
const { faultOf, same } = require('./support.cjs')

/** Of the installed package: whoever counts the facts has none yet. */
const testing = () => require('toolrack/test')

const echo = (over) => ({
  name: 'echo',
  description: 'Says it',
  inputSchema: { type: 'object' },
  execute: (params) => params,
  ...over,
})

module.exports = ({ ToolRegistry }) => ({
  async 'the clock of a test registry moves limits, timeouts and closures'() {
    const registry = testing().createTestRegistry({ enforceRateLimits: true })
    same(registry instanceof ToolRegistry, true)
    registry.register(echo({ rateLimit: 1 }))
    registry.register(echo({ name: 'never', execute: () => new Promise(() => {}) }))
    await registry.execute('echo')
    same((await faultOf(() => registry.execute('echo'))).code, 'RATE_LIMITED')
    await registry.clock.advance(60_000)
    await registry.execute('echo')
    const late = faultOf(() => registry.execute('never', {}, { timeoutMs: 3_600_000 }))
    await registry.clock.advance(3_600_000)
    same((await late).code, 'TIMEOUT')
    same(
      registry.calls().map(({ outcome }) => outcome),
      ['ok', 'RATE_LIMITED', 'ok', 'TIMEOUT'],
    )
  },
  async 'a scripted model calls tools, and its calls are recorded'() {
    const { callOf, createTestRegistry, scriptedModel } = testing()
    const registry = createTestRegistry()
    registry.register(echo())
    const model = scriptedModel('openai', [
      { call: ['echo', { a: 1 }] },
      ({ results }) => results[0].value.a + ' it is',
    ])
    const tools = registry.definitions('openai')
    const { output } = await model.respond({ input: [], tools })
    same(output[0].call_id, callOf('openai', 'echo', { a: 1 }).call_id)
    const input = await registry.respond('openai', output, { context: { userId: 'ann' } })
    const last = await model.respond({ input, tools })
    same(last.output[0].content[0].text, '1 it is')
    model.done()
    const [{ params, context, target, value }] = registry.calls('echo')
    same([params, context, target, value], [{ a: 1 }, { userId: 'ann' }, 'openai', { a: 1 }])
  },
})
