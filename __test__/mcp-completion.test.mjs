// MCP server: completion of the arguments of prompts and resource templates.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WAYS, serving } from './support/mcp-content.mjs'

const CITIES = ['paris', 'park', 'porto']
const many = Array.from({ length: 250 }, (_, index) => `v${index}`)
const starting = (value) => CITIES.filter((city) => city.startsWith(value))

const OPTIONS = {
  prompts: [
    {
      name: 'travel',
      arguments: [
        { name: 'city', complete: starting },
        { name: 'street', complete: async (value, { userId }, { city }) => [`${value} in ${city} of ${userId}`] },
        { name: 'many', complete: () => many },
        { name: 'counted', complete: () => ({ values: ['a'], total: 7, hasMore: true }) },
        { name: 'silent', complete: () => undefined },
        { name: 'plain' },
        { name: 'wrong', complete: () => [1] },
        { name: 'asks', complete: (_, { ask }) => ask('who', { message: 'Who?', schema: { type: 'object' } }) },
      ],
      get: () => '',
    },
  ],
  resources: [{ uri: 'geo://all', name: 'all', read: () => '' }],
  resourceTemplates: [
    { uriTemplate: 'geo://{city}/{+rest}', name: 'geo', read: () => '', complete: { city: starting } },
  ],
  context: { userId: 'ann' },
}

const prompt = { type: 'ref/prompt', name: 'travel' }
const template = { type: 'ref/resource', uri: 'geo://{city}/{+rest}' }

/** What is asked, and the completion. */
const COMPLETED = {
  'a prompt by what was typed': [prompt, 'city', 'pa', { values: ['paris', 'park'], total: 2, hasMore: false }],
  'nothing that fits': [prompt, 'city', 'x', { values: [], total: 0, hasMore: false }],
  'at most 100 values': [prompt, 'many', '', { values: many.slice(0, 100), total: 250, hasMore: true }],
  'a total of its own': [prompt, 'counted', '', { values: ['a'], total: 7, hasMore: true }],
  'a function that returns nothing': [prompt, 'silent', '', { values: [], total: 0, hasMore: false }],
  'an argument without a function': [prompt, 'plain', '', { values: [], total: 0, hasMore: false }],
  'a variable': [template, 'city', 'po', { values: ['porto'], total: 1, hasMore: false }],
  'a variable without a function': [template, 'rest', '', { values: [], total: 0, hasMore: false }],
  'a resource without variables': [{ type: 'ref/resource', uri: 'geo://all' }, 'x', '', { values: [] }],
}
const argument = { name: 'city', value: '' }
const REFUSED = {
  'an unknown prompt': [
    { ref: { ...prompt, name: 'travle' }, argument },
    /no prompt has the name "travle"; nearest: travel/,
  ],
  'an unknown template': [
    { ref: { ...template, uri: 'geo://{town}' }, argument },
    /no resource template is "geo:\/\/\{town\}"/,
  ],
  'an unknown argument': [
    { ref: prompt, argument: { name: '__proto__', value: '' } },
    /"__proto__" is no argument of "travel"/,
  ],
  'no reference': [{ argument }, /params\/ref/],
  'another reference': [{ ref: { type: 'ref/tool', name: 'travel' }, argument }, /params\/ref/],
  'no argument': [{ ref: prompt }, /params\/argument/],
  'a value that is no text': [{ ref: prompt, argument: { name: 'city', value: 1 } }, /params\/argument/],
  'others that are no texts': [
    { ref: prompt, argument, context: { arguments: { a: 1 } } },
    /params\/context\/arguments/,
  ],
  'others that are no object': [{ ref: prompt, argument, context: { arguments: 'x' } }, /params\/context\/arguments/],
}

for (const { way, era } of WAYS) {
  const named = (fact) => `${way}, ${era}: ${fact}`

  test(named('values are those of the functions'), async (t) => {
    const { ask } = await serving(t, { way, era, ...OPTIONS })
    for (const [name, [ref, key, value, completion]] of Object.entries(COMPLETED)) {
      const { result } = await ask('completion/complete', { ref, argument: { name: key, value } })
      assert.deepEqual(result.completion, completion, name)
    }
    const params = { ref: prompt, argument: { name: 'street', value: 'a' }, context: { arguments: { city: 'paris' } } }
    const { result } = await ask('completion/complete', params)
    assert.deepEqual(result.completion.values, ['a in paris of ann'])
  })

  test(named('what cannot be completed is -32602'), async (t) => {
    const { ask } = await serving(t, { way, era, ...OPTIONS })
    for (const [name, [params, message]] of Object.entries(REFUSED)) {
      const { error } = await ask('completion/complete', params)
      assert.equal(error?.code, -32602, name)
      assert.match(error.message, message)
    }
  })

  test(named('a function that fails is a fault of the server, and asks its client nothing'), async (t) => {
    const { ask } = await serving(t, { way, era, ...OPTIONS })
    for (const name of ['wrong', 'asks']) {
      const { error } = await ask('completion/complete', { ref: prompt, argument: { name, value: '' } })
      assert.equal(error.code, -32603)
    }
  })
}
