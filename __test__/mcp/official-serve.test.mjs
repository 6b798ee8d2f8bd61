// The command `toolrack serve` on a large document: the official clients get the whole list, in both eras.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'

const COMMAND = fileURLToPath(new URL('../../bin/toolrack.js', import.meta.url))
/** GitHub's description of its API, of 13 MB. */
const DOCUMENT = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'])

/** How many operations the document has that are not deprecated. */
function countOperations() {
  const { paths } = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
  const operations = Object.values(paths).flatMap((path) => Object.entries(path))
  return operations.filter(([method, operation]) => METHODS.has(method) && operation.deprecated !== true).length
}

for (const [name, kind] of Object.entries(CLIENTS))
  test(`${name}_gets_each_operation_of_a_served_document`, async (t) => {
    const open = overStdio(COMMAND, 'serve', DOCUMENT, '--no-watch', '--log', 'warn')
    const { list } = await connect(t, kind, open)
    const tools = await list()
    assert.equal(tools.length, countOperations())
    assert.ok(tools.every(({ inputSchema }) => inputSchema.type === 'object'))
  })

test('all_clients_get_each_operation_at_one_address', async (t) => {
  const child = spawn(process.execPath, [COMMAND, 'serve', DOCUMENT, '--no-watch', '--http', '0'])
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stderr.setEncoding('utf8'), 'data')
  const [url] = /http:\S+/.exec(line)
  for (const kind of Object.values(CLIENTS)) {
    const { list } = await connect(t, kind, overHttp(url, fetch))
    assert.equal((await list()).length, countOperations())
  }
})
