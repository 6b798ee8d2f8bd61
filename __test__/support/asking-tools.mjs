// Tools that ask, as closures of a registry: a server of them is an upstream in tests. As a program: over stdio.
import { fileURLToPath } from 'node:url'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'

export const NAME = { type: 'object', properties: { name: { type: 'string', maxLength: 20 } }, required: ['name'] }
const form = (message) => ({ message, schema: NAME })
const shown = ({ action, content }) => `${action} ${content?.name ?? 'nobody'}`

/** How each tool asks. */
const TOOLS = {
  greet: async (_, { ask }) => shown(await ask('who', form('Your name?'))),
  async two(_, { ask }) {
    const [one, two] = [await ask('one', form('First?')), await ask('two', form('Second?'))]
    return `${one.content.name} ${two.content.name}`
  },
  async both(_, { ask }) {
    const [one, two] = await Promise.all([ask('one', form('First?')), ask('two', form('Second?'))])
    return `${one.content.name} ${two.content.name}`
  },
  page: async (_, { ask }) => (await ask('page', { message: 'Log in', url: 'https://example.com/login' })).action,
  model: async (_, { ask }) => (await ask('text', { sampling: { messages: [], maxTokens: 5 } })).content.text,
  folders: async (_, { ask }) => (await ask('folders', { roots: true })).roots[0].uri,
  async forever(_, { ask }) {
    for (let i = 0; ; i++) await ask(`q${i}`, form(`Again ${i}?`))
  },
  large: async (_, { ask }) => shown(await ask('who', form('x'.repeat(1 << 20)))),
  optional: async (_, { ask }) => (await ask('who', form('Your name?')).catch(({ code }) => code)) && 'went on',
}

export function askingRegistry() {
  const registry = new ToolRegistry()
  for (const [name, execute] of Object.entries(TOOLS))
    registry.register({ name, description: `The tool ${name}`, execute })
  return registry
}

const PROGRAM = fileURLToPath(import.meta.url)

/** The same tools over stdio. */
export const ASKING_PROGRAM = { command: process.execPath, args: [PROGRAM] }

if (process.argv[1] === PROGRAM) await createMcpServer(askingRegistry()).stdio()
