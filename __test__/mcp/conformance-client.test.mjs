// Conformance of connections: the client scenarios of @modelcontextprotocol/conformance. Left out are those of OAuth,
// those that need answers to questions (elicitation, `requestState`), and the resumption of streams (`sse-retry`).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const RUNNER = file('node_modules/@modelcontextprotocol/conformance/dist/index.js')

const SCENARIOS = [
  'initialize',
  'tools_call',
  'request-metadata',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'json-schema-ref-no-deref',
  'json-schema-2020-12-preservation',
]

for (const scenario of SCENARIOS)
  test(`a_connection_passes_${scenario.replaceAll('-', '_')}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'toolrack-conformance-'))
    t.after(() => rm(folder, { recursive: true }))
    const command = `"${process.execPath}" "${file('conformance-client.mjs')}"`
    const options = ['client', '--command', command, '--scenario', scenario, '-o', folder]
    const runner = spawn(process.execPath, [RUNNER, ...options])
    const printed = []
    for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (piece) => printed.push(piece))
    const code = await new Promise((resolve) => runner.on('close', resolve))
    assert.equal(code, 0, Buffer.concat(printed).toString())
    const [name] = await readdir(folder)
    const checks = JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8'))
    const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    assert.ok(checks.length > 0)
    assert.deepEqual(failed, [])
  })
