// Resources and prompts for the official clients. As a program it serves them over stdio.
import { fileURLToPath } from 'node:url'
import { ToolRegistry } from '../../lib/index.js'
import { createMcpServer } from '../../lib/mcp/index.js'

const starting = (all) => (value) => all.filter((one) => one.startsWith(value))

/** A server whose tool `touch` changes its lists, and what the resource `note://one` has. */
export function contentServer() {
  const registry = new ToolRegistry()
  const note = (name) => ({ uri: `note://${name}`, name, mimeType: 'text/plain', read: () => `note ${name}` })
  const prompt = (name) => ({
    name,
    description: `The prompt ${name}`,
    arguments: [{ name: 'who', required: true, complete: starting(['Ann', 'Anton', 'Bob']) }],
    get: ({ who }) => [`Greet ${who}`, { role: 'assistant', content: 'Hello' }],
  })
  const server = createMcpServer(registry, {
    name: 'content',
    version: '1.0.0',
    notifyMs: 1,
    resources: [note('one'), { ...note('bytes'), mimeType: 'image/png', read: () => Buffer.from([0, 255]) }],
    resourceTemplates: [
      {
        uriTemplate: 'item://{id}',
        name: 'item',
        read: (_, { id }) => `item ${id}`,
        complete: { id: starting(['7', '70']) },
      },
    ],
    prompts: [prompt('greet')],
  })
  const steps = {
    update: () => server.resourceUpdated('note://one'),
    resources: () => server.update({ resources: [note('one'), note('two')] }),
    prompts: () => server.update({ prompts: [] }),
  }
  registry.register({
    name: 'touch',
    description: 'Changes something',
    parameters: { what: { type: 'string', description: 'what', enum: Object.keys(steps) } },
    execute: ({ what }) => steps[what]() ?? 'done',
  })
  return server
}

export const PROGRAM = fileURLToPath(import.meta.url)

if (process.argv[1] === PROGRAM) await contentServer().stdio()
