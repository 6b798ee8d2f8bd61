// `toolrack serve`: a client is asked to approve a call, which the log tells, unless the configuration says otherwise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { place, serve } from './support/served-documents.mjs'

const TOOL = {
  name: 'pay',
  description: 'Pays',
  parameters: { amount: { type: 'integer' } },
  endpoint: 'https://pay.invalid/pay',
  method: 'POST',
  requiresApproval: true,
}

/** Serves a configuration; a legacy client that shows forms calls `pay`. */
async function serving(t, config) {
  const file = await place(t, JSON.stringify({ tools: [TOOL], ...config }), 'toolrack.json')
  const served = await serve(t, ['--config', file])
  const { client } = served
  await client.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'c', version: '1' },
  })
  const call = client.request('tools/call', { name: 'pay', arguments: { amount: 5 } }, 'call')
  return { ...served, call }
}

const codeIn = ({ result }) => JSON.parse(result.content[0].text).error.code

test('a client declines a call, and the log says so', async (t) => {
  const { client, call, told } = await serving(t, {})
  const { id, params } = await client.next(({ method }) => method === 'elicitation/create')
  assert.match(params.message, /^Approve this call of "pay"\?/)
  client.send({ id, result: { action: 'decline' } })
  assert.equal(codeIn(await call), 'APPROVAL_REJECTED')
  await told(/pay: a call that needs approval is rejected \(client, after \d+ ms\)/)
})

test('with approval: registry no client is asked, and the call is refused', async (t) => {
  const { client, call } = await serving(t, { serve: { approval: 'registry' } })
  assert.equal(codeIn(await call), 'APPROVAL_REQUIRED')
  assert.ok(!client.messages.some(({ method }) => method === 'elicitation/create'))
})
