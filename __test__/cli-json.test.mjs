// JSON of the command line: its members are those that docs/cli.md names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandFolder, petsDocument, serverOf, stateFile } from './support/command-line.mjs'
import { read } from './support/markdown.mjs'

/** The members that the page names for a command. */
const named = (command) => {
  const [, row] = new RegExp(`^\\| \`${command}\` \\| (.*\`exitCode\`.*|.*\`(?:ok|file|name)\`.*) \\|$`, 'm').exec(
    read('docs/cli.md').split('\n## JSON\n')[1],
  )
  return new Set([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name))
}

for (const [command, args, members, more = () => []] of [
  [
    'check',
    ['pets.json', '--state', 'toolrack.state', '--lock', 'toolrack.lock.json'],
    ['exitCode', 'documents', 'tokens', 'lock'],
    ({ documents, tokens, lock }) => [documents[0], documents[0].review, tokens[0], lock[0]],
  ],
  [
    'diff',
    ['pets.json', 'next.json'],
    ['exitCode', 'source', 'before', 'after', 'class', 'failOn', 'stale', 'skipped', 'tools'],
    ({ tools }) => [tools[0]],
  ],
  ['tools', ['pets.json', '--target', 'mcp'], undefined, ([tool]) => [tool]],
  ['call', ['pets.json', 'listPets', 'limit=500'], ['ok', 'error'], ({ error }) => [error]],
  ['lock', ['pets.json', '--out', 'other.json'], ['file', 'sources'], ({ sources }) => [sources[0]]],
  ['clients', [], undefined, ([client]) => [client]],
  ['clients', ['cursor', 'pets.json'], ['client', 'file', 'config']],
])
  test(`toolrack ${command} ${args.join(' ')} --json has the members of the page`, async (t) => {
    const { path, toolrack } = await commandFolder(t, {
      'pets.json': petsDocument(),
      'next.json': petsDocument('2', { listPets: { parameters: [] } }),
      'toolrack.lock.json': '{"format":1,"sources":{"old":{"gone":{"schema":"a","description":"b"}}}}',
    })
    await stateFile(path)
    const { stdout, stderr } = await toolrack([command, ...args, '--json'])
    const result = JSON.parse(stdout)
    if (members !== undefined) assert.deepEqual(Object.keys(result).toSorted(), members.toSorted(), stderr)
    for (const part of [result, ...more(result)].filter((one) => !Array.isArray(one)))
      for (const member of Object.keys(part)) assert.ok(named(command).has(member), `${command}: ${member}`)
  })

test('a call that succeeds has the members of a result beside ok', async (t) => {
  const { url } = await serverOf(t, (_, response) => response.setHeader('content-type', 'application/json').end('[]'))
  const { toolrack } = await commandFolder(t)
  const { stdout } = await toolrack(['call', 'pets.json', 'listPets', '--base-url', url, '--json'])
  const { ok, value, status, ...rest } = JSON.parse(stdout)
  assert.deepEqual([ok, value, status], [true, [], 200])
  for (const member of Object.keys(rest)) assert.match(read('docs/calls.md'), new RegExp(`\`${member}\``))
})
