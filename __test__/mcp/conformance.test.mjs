// Conformance: the scenarios of @modelcontextprotocol/conformance against a server of toolrack/mcp, for the newest
// revision without a handshake and the newest one with it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMcpServer } from '../../lib/mcp/index.js'
import { ADDED_PROMPT, PROMPTS, RESOURCES, RESOURCE_TEMPLATES } from './conformance-content.mjs'
import { conformanceRegistry } from './conformance-registry.mjs'
import { serveHttp } from './http-server.mjs'

const RUNNER = fileURLToPath(new URL('node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url))
/** Scenarios that the runner tries and does not score. Those of extensions, such as tasks, are not among them. */
const UNSCORED = {
  '2026-07-28': ['json-schema-2020-12', 'http-header-validation', 'http-custom-header-server-validation'],
  '2025-11-25': ['json-schema-2020-12', 'server-session-lifecycle', 'server-sse-polling'],
}

/** Runs a set of scenarios: the runner's exit code, what it printed, and the checks of each scenario. */
async function runScenarios(url, revision) {
  const folder = await mkdtemp(join(tmpdir(), 'toolrack-conformance-'))
  const set = ['--requirements', revision, '--output-dir', folder]
  const runner = spawn(process.execPath, [RUNNER, 'server', '--url', url, ...set])
  const printed = []
  for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (piece) => printed.push(piece))
  const code = await new Promise((resolve) => runner.on('close', resolve))
  const checks = {}
  for (const name of await readdir(folder)) {
    const [, scenario] = /^server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)
    checks[scenario] = JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8'))
  }
  await rm(folder, { recursive: true })
  return { code, printed: Buffer.concat(printed).toString(), checks }
}

/** What a scenario has against the server, a line each. */
function faults(checks) {
  const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
  return failed.map(({ id, errorMessage, details }) => `${id}: ${errorMessage ?? JSON.stringify(details)}`)
}

for (const [revision, unscored] of Object.entries(UNSCORED))
  test(`the_scenarios_of_${revision.replaceAll('-', '_')}_pass`, async (t) => {
    let isChanged = false
    const changePrompts = () => {
      isChanged = !isChanged
      server.update({ prompts: isChanged ? [...PROMPTS, ADDED_PROMPT] : PROMPTS })
    }
    const server = createMcpServer(conformanceRegistry(changePrompts), {
      name: 'conformance',
      version: '1.0.0',
      resources: RESOURCES,
      resourceTemplates: RESOURCE_TEMPLATES,
      prompts: PROMPTS,
    })
    t.after(() => server.close())
    const { url } = await serveHttp(t, server)
    const { code, printed, checks } = await runScenarios(url, revision)
    const verdict = printed.slice(printed.indexOf('=== SUMMARY ==='))
    const found = Object.entries(checks).flatMap(([name, list]) => faults(list).map((fault) => `${name}: ${fault}`))
    assert.equal(code, 0, `${verdict}\n${found.join('\n')}`)
    for (const scenario of unscored) {
      assert.ok(checks[scenario], `the runner did not try ${scenario}`)
      assert.deepEqual(faults(checks[scenario]), [], scenario)
    }
  })
