// Variables of the environment in arguments: the rule is that of a configuration.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandFolder, petsDocument, serverOf } from './support/command-line.mjs'

const LITERAL = 'write $${ for a literal "${"'

for (const [args, told] of [
  [['serve', 'pets.json', '--header', 'X-Key: ${KEY'], `--header X-Key has "\${" without "}": ${LITERAL}`],
  [['serve', '${input:file}'], 'document 1 has a reference that is none of ${NAME}, ${env:NAME} and ${NAME:-default}'],
  [['check', 'pets.json', '--base-url', 'https://${}'], '--base-url has a reference that is none of'],
  [['call', 'pets.json', 'listPets', '--header', 'X: ${A:-${B}}'], '--header X has a reference that is none of'],
  [['clients', 'cursor', 'pets.json', '--header', 'X: ${1A}'], `--header has a reference that is none of`],
  [['clients', 'cursor', 'pets-${A.json'], 'document 1 has "${" without "}"'],
  [['check', 'pets-${NONE}.json'], 'document 1: the environment has no variable NONE'],
])
  test(`toolrack ${args.join(' ')} is refused with what to do`, async (t) => {
    const { toolrack } = await commandFolder(t)
    const { code, stdout, stderr } = await toolrack(args)
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.ok(stderr.startsWith(`toolrack: ${told}`), stderr)
  })

test('a header has its variables, and a literal where it says so', async (t) => {
  const seen = []
  const { url } = await serverOf(t, ({ headers }, response) => {
    seen.push([headers['x-key'], headers['x-literal']])
    response.setHeader('content-type', 'application/json').end('[]')
  })
  const document = { ...petsDocument(), servers: [{ url }] }
  const { toolrack } = await commandFolder(t, { 'pets-1.json': document })
  const headers = ['--header', 'X-Key: ${KEY} ${NONE:-none}', '--header', 'X-Literal: $${KEY}']
  const { code, stderr } = await toolrack(['call', 'pets-${VERSION}.json', 'listPets', ...headers], {
    env: { KEY: 'the-key', VERSION: '1' },
  })
  assert.equal(code, 0, stderr)
  assert.deepEqual(seen, [['the-key none', '${KEY}']])
})

test('a client gets each variable that serve needs', async (t) => {
  const { toolrack } = await commandFolder(t)
  const options = ['--header', 'A: ${env:A_KEY} $${OFF} ${B_KEY:-none}', '--base-url', 'https://${C_HOST}']
  const { stdout } = await toolrack(['clients', 'cursor', 'pets.json', ...options])
  const [{ env }] = Object.values(JSON.parse(stdout).mcpServers)
  assert.deepEqual(Object.keys(env), ['C_HOST', 'A_KEY'])
})
