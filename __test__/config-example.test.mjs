// The example of a configuration: two HTTP tools in twenty lines, by a program, a server and a command. The API hears
// who calls from the context alone.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from 'toolrack'
import { root } from './support/child.mjs'
import { commandFolder, serverOf } from './support/command-line.mjs'
import { serve } from './support/served-documents.mjs'

const EXAMPLE = readFileSync(join(root, 'core/tests/configs/crm.yaml'), 'utf8')
const CUSTOMER = { id: 'C1', name: 'Ann', owner: { email: 'o@example.com' } }

/** A CRM, and a folder with the example that names it. Clients of a server over stdio are `u1`. */
async function crm(t) {
  const requests = []
  const { url } = await serverOf(t, async (request, response) => {
    const { method, url: path, headers } = request
    const body = (await request.toArray()).join('')
    requests.push([method, path, headers['x-user-id'], headers.authorization, body])
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...CUSTOMER, note: 'internal' }))
  })
  const config = `${EXAMPLE}serve: { context: { userId: u1 } }\n`
  const { path, toolrack } = await commandFolder(t, { 'crm.yaml': config })
  return { requests, env: { CRM_URL: url, CRM_TOKEN: 'token-of-the-crm' }, file: join(path, 'crm.yaml'), toolrack }
}

const EXPECTED = [
  ['GET', '/customers/C1', 'u1', undefined, ''],
  ['POST', '/tickets', 'u1', 'Bearer token-of-the-crm', '{"title":"Help"}'],
]

test('the example has twenty lines', () => {
  assert.equal(EXAMPLE.trimEnd().split('\n').length, 20)
})

test('a program calls the tools of the example', async (t) => {
  const { requests, env, file } = await crm(t)
  const { registry, report, close } = await loadConfig(file, { environment: env })
  t.after(close)
  assert.deepEqual(report.failed, [])
  const options = { context: { userId: 'u1' } }
  assert.deepEqual(await registry.execute('crm-lookup', { customerId: 'C1' }, options), CUSTOMER)
  await registry.execute('ticket-create', { title: 'Help' }, options)
  assert.deepEqual(requests, EXPECTED)
  for (const name of ['userId', 'X-User-Id', 'x-user-id']) {
    const outcome = await registry.execute('ticket-create', { title: 'Help', [name]: 'other' }, options).catch((e) => e)
    assert.ok(outcome.code === 'INVALID_PARAMS' || requests.at(-1)[2] === 'u1', name)
  }
  const nobody = registry.execute('crm-lookup', { customerId: 'C1', userId: 'u1' }, { context: {} })
  await assert.rejects(nobody, { code: 'MISSING_CONTEXT' })
})

test('a client of toolrack serve calls the tools of the example', async (t) => {
  const { requests, env, file } = await crm(t)
  const { names, call } = await serve(t, ['--config', file], { env })
  assert.deepEqual((await names()).toSorted(), ['crm-lookup', 'ticket-create'])
  const lookup = await call('tools/call', { name: 'crm-lookup', arguments: { customerId: 'C1' } })
  assert.deepEqual(lookup.result.structuredContent, CUSTOMER)
  await call('tools/call', { name: 'ticket-create', arguments: { title: 'Help' } })
  assert.deepEqual(requests, EXPECTED)
})

test('toolrack call calls the tools of the example', async (t) => {
  const { requests, env, file, toolrack } = await crm(t)
  const call = (...args) => toolrack(['call', ...args, '--config', file], { env })
  const user = ['--user-id', 'u1']
  const { code, stdout } = await call('crm-lookup', '{"customerId":"C1"}', ...user)
  assert.deepEqual([code, JSON.parse(stdout)], [0, CUSTOMER])
  assert.equal((await call('ticket-create', 'title=Help', ...user)).code, 0)
  assert.deepEqual(requests, EXPECTED)
  const nobody = await call('crm-lookup', '{"customerId":"C1","userId":"u1"}')
  assert.deepEqual([nobody.code, requests.length], [2, 2])
})
