// Conformance fixture: the tools of the scenarios that ask their client something.

const text = { type: 'string' }
const form = (properties, message) => ({
  message,
  schema: { type: 'object', properties, required: Object.keys(properties) },
})
const NAME = form({ name: text }, 'What is your name?')
const sampling = (line, maxTokens = 100) => ({
  sampling: { messages: [{ role: 'user', content: { type: 'text', text: line } }], maxTokens },
})
const argument = (name) => ({ inputSchema: { type: 'object', properties: { [name]: text }, required: [name] } })
const choices = (...titled) => titled.map(([value, title]) => ({ const: value, title }))
const described = ({ action, content }) =>
  `Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`
const confirm = async (_, { ask }) =>
  `state-ok: ${(await ask('confirm', form({ ok: { type: 'boolean' } }, 'Please confirm'))).action}`

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}

const ENUMS = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: {
    type: 'string',
    oneOf: choices(['value1', 'First Option'], ['value2', 'Second Option'], ['value3', 'Third Option']),
  },
  legacyEnum: {
    type: 'string',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: {
    type: 'array',
    items: { anyOf: choices(['value1', 'First Choice'], ['value2', 'Second Choice'], ['value3', 'Third Choice']) },
  },
}

export const QUESTIONS = {
  test_sampling: {
    ...argument('prompt'),
    execute: async ({ prompt }, { ask }) => `LLM response: ${(await ask('response', sampling(prompt))).content.text}`,
  },
  test_elicitation: {
    ...argument('message'),
    async execute({ message }, { ask }) {
      const { action, content } = await ask('user', form({ username: text, email: text }, message))
      return `User response: action: ${action}, content: ${JSON.stringify(content)}`
    },
  },
  test_elicitation_sep1034_defaults: {
    execute: async (_, { ask }) => described(await ask('defaults', form(DEFAULTS, 'Check the defaults'))),
  },
  test_elicitation_sep1330_enums: {
    execute: async (_, { ask }) => described(await ask('enums', form(ENUMS, 'Choose'))),
  },
  test_missing_capability: { execute: async (_, { ask }) => (await ask('text', sampling('Anything'))).content.text },
  test_streaming_elicitation: { execute: async (_, { ask }) => described(await ask('name', NAME)) },
  test_input_required_result_elicitation: {
    execute: async (_, { ask }) => `Hello, ${(await ask('user_name', NAME)).content?.name}!`,
  },
  test_input_required_result_sampling: {
    execute: async (_, { ask }) =>
      (await ask('capital_question', sampling('What is the capital of France?'))).content.text,
  },
  test_input_required_result_list_roots: {
    execute: async (_, { ask }) => (await ask('client_roots', { roots: true })).roots.map(({ uri }) => uri).join(', '),
  },
  test_input_required_result_request_state: { execute: confirm },
  test_input_required_result_tampered_state: { execute: confirm },
  test_input_required_result_multiple_inputs: {
    async execute(_, { ask }) {
      const [user, greeting, { roots }] = await Promise.all([
        ask('user_name', NAME),
        ask('greeting', sampling('Generate a greeting', 50)),
        ask('client_roots', { roots: true }),
      ])
      return `${greeting.content.text} ${user.content?.name}, of ${roots.length} roots`
    },
  },
  test_input_required_result_multi_round: {
    async execute(_, { ask }) {
      const { content: one } = await ask('step1', form({ name: text }, 'Step 1: What is your name?'))
      const { content: two } = await ask('step2', form({ color: text }, 'Step 2: What is your favorite color?'))
      return `${one?.name} likes ${two?.color}`
    },
  },
  test_input_required_result_capabilities: {
    async execute(_, { ask }) {
      const asked = [ask('name', NAME), ask('greeting', sampling('Generate a greeting'))]
      const answers = await Promise.allSettled(asked)
      return answers.map(({ status }) => status).join(', ')
    },
  },
}
