// Tools of agent frameworks: each is called as its framework calls it, with the caller and the signal of the call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from 'toolrack'
import { FRAMEWORKS, WITH_CONTEXT } from './support/framework-tools.mjs'
import { callFromRust, refusal } from './support/tools.mjs'

const context = { userId: 7, auditingId: 'a1', metadata: { tenant: 'acme', userId: 'forged', toolName: 'forged' } }

/** The ways in, each of which gives a registry with the tool `weather`. */
const DOORS = {
  register: (tool, options) => {
    const registry = new ToolRegistry(options)
    registry.register(tool, { name: 'weather' })
    return registry
  },
  'ToolModules.add': async (tool, options) => {
    const registry = new ToolRegistry(options)
    await new ToolModules(registry).add({ weather: tool })
    return registry
  },
}

for (const [framework, make] of Object.entries(FRAMEWORKS))
  for (const [door, open] of Object.entries(DOORS)) {
    test(`a tool of ${framework} is called on itself with its arguments, by ${door}`, async () => {
      const tool = make(({ city }, { self }) => `${city} ${self === tool}`)
      const registry = await open(tool)
      const { description, inputSchema } = registry.get('weather')
      assert.deepEqual([description, inputSchema.required], ['Weather', ['city']])
      assert.equal(await registry.execute('weather', { city: 'Oslo' }), 'Oslo true')
      const { code, details } = await refusal(() => registry.execute('weather', { city: 5 }))
      assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', '/city'])
    })

    test(`what a tool of ${framework} throws is the cause of its failure, by ${door}`, async () => {
      for (const thrown of [new RangeError('no such city'), 'a text', null]) {
        const registry = await open(
          make(() => {
            throw thrown
          }),
        )
        const { code, cause } = await refusal(() => registry.execute('weather', { city: 'x' }))
        assert.deepEqual([code, cause], ['TOOL_FAILED', thrown])
      }
    })
  }

for (const [framework, make] of WITH_CONTEXT)
  for (const [door, open] of Object.entries(DOORS)) {
    test(`a tool of ${framework} gets the caller of the context, never of arguments, by ${door}`, async () => {
      const registry = await open(make((_, { userId, tenant }) => [userId, tenant]))
      const forged = { city: 'x', userId: 'forged', __metadata: { tenant: 'forged' } }
      assert.deepEqual(await registry.execute('weather', forged, { context }), [7, 'acme'])
      const call = { type: 'tool_use', id: '1', name: 'weather', input: { city: 'x' } }
      const answer = await registry.respond('anthropic', call, { context })
      assert.equal(answer.content, '[7,"acme"]')
      const withoutCaller = await registry.execute('weather', { city: 'x' }, { context: {} })
      assert.deepEqual(withoutCaller, [undefined, undefined])
    })
  }

for (const [framework, make] of WITH_CONTEXT) {
  test(`a tool of ${framework} gets the signal of its call, and a call id`, async () => {
    const registry = DOORS.register(
      make((_, { signal, id }) => {
        assert.match(id, /\w+-\d+/)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }),
    )
    const controller = new AbortController()
    const call = registry.execute('weather', { city: 'x' }, { signal: controller.signal })
    controller.abort()
    assert.equal((await refusal(() => call)).code, 'CANCELLED')
  })

  test(`a tool of ${framework} is called from Rust threads`, async () => {
    const registry = DOORS.register(make(({ city }, { userId }) => `${city} ${userId}`))
    const { value } = await callFromRust(registry, { name: 'weather', params: { city: 'x' }, context: { userId: 3 } })
    assert.equal(value, 'x 3')
  })
}

const drop = { name: 'drop', description: 'Drops' }
const ask = { name: 'ok?' }
const failing = (name) => () => {
  throw Object.assign(new Error('stop'), { name })
}

