// Tools that the official clients list and call: some with a behaviour of their own, the rest to make the list long.
import { ToolRegistry } from '../../lib/index.js'

const NUMBERS = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
}
/** What `add` returns. */
export const SUM = { type: 'object', properties: { sum: { type: 'number' } }, required: ['sum'] }

/** A registry of `count` tools; the first of them have a behaviour. */
export function servedRegistry(count) {
  const registry = new ToolRegistry()
  const aborted = Promise.withResolvers()
  const behaviours = [
    ['add', { inputSchema: NUMBERS, outputSchema: SUM, execute: ({ a, b }) => ({ sum: a + b }) }],
    [
      'fail',
      {
        execute: () => {
          throw new Error('the disk is full')
        },
      },
    ],
    [
      'wait',
      {
        execute: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted.resolve('aborted')
              reject(signal.reason)
            })
          }),
      },
    ],
    ['aborted', { execute: () => aborted.promise }],
    [
      'grow',
      {
        execute: () => {
          registry.register({ name: 'grown', description: 'Comes later', execute: () => 'grown' })
          return 'one more'
        },
      },
    ],
  ]
  for (const [name, tool] of behaviours) registry.register({ name, description: `Does ${name}`, ...tool })
  for (let index = behaviours.length; index < count; index++)
    registry.register({ name: `tool_${index}`, description: `The tool of number ${index}`, execute: () => index })
  return registry
}

/** So that 10,000 tools are some ten pages. */
export const PAGE = { bytes: 131_072 }
