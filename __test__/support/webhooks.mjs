// Senders of webhooks, and servers that take them. The signatures are made by the libraries of those who invented them.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { sign } from '@octokit/webhooks-methods'
import { Webhook } from 'standardwebhooks'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder, text } from './documents.mjs'

export const SECRET = `whsec_${Buffer.from('a key of twenty-four byte').toString('base64')}`
export const OTHER = `whsec_${Buffer.from('another one of 24 bytes..').toString('base64')}`
export const PLAIN = 'a secret as GitHub has it'

/** A loader with a document in a file, and a way to change it. */
export async function scene(t, options = {}) {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  const path = join(await folder(t), 'crm.json')
  const write = (...ids) => writeFile(path, text(ids))
  await write('a')
  await loader.load(path, { name: 'crm', ...options })
  t.after(() => registry.close())
  return { registry, loader, path, write }
}

/** A server with a handler for `/hook`; its address. */
export async function served(t, handler) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => (server.closeAllConnections(), server.close()))
  return `http://127.0.0.1:${server.address().port}/hook`
}

/** Headers of Standard Webhooks, by their own library. */
export function standard(body, { id = 'msg_1', secret = SECRET, at = Date.now() } = {}) {
  const signature = new Webhook(secret).sign(id, new Date(at), body)
  return { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': signature }
}

/** Headers of GitHub, by their own library. */
export const github = async (body, { id = 'd-1', secret = PLAIN, event = 'push' } = {}) => ({
  'x-github-delivery': id,
  'x-github-event': event,
  'x-hub-signature-256': await sign(secret, body),
})

/** What a server answers. */
export async function post(url, body, headers, method = 'POST') {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: method === 'POST' ? body : undefined,
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

export const BODY = '{"document":"crm","note":"é"}'
