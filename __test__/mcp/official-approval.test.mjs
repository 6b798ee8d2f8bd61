// Approval at the official clients: a person of the client approves a call, or declines it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMcpServer } from '../../lib/mcp/index.js'
import { serveHttp } from './http-server.mjs'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'
import { servedRegistry } from './served-tools.mjs'

const PROGRAM = fileURLToPath(new URL('stdio-server.mjs', import.meta.url))
const CARRIERS = {
  async http(t) {
    const server = createMcpServer(servedRegistry(10))
    t.after(() => server.close())
    return overHttp((await serveHttp(t, server)).url, fetch)
  },
  stdio: async () => overStdio(PROGRAM, '10'),
}

const FORM = { type: 'object', properties: {} }

/** What a person answers, and what the client gets of its call. */
const PEOPLE = {
  approves: [{ action: 'accept', content: {} }, /^Ann dropped users, true$/, ['approval', 'name']],
  approves_without_content: [{ action: 'accept' }, /^Ann dropped users, true$/, ['approval', 'name']],
  declines: [{ action: 'decline' }, /APPROVAL_REJECTED/, ['approval']],
  cancels: [{ action: 'cancel' }, /APPROVAL_REQUIRED/, ['approval']],
}

for (const [carrier, reach] of Object.entries(CARRIERS))
  for (const [name, kind] of Object.entries(CLIENTS)) {
    for (const [does, [answer, expected, questions]] of Object.entries(PEOPLE))
      test(`a_person_of_${name}_over_${carrier}_${does}`, async (t) => {
        const { client, call } = await connect(t, kind, await reach(t), { capabilities: { elicitation: {} } })
        const asked = []
        kind.onAsked(client, ({ message, requestedSchema }) => {
          if (message === 'name') {
            asked.push('name')
            return { action: 'accept', content: { name: 'Ann' } }
          }
          assert.match(message, /^Approve this call of "drop"\?[^]*"table": "users"/)
          assert.deepEqual(requestedSchema, FORM)
          asked.push('approval')
          return answer
        })
        const { content, isError } = await call('drop', { table: 'users' })
        assert.match(content[0].text, expected)
        assert.equal(isError === true, questions.length === 1)
        assert.deepEqual(asked, questions)
      })

    test(`${name}_over_${carrier}_without_forms_gets_an_error_that_its_model_reads`, async (t) => {
      const { call } = await connect(t, kind, await reach(t))
      const { content, isError } = await call('drop', { table: 'users' })
      assert.equal(isError, true)
      assert.match(content[0].text, /APPROVAL_REQUIRED/)
    })
  }
