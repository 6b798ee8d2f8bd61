// `toolrack clients`: the configurations of docs/desktop-clients.md, and those of other documents and options.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandFolder } from './support/command-line.mjs'
import { codeBlocks } from './support/examples.mjs'
import { read } from './support/markdown.mjs'

const page = read('docs/desktop-clients.md')
const TOKEN = ['--header', 'Authorization: Bearer ${API_TOKEN}']
const URL_ = ['--name', 'pets', '--url', 'http://127.0.0.1:3000/mcp']

/** What the page has under each heading, and the arguments that print it. */
const PAGE = {
  'Claude Desktop': [['claude-desktop', '/home/ann/openapi.yaml', '--name', 'pets', ...TOKEN]],
  'VS Code': [['vscode', 'openapi.yaml', '--name', 'pets', ...TOKEN]],
  Cursor: [['cursor', 'https://pets.example/openapi.json', '--name', 'pets', '--read-only']],
  'A server that runs already': [
    ['cursor', ...URL_],
    ['vscode', ...URL_],
  ],
}

test('the page has a configuration under each heading of this test', () => {
  const headings = codeBlocks(page, ['json']).map(({ heading }) => heading)
  assert.deepEqual(
    headings,
    Object.entries(PAGE).flatMap(([heading, all]) => all.map(() => heading)),
  )
})

for (const [heading, all] of Object.entries(PAGE))
  for (const [i, args] of all.entries())
    test(
      `docs/desktop-clients.md has what toolrack clients ${args.join(' ')} prints`,
      { skip: args[1].startsWith('/') && process.platform === 'win32' },
      async (t) => {
        const { toolrack } = await commandFolder(t, {})
        const { code, stdout } = await toolrack(['clients', ...args])
        const { code: written } = codeBlocks(page, ['json']).filter((block) => block.heading === heading)[i]
        assert.deepEqual([code, JSON.parse(stdout)], [0, JSON.parse(written)])
      },
    )

test('the list has each client of the page, with its file', async (t) => {
  const { toolrack } = await commandFolder(t, {})
  const { stdout } = await toolrack(['clients', '--json'])
  for (const { name, title, file } of JSON.parse(stdout)) {
    assert.ok(page.includes(`## ${title}\n`) && page.includes(file), name)
    assert.match(page, new RegExp(`\\b${name}\\b`))
  }
  const { stdout: text } = await toolrack(['clients'])
  assert.equal(text.trim().split('\n').length, JSON.parse(stdout).length)
})

test('a relative path is the whole path, and the options of serve are arguments', async (t) => {
  const { path, toolrack } = await commandFolder(t, {})
  const args = ['--include', 'tag:a', '--exclude', 'GET', '--base-url', 'https://a.example/${REGION:-eu}']
  const { stdout, stderr } = await toolrack(['clients', 'cursor', 'shop/my api.yaml', ...args])
  const { mcpServers } = JSON.parse(stdout)
  const [[key, server]] = Object.entries(mcpServers)
  assert.equal(key, 'my-api')
  const rest = ['--base-url', 'https://a.example/${REGION:-eu}', '--include', 'tag:a', '--exclude', 'GET']
  assert.deepEqual(server.args, ['-y', 'toolrack', 'serve', join(path, 'shop', 'my api.yaml'), ...rest])
  assert.equal(server.env, undefined, 'a variable with a default needs no value')
  assert.match(stderr, /Cursor has it in \.cursor\/mcp\.json/)
})

test('a variable of the environment is never filled in', async (t) => {
  const { toolrack } = await commandFolder(t, {})
  const { stdout } = await toolrack(
    ['clients', 'vscode', 'a.json', ...TOKEN, '--header', 'X: $${A} ${env:API_TOKEN}'],
    {
      env: { API_TOKEN: 's3cr3t-token' },
    },
  )
  assert.doesNotMatch(stdout, /s3cr3t/)
  const { inputs, servers } = JSON.parse(stdout)
  assert.deepEqual(
    inputs.map(({ id }) => id),
    ['api-token'],
  )
  assert.equal(servers.a.args.at(-1), 'X: $${A} ${input:api-token}')
})

for (const [args, message] of [
  [['cursr', 'a.json'], /client "cursr" is none of .*; nearest: cursor/],
  [['cursor'], /give at least one document/],
  [['cursor', 'a.json', '--url', 'http://a'], /--url is a server that runs already/],
  [['cursor', '--url', 'http://a', '--read-only'], /leave out documents and the options of serve/],
  [['claude-desktop', '--url', 'http://a'], /Claude Desktop starts its servers itself/],
])
  test(`clients ${args.join(' ')} ends with 2`, async (t) => {
    const { toolrack } = await commandFolder(t, {})
    const { code, stdout, stderr } = await toolrack(['clients', ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })
