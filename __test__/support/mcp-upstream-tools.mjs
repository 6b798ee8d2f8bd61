// Tools of a server that connections are opened to: some with a behaviour, and many that make several pages.
import { ToolRegistry } from 'toolrack'

const FILLER = 'It is one of many, so that the list has several pages. '.repeat(8)

export const MANY = 500

export function upstreamRegistry() {
  const registry = new ToolRegistry()
  /** Resolves when the newest call of `wait` is aborted. */
  let aborted
  const number = { type: 'number' }
  const tools = {
    add: {
      inputSchema: { type: 'object', properties: { a: number, b: number }, required: ['a', 'b'] },
      execute: ({ a, b }) => ({ sum: a + b }),
    },
    fail: {
      execute() {
        throw new Error('the disk is full')
      },
    },
    wait: {
      execute(_, { signal }) {
        aborted = new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted')))
        return aborted
      },
    },
    aborted: { execute: () => aborted },
    grow: { execute: () => registry.register({ name: 'grown', description: 'New', execute: () => 'new' }) && 'grown' },
    large_numbers: { execute: () => ({ id: 9007199254740993n, list: [18446744073709551615n], small: 7 }) },
    routed: {
      inputSchema: {
        type: 'object',
        properties: {
          region: { type: 'string', 'x-mcp-header': 'Region' },
          place: { type: 'object', properties: { floor: { type: 'integer', 'x-mcp-header': 'Floor' } } },
          isUrgent: { type: 'boolean', 'x-mcp-header': 'Urgent' },
        },
      },
      execute: (args) => args,
    },
  }
  for (const [name, tool] of Object.entries(tools))
    registry.register({ name, description: `The tool ${name}`, ...tool })
  for (let index = 0; index < MANY; index++)
    registry.register({ name: `tool_${index}`, description: FILLER, execute: () => index })
  return registry
}
