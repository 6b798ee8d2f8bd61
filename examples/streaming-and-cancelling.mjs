// Streaming and cancelling: an async generator answers in pieces. A loop that is left, an AbortSignal and a timeout
// each cancel the call, and the generator's `finally` runs. A model gets the pieces as one result.
// Run it: node examples/streaming-and-cancelling.mjs

import { ToolRegistry } from 'toolrack'

const registry = new ToolRegistry()
registry.register({
  name: 'write',
  description: 'Writes a text in pieces',
  parameters: { about: { type: 'string' } },
  async *execute({ about }) {
    try {
      for (const word of ['All ', 'about ', about]) yield word
    } finally {
      console.log(`  closed: ${about}`)
    }
  },
})
registry.register({
  name: 'wait',
  description: 'Waits until it is cancelled',
  parameters: {},
  execute: (_, { signal }) =>
    new Promise((_, reject) => {
      // Pass `signal` on to fetch, timers and child processes, or listen to it as here.
      signal.addEventListener('abort', () => {
        console.log(`  stopped: ${signal.reason.code}`)
        reject(signal.reason)
      })
    }),
})

console.log('every piece, as it comes:')
for await (const piece of registry.stream('write', { about: 'cats' })) console.log(`  ${piece}`)

console.log('a loop that is left after one piece:')
for await (const piece of registry.stream('write', { about: 'dogs' })) {
  console.log(`  ${piece}`)
  break
}

console.log('a user who leaves:')
const left = new AbortController()
const call = registry.execute('wait', {}, { signal: left.signal })
left.abort()
console.log(' ', (await call.catch((error) => error)).code)

console.log('a timeout:')
console.log(' ', (await registry.execute('wait', {}, { timeoutMs: 20 }).catch((error) => error)).code)

console.log('a program or a model, which gets one result:')
console.log(' ', await registry.execute('write', { about: 'birds' }))
const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'write', input: { about: 'fish' } }
console.log(' ', (await registry.respond('anthropic', toolUse)).content)
