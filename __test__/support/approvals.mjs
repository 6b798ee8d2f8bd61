// Tools that need approval, of each kind: a closure, an HTTP tool, an operation, a tool of an MCP server.
import { SpecLoader, registerHttpTool } from 'toolrack'
import { ScriptedServer, openScene, text } from './scripted-upstream.mjs'
import { serve } from './server.mjs'
import { tool } from './tools.mjs'

const schema = {
  type: 'object',
  properties: { amount: { type: 'integer' }, note: { type: 'string', default: 'none' } },
}

/** Registers the tool `pay` of a kind; `paid` gets the amounts for which it ran, as texts. */
export const KINDS = {
  async closure(_, { registry }, paid) {
    const execute = ({ amount }) => `paid ${paid[paid.push(String(amount)) - 1]}`
    registry.register(tool({ name: 'pay', inputSchema: schema, requiresApproval: true, execute }))
  },
  async 'closure with a predicate'(_, { registry }, paid) {
    const execute = ({ amount }) => `paid ${paid[paid.push(String(amount)) - 1]}`
    registry.register(tool({ name: 'pay', inputSchema: schema, requiresApproval: async () => true, execute }))
  },
  async 'closure with limits'(_, { registry }, paid) {
    const execute = async ({ amount }) => `paid ${paid[paid.push(String(amount)) - 1]}`
    const callLimits = { concurrency: 1, queue: 5 }
    registry.register(tool({ name: 'pay', inputSchema: schema, requiresApproval: true, execute, callLimits }))
  },
  async 'HTTP tool'(t, { registry }, paid) {
    const { url } = await paying(t, paid)
    const parameters = { amount: { type: 'integer' }, note: { type: 'string', default: 'none' } }
    const definition = { name: 'pay', description: 'Pays', parameters, endpoint: `${url}/pay`, method: 'POST' }
    registerHttpTool(registry, { ...definition, requiresApproval: true }, { network: { hosts: [new URL(url).host] } })
  },
  async operation(t, { registry }, paid) {
    const { url } = await paying(t, paid)
    const body = { content: { 'application/json': { schema } } }
    const post = { operationId: 'pay', requestBody: body, responses: { 200: { description: 'ok' } } }
    const document = { openapi: '3.1.0', info: { title: 'a', version: '1' }, paths: { '/pay': { post } } }
    const options = { name: 'api', baseUrl: url, overrides: { pay: { requiresApproval: true } } }
    await new SpecLoader(registry).load(document, options)
  },
  async 'tool of an MCP server'(_, { loader }, paid) {
    const server = new ScriptedServer([{ name: 'pay', description: 'Pays', inputSchema: schema }])
    server.onCall = (_name, { amount }) => text(`paid ${paid[paid.push(String(amount)) - 1]}`)
    await loader.load('bank', server, { overrides: { pay: { requiresApproval: true } } })
  },
}

const paying = (t, paid) =>
  serve(t, ({ body }) => {
    const [, amount] = /"amount":(\d+)/.exec(body)
    return `paid ${paid[paid.push(amount) - 1]}`
  })

/** A registry with the tool `pay` of a kind, whose clock the test moves. */
export async function payment(t, kind, options = {}) {
  const scene = openScene(options)
  t.after(() => scene.registry.close())
  const paid = []
  await KINDS[kind](t, scene, paid)
  return { ...scene, paid }
}

/** The next request for approval. */
export const nextRequest = (registry) =>
  new Promise((resolve) => {
    const off = registry.on('approval', (request) => {
      off()
      resolve(request)
    })
  })
