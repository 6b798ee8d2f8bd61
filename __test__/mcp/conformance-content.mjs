// Conformance fixture: the resources and prompts of the scenarios.

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

export const RESOURCES = [
  {
    uri: 'test://static-text',
    name: 'static text',
    mimeType: 'text/plain',
    read: () => 'This is the content of the static text resource.',
  },
  { uri: 'test://static-binary', name: 'a picture', mimeType: 'image/png', read: () => Buffer.from(PNG, 'base64') },
  { uri: 'test://watched-resource', name: 'watched', mimeType: 'text/plain', read: () => 'watched' },
]

export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'test://template/{id}/data',
    name: 'data by id',
    mimeType: 'application/json',
    read: (_, { id }) => JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
  },
]

const values = ['paris', 'park', 'party', 'test']
const complete = (value) => values.filter((one) => one.startsWith(value))

const prompts = [
  { name: 'test_simple_prompt', get: () => 'This is a simple prompt for testing.' },
  {
    name: 'test_prompt_with_arguments',
    arguments: [
      { name: 'arg1', description: 'First test argument', required: true, complete },
      { name: 'arg2', description: 'Second test argument', required: true },
    ],
    get: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
  },
  {
    name: 'test_prompt_with_embedded_resource',
    arguments: [{ name: 'resourceUri', required: true }],
    get: ({ resourceUri }) => [
      {
        content: {
          type: 'resource',
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
      },
      'Please process the embedded resource above.',
    ],
  },
  {
    name: 'test_prompt_with_image',
    get: () => [
      { content: { type: 'image', data: Buffer.from(PNG, 'base64'), mimeType: 'image/png' } },
      'Please analyze the image above.',
    ],
  },
  {
    name: 'test_input_required_result_prompt',
    async get(_, { ask }) {
      const schema = { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] }
      const { content } = await ask('user_context', { message: 'What context should the prompt use?', schema })
      return `The context is: ${content?.context}`
    },
  },
]

export const PROMPTS = prompts.map((prompt) => ({
  ...prompt,
  description: `A prompt of the scenarios: ${prompt.name}`,
}))

/** Comes and goes. */
export const ADDED_PROMPT = { name: 'added', description: 'Comes and goes', get: () => 'here' }
