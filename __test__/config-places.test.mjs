// Places of what a configuration says: what fails after it was read is told by file, line and column too.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from 'toolrack'
import { configFolder } from './support/config.mjs'

/** Writes a configuration in YAML, and loads it. */
async function loadYaml(t, text, options) {
  const { path } = await configFolder(t)
  const file = join(path, 'agent.yaml')
  await writeFile(file, text)
  const loaded = await loadConfig(file, options)
  t.after(() => loaded.close())
  return { file, report: loaded.report }
}

/** The parts that failed, with their places. */
const places = ({ report }) => report.failed.map(({ part, line, column }) => [part, line, column])

for (const [what, text, expected] of [
  ['a document by its key', 'documents:\n  a/b: { source: ./none.json }\n', [['/documents/a~1b', 2, 3]]],
  [
    'an option by its own place',
    'documents:\n  pets:\n    source: ./pets.json\n    rateLimit: -1\n',
    [['/documents/pets', 4, 5]],
  ],
  [
    'an option within another one',
    'documents:\n  pets:\n    source: ./pets.json\n    callLimits:\n      retries: 99\n',
    [['/documents/pets', 5, 7]],
  ],
  ['a watch', 'documents:\n  pets: { source: ./pets.json, watch: { pollMs: 1 } }\n', [['/documents/pets', 2, 41]]],
  [
    'modules behind one that is disabled',
    "modules:\n  - '${NONE}'\n  - ./tools\n  - ./none.mjs\n  - path: ./tools/echo.mjs\n    rateLimit: -1\n",
    [
      ['/modules/2', 4, 5],
      ['/modules/3', 6, 5],
    ],
  ],
  [
    'each wrong definition of the HTTP tools',
    `tools:
  - { name: off, description: Is disabled, endpoint: '\${NONE}' }
  - { name: good, description: Is right, endpoint: 'https://a.example' }
  - { name: a b, description: Has a space, endpoint: 'ftp://a.example' }
  - name: c
    description: Has a limit
    endpoint: https://a.example
    rateLimit: -1
`,
    [
      ['/tools/2', 4, 7],
      ['/tools/3', 8, 5],
    ],
  ],
  [
    'the name that another part has',
    'modules: [./tools]\ntools:\n  - { description: Echoes, name: echo, endpoint: "https://a.example" }\n',
    [['/tools/0', 3, 28]],
  ],
  ['an MCP server', 'mcpServers: { git: { command: no-such-git-server } }\n', [['/mcpServers/git', 1, 15]]],
])
  test(`a failure has the place of ${what}`, async (t) => {
    const loaded = await loadYaml(t, text, { environment: {} })
    assert.deepEqual(places(loaded), expected)
    for (const { file } of loaded.report.failed) assert.equal(file, loaded.file)
  })

test('the error of a definition has its own problems alone', async (t) => {
  const { report } = await loadYaml(
    t,
    `tools:
  - { name: a, description: A, endpoint: 'ftp://a.example', rateLimit: -1 }
  - { name: b, description: B, endpoint: 'https://a.example', rateLimit: -2 }
`,
  )
  assert.deepEqual(
    report.failed.map(({ error }) => [
      error.details.tool,
      error.details.problems.map(({ pointer }) => pointer).toSorted(),
    ]),
    [
      ['a', ['/endpoint', '/rateLimit']],
      ['b', ['/rateLimit']],
    ],
  )
})

test('a failure of an object has no place', async (t) => {
  const { report, close } = await loadConfig({ documents: { a: { source: './none.json' } } })
  t.after(close)
  assert.deepEqual(Object.keys(report.failed[0]), ['part', 'error'])
})

const VERIFY = 'resource: https://a.example/mcp, authorizationServers: [https://b.example]'
for (const [text, place] of [
  ['registry:\n  timeoutMs: -1\n', '2:3 /registry/timeoutMs'],
  ['registry:\n  callLimits: { retries: 99 }\n', '2:17 /registry/callLimits/retries'],
  ['serve:\n  ttlMs: -1\n', '2:3 /serve/ttlMs'],
  ['serve:\n  wireLimits: { depth: 0 }\n', '2:17 /serve/wireLimits/depth'],
  ['serve:\n  auth: { resource: x, authorizationServers: [https://b.example] }\n', '2:11 /serve/auth/resource'],
  [
    'serve:\n  auth: { resource: https://a.example/mcp, authorizationServers: [] }\n',
    '2:44 /serve/auth/authorizationServers',
  ],
  [`serve:\n  auth: { ${VERIFY}, verify: { issuer: x } }\n`, '2:97 /serve/auth/verify/issuer'],
])
  test(`what no configuration can be opened with is told at ${place}`, async (t) => {
    const error = await loadYaml(t, text).catch((thrown) => thrown)
    assert.equal(error.code, 'CONFIG_INVALID', error.message)
    const [{ file, line, column, pointer }] = error.details.problems
    assert.deepEqual([`${line}:${column} ${pointer}`, file.endsWith('agent.yaml')], [place, true])
    assert.ok(error.message.startsWith(`configuration is not valid: ${file}:${line}:${column}: `), error.message)
  })
