// `toolrack serve` at the official clients: GitHub's document of 13 MB, whole, in both eras, over stdio and HTTP.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from '../../lib/index.js'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'

const COMMAND = fileURLToPath(new URL('../../bin/toolrack.js', import.meta.url))
const DOCUMENT = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')

/** The names of GitHub's tools, as a program loads them. */
async function githubNames() {
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(DOCUMENT)
  const names = registry.list()
  registry.close()
  return names
}

const names = githubNames()

for (const [name, client] of Object.entries(CLIENTS)) {
  test(`${name}_lists_all_tools_of_github_over_stdio`, async (t) => {
    const open = overStdio(COMMAND, 'serve', DOCUMENT, '--no-watch', '--log', 'error')
    const { list } = await connect(t, client, open)
    const listed = await list()
    assert.deepEqual(
      listed.map((tool) => tool.name),
      await names,
    )
    assert.ok(listed.length > 1_000)
  })
}

test('all_clients_list_all_tools_of_github_at_one_address', async (t) => {
  const child = spawn(process.execPath, [COMMAND, 'serve', DOCUMENT, '--no-watch', '--http', '0'])
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stderr.setEncoding('utf8'), 'data')
  const [url] = /http:\S+/.exec(line)
  for (const client of Object.values(CLIENTS)) {
    const { list } = await connect(t, client, overHttp(url, fetch))
    const listed = (await list()).map((tool) => tool.name)
    assert.deepEqual(listed, await names)
  }
})
