// Secrets of `toolrack serve`: values of variables are in no line of the log.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { PETS, document, place, serve } from './support/served-documents.mjs'

const [PLAIN, ODD] = ['s3cr3t-key-12345', 'p&ss wörd/"quoted"']

/** A server of documents. */
async function documents(t, answer) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}

for (const [what, status, shown] of [
  ['was loaded', 200, /pets\.json\?key=\$\{DOC_KEY\}: 3 tools/],
  ['cannot be loaded', 500, /pets\.json\?key=\$\{DOC_KEY\}: .*next attempt/],
])
  test(`the log names a document that ${what} as it was given`, async (t) => {
    const url = await documents(t, (_, response) => response.writeHead(status).end(document(PETS)))
    for (const DOC_KEY of [PLAIN, ODD, 'short']) {
      const { names, stderr } = await serve(t, [`${url}/pets.json?key=\${DOC_KEY}`], { env: { DOC_KEY } })
      await names()
      assert.match(stderr(), shown)
      for (const form of [DOC_KEY, encodeURIComponent(DOC_KEY), encodeURI(DOC_KEY)])
        assert.ok(!stderr().includes(form), stderr())
    }
  })

test('the log of a reload has no value of a variable', async (t) => {
  const file = await place(t, document(PETS), `${PLAIN}.json`)
  const args = [file.replace(PLAIN, '${DOC_KEY}')]
  const { client, names, stderr } = await serve(t, args, { era: 'legacy', env: { DOC_KEY: PLAIN } })
  await names()
  await writeFile(file, document({ ...PETS, deletePet: 'DELETE /pets' }))
  await client.next(({ method }) => method === 'notifications/tools/list_changed')
  await names()
  assert.match(stderr(), /\$\{DOC_KEY\}: reloaded, 1 added/)
  assert.doesNotMatch(stderr(), /s3cr3t/)
})