/** What a tool asks of its framework's agent loop, and what the failure says. */
const LOOPS = [
  ['Mastra (E3)', (_, { agent }) => agent.suspend({}), 'the tool suspends its run'],
  ['Mastra (E3)', (_, { suspend }) => suspend({}), 'the tool suspends its run'],
  ['Google ADK (E4)', (_, { toolContext }) => toolContext.requestConfirmation({}), 'the tool asks for a confirmation'],
  ['Google ADK (E4)', (_, { toolContext }) => toolContext.state.set('a', 1), 'the tool writes the state'],
  ['Google ADK (E4)', (_, { toolContext }) => void (toolContext.actions.escalate = true), 'the tool ends its loop'],
  ['Google ADK (E4)', (_, { toolContext }) => toolContext.invocationContext, 'the tool uses its invocation'],
  ['LangChain (E5)', failing('GraphInterrupt'), 'the tool interrupts the graph'],
  ['LangChain (E5)', () => ({ lg_name: 'Command', update: {} }), 'the tool returns a Command'],
  ['Strands (E6)', (_, { interrupt }) => interrupt.call(undefined, ask), 'the tool interrupts the agent by "ok?"'],
  ['Strands (E6)', failing('InterruptError'), 'the tool interrupts the agent'],
  ['Genkit (E7)', failing('ToolInterruptError'), 'the tool interrupts the generation'],
  ['OpenAI Agents (E8)', (_, { runContext }) => runContext.approveTool(drop), 'the tool approves a call'],
]

for (const [framework, run, says] of LOOPS) {
  test(`a tool of ${framework} that needs its agent loop fails: ${says}`, async () => {
    const make = FRAMEWORKS[framework]
    const tool = framework.startsWith('Strands')
      ? make(null, {
          invoke: async (_, toolContext) => run(_, { interrupt: (request) => toolContext.interrupt(request) }),
        })
      : make(run)
    const { code, message } = await refusal(() => DOORS.register(tool).execute('weather', { city: 'x' }))
    assert.equal(code, 'TOOL_FAILED')
    assert.ok(message.includes(says), message)
    assert.match(message, /needs the agent loop of/)
  })
}

/** What a generator asks of its framework's agent loop behind its first piece. */
const LATE_REQUESTS = [
  ['Mastra (E3)', (_, { suspend }) => void suspend({}), 'the tool suspends its run'],
  [
    'Google ADK (E4)',
    (_, { toolContext }) => void (toolContext.actions.transferToAgent = 'billing'),
    'the tool transfers to another agent',
  ],
]

for (const [framework, request, says] of LATE_REQUESTS) {
  test(`a generator of ${framework} that needs its agent loop fails at its end: ${says}`, async () => {
    const generate = async function* (params, call) {
      yield 'first'
      if (params.city === 'asks') request(params, call)
      yield 'second'
      return 'done'
    }
    const registry = DOORS.register(FRAMEWORKS[framework](generate))
    assert.equal(await registry.execute('weather', { city: 'x' }), 'done')
    const { code, message } = await refusal(() => registry.execute('weather', { city: 'asks' }))
    assert.deepEqual([code, message.includes(says)], ['TOOL_FAILED', true], message)
  })
}

test('a streamed generator of Google ADK that needs its agent loop fails behind its pieces', async () => {
  let ended = 0
  const generate = async function* (_, { toolContext: { actions } }) {
    try {
      yield 1
      actions.escalate = true
      yield 2
    } finally {
      ended++
    }
  }
  const registry = DOORS.register(FRAMEWORKS['Google ADK (E4)'](generate))
  const pieces = []
  const read = async () => {
    for await (const piece of registry.stream('weather', { city: 'x' })) pieces.push(piece)
  }
  assert.match((await refusal(read)).message, /the tool ends its loop agent/)
  assert.deepEqual(pieces, [1, 2])
  for await (const piece of registry.stream('weather', { city: 'x' })) if (piece === 1) break
  assert.equal(ended, 2)
})

test('an interrupt of Strands that brings its response is answered by it', async () => {
  const invoke = async (_, toolContext) => toolContext.interrupt({ ...ask, response: 'yes' })
  const tool = FRAMEWORKS['Strands (E6)'](null, { invoke })
  assert.equal(await DOORS.register(tool).execute('weather', { city: 'x' }), 'yes')
})

test('arguments that LangChain would take for a call of its own are refused', async () => {
  const schema = { type: 'object' }
  const tool = FRAMEWORKS['LangChain (E5)'](() => 'called', { schema })
  const forged = { type: 'tool_call', args: { secret: true }, id: '1' }
  const { code, message } = await refusal(() => DOORS.register(tool).execute('weather', forged))
  assert.equal(code, 'TOOL_FAILED')
  assert.match(message, /takes arguments with type "tool_call"/)
})

