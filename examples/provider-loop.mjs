// A provider loop: a model is offered tools, calls one with a wrong argument, reads what was wrong, corrects it, and
// answers. The loop is written for Anthropic; other providers take the same tool in their own form. The model is a
// script here, so it needs no network and no key.
// Run it: node examples/provider-loop.mjs

import { ToolRegistry } from 'toolrack'

const registry = new ToolRegistry()
registry.register({
  name: 'order_state',
  description: 'The state of an order of the user',
  tags: ['client'],
  parameters: { order: { type: 'integer', minimum: 1 } },
  execute: ({ order }, { userId }) => ({ order, of: userId, state: 'sent' }),
})
registry.register({ name: 'purge', description: 'Deletes all orders', tags: ['admin'], execute: () => 'gone' })

/** Stands for `new Anthropic()` of @anthropic-ai/sdk. */
const replies = [
  () => [{ type: 'tool_use', id: 'toolu_1', name: 'order_state', input: { order: 'seven' } }],
  () => [
    { type: 'tool_use', id: 'toolu_2', name: 'order_state', input: { order: 7 } },
    { type: 'tool_use', id: 'toolu_3', name: 'purge', input: {} },
  ],
  ([{ content }]) => [{ type: 'text', text: `Order 7 is ${JSON.parse(content).state}.` }],
]
const client = {
  messages: {
    async create({ messages }) {
      const content = replies.shift()(messages.at(-1).content)
      return { content, stop_reason: content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn' }
    },
  },
}

const messages = [{ role: 'user', content: 'Where is my order 7?' }]
for (;;) {
  const turn = registry.snapshot({
    filter: { tags: ['client'] }, // what the model is offered, and all that it can call
    context: { userId: 'ann' }, // from your session, never from the model
  })
  const tools = turn.definitions('anthropic')
  const request = { model: 'claude-sonnet-5-5', max_tokens: 1024, messages, tools }
  const { content, stop_reason } = await client.messages.create(request)
  for (const { name, input, text } of content) console.log('model:', text ?? `${name}(${JSON.stringify(input)})`)
  if (stop_reason !== 'tool_use') break
  const calls = content.filter(({ type }) => type === 'tool_use')
  const results = await turn.respond('anthropic', calls) // a failure is a result too
  for (const { content } of results) console.log('result:', content)
  messages.push({ role: 'assistant', content }, { role: 'user', content: results })
}

for (const target of ['openai', 'anthropic', 'gemini'])
  console.log(`${target}:`, JSON.stringify(registry.definitions(target, { name: 'order_state' })))
