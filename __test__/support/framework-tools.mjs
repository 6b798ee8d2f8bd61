// Tools of agent frameworks, by hand: the members by which each is told, and how its framework hands over a call.

export const city = {
  type: 'object',
  properties: { city: { type: 'string', description: 'A city' } },
  required: ['city'],
}
const MASTRA = Symbol.for('mastra.core.tool.Tool')
const ADK = Symbol.for('google.adk.baseTool')
const text = { name: 'weather', description: 'Weather' }

/**
 * A maker for each framework. `run(params, call)` is the tool's own function: `call` has what its framework hands over,
 * `userId`, `tenant` (of the metadata), `signal` and `id`, and `self`, which is `this`. `over` replaces members.
 */
export const FRAMEWORKS = {
  'Mastra (E3)': (run, over) => ({
    [MASTRA]: true,
    id: text.name,
    description: text.description,
    inputSchema: city,
    async execute(params, { requestContext, abortSignal, agent, ...rest }) {
      const [userId, tenant] = ['userId', 'tenant'].map((key) => requestContext.get(key))
      return run(params, { self: this, userId, tenant, signal: abortSignal, id: agent.toolCallId, agent, ...rest })
    },
    ...over,
  }),
  'Google ADK (E4)': (run, over) => ({
    [ADK]: true,
    ...text,
    _getDeclaration: () => ({ ...text, parametersJsonSchema: city }),
    async runAsync({ args, toolContext }) {
      const { state, userId, abortSignal, functionCallId } = toolContext
      const call = {
        self: this,
        userId,
        tenant: state.get('tenant'),
        signal: abortSignal,
        id: functionCallId,
        toolContext,
      }
      return run(args, call)
    },
    ...over,
  }),
  'LangChain (E5)': (run, over) => ({
    lc_runnable: true,
    ...text,
    schema: city,
    async invoke(params, { configurable, context, signal, toolCallId, ...rest }) {
      const { userId } = context
      return run(params, { self: this, userId, tenant: configurable.tenant, signal, id: toolCallId, ...rest })
    },
    ...over,
  }),
  'Strands (E6)': (run, over) => ({
    ...text,
    toolSpec: { ...text, inputSchema: city },
    async *stream() {},
    async invoke(params, { invocationState, cancelSignal, toolUse, ...rest }) {
      const { userId, tenant } = invocationState
      return run(params, { self: this, userId, tenant, signal: cancelSignal, id: toolUse.toolUseId, ...rest })
    },
    ...over,
  }),
  'Genkit (E7)': (run, over) => {
    const action = { ...text, inputJsonSchema: city, metadata: { type: 'tool' }, ...over }
    const self = async (params, { context, abortSignal, ...rest }) => {
      const { userId, tenant, callId } = context
      return run(params, { self, userId, tenant, signal: abortSignal, id: callId, ...rest })
    }
    return Object.assign(self, { __action: action })
  },
  'OpenAI Agents (E8)': (run, over) => ({
    type: 'function',
    ...text,
    parameters: { $schema: 'http://json-schema.org/draft-07/schema#', ...city, additionalProperties: false },
    async invoke(runContext, input, { signal, toolCall }) {
      const { userId, tenant } = runContext.context
      return run(JSON.parse(input), { self: this, userId, tenant, signal, id: toolCall.callId, runContext })
    },
    ...over,
  }),
  'LlamaIndex (E9)': (run, over) => ({
    metadata: { ...text, parameters: city },
    call(params) {
      return run(params, { self: this })
    },
    ...over,
  }),
  'the AI SDK (E12)': (run, over) => ({
    description: text.description,
    inputSchema: city,
    execute(params, { context, abortSignal, toolCallId, ...rest }) {
      const { userId, tenant } = context
      return run(params, { self: this, userId, tenant, signal: abortSignal, id: toolCallId, ...rest })
    },
    ...over,
  }),
}

/** Those whose tools get the caller and the signal of a call. */
export const WITH_CONTEXT = Object.entries(FRAMEWORKS).filter(([framework]) => !framework.startsWith('LlamaIndex'))