const part = Object.freeze({ type: 'string' })
/** A JSON Schema that LangChain would write into. */
const WRITTEN = [
  ['free', { type: 'object', properties: { city: { type: 'string' } } }],
  ['frozen', Object.freeze({ type: 'object', properties: Object.freeze({ city: part }) })],
  ['frozen in a part', { type: 'object', properties: { city: part } }],
  ['not extensible', Object.preventExtensions({ type: 'object', properties: { city: { type: 'string' } } })],
]

/** Writes into a schema, as LangChain does. */
const write = ({ schema }) => {
  Object.defineProperty(schema, 'written', { value: 1 })
  Object.defineProperty(schema.properties.city, 'written', { value: 1 })
  return 'written'
}

for (const [how, schema] of WRITTEN) {
  test(`a JSON Schema of LangChain that is ${how} stays as it is, and the tool gets a copy to write into`, async () => {
    const tool = FRAMEWORKS['LangChain (E5)']((_, { self }) => write(self), { schema })
    class Weather {
      lc_runnable = true
      name = 'weather'
      description = 'Weather'
      schema = schema
      #write = write
      async invoke() {
        return this.#write(this)
      }
    }
    for (const given of [tool, Object.freeze({ ...tool }), new Weather()])
      assert.equal(await DOORS.register(given).execute('weather', { city: 'x' }), 'written')
    assert.deepEqual([schema.written, schema.properties.city.written], [undefined, undefined])
  })
}

/** The guardrail of OpenAI Agents, and what comes of a call. */
const GUARDRAILS = [
  ['allows', { type: 'allow' }, 'ran'],
  ['rejects', { type: 'rejectContent', message: 'not allowed' }, 'not allowed'],
  ['throws', { type: 'throwException' }, 'its guardrail "check" refuses the call'],
]

for (const side of ['inputGuardrails', 'outputGuardrails'])
  for (const [what, behavior, outcome] of GUARDRAILS) {
    test(`one of ${side} of OpenAI Agents that ${what} is asked for each call`, async () => {
      const asked = []
      const run = ({ context, toolCall, output }) => (
        asked.push([context.context.userId, toolCall.name, output]),
        { behavior }
      )
      const tool = FRAMEWORKS['OpenAI Agents (E8)'](() => 'ran', { [side]: [{ name: 'check', run }] })
      const registry = DOORS.register(tool)
      const answer = await registry.execute('weather', { city: 'x' }, { context }).catch(({ message }) => message)
      assert.ok(answer.includes(outcome), answer)
      assert.deepEqual(asked, [[7, 'weather', side === 'inputGuardrails' ? undefined : 'ran']])
    })
  }

test('a tool of OpenAI Agents that is disabled is not called, and a function is asked for each call', async () => {
  let isOn = true
  const registry = DOORS.register(FRAMEWORKS['OpenAI Agents (E8)'](() => 'ran', { isEnabled: async () => isOn }))
  assert.equal(await registry.execute('weather', { city: 'x' }), 'ran')
  isOn = false
  assert.match((await refusal(() => registry.execute('weather', { city: 'x' }))).message, /is disabled by isEnabled/)
  const isEnabled = async ({ context }, _agent) => context.userId === 7
  const other = DOORS.register(FRAMEWORKS['OpenAI Agents (E8)'](() => 'ran', { isEnabled }))
  assert.equal(await other.execute('weather', { city: 'x' }, { context }), 'ran')
  assert.match((await refusal(() => other.execute('weather', { city: 'x' }))).message, /is disabled by isEnabled/)
})

test('a context schema of the AI SDK is applied to the caller, and refuses another one', async () => {
  const validate = (value) =>
    value.tenant === 'acme' ? { value: { tenant: 'ACME' } } : { issues: [{ message: 'no' }] }
  for (const later of [(result) => result, async (result) => result]) {
    const contextSchema = { '~standard': { version: 1, vendor: 'own', validate: (value) => later(validate(value)) } }
    const registry = DOORS.register(FRAMEWORKS['the AI SDK (E12)']((_, { tenant }) => tenant, { contextSchema }))
    assert.equal(await registry.execute('weather', { city: 'x' }, { context }), 'ACME')
    const { code, message } = await refusal(() => registry.execute('weather', { city: 'x' }))
    assert.equal(code, 'TOOL_FAILED')
    assert.match(message, /does not match the contextSchema of the tool: no/)
  }
})
