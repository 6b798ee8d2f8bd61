// Secrets of a configuration: values of variables are in no report, no error and no output of a command, in any form.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { loadConfig } from 'toolrack'
import { commandFolder } from './support/command-line.mjs'
import { configFolder } from './support/config.mjs'

/** Where nothing listens. */
const DOWN = 'http://127.0.0.1:1'

/** A configuration with a variable in each place. Most parts fail, and a failure tells of them. */
const CONFIG = {
  documents: {
    path: { source: `${DOWN}/\${SECRET}/pets.json` },
    query: { source: `${DOWN}/pets.json?key=\${SECRET}` },
    password: { source: 'http://user:${SECRET}@127.0.0.1:1/pets.json' },
    file: { source: './${SECRET}.json' },
    base: { source: './pets.json', namespace: 'base', baseUrl: 'ftp://${SECRET}' },
    header: { source: './pets.json', namespace: 'header', headers: { 'x y': 'Bearer ${SECRET}' } },
    key: { source: './pets.json', namespace: 'key', auth: { none: '${SECRET}' } },
  },
  modules: ['./${SECRET}.mjs', '${SECRET}'],
  mcpServers: { git: { command: 'no-such-git-server', args: ['${SECRET}'] } },
  tools: [
    { name: 'a', description: 'A', endpoint: 'ftp://a.example/${SECRET}' },
    { name: 'b', description: 'B', endpoint: 'https://b.example', headers: { 'x y': '${SECRET}' } },
  ],
}

/** The forms in which a text may be found. */
function formsOf(secret) {
  const json = JSON.stringify(secret).slice(1, -1)
  return [secret, encodeURI(secret), encodeURIComponent(secret), json, JSON.stringify(json).slice(1, -1)]
}

/** All that a person or a log may see of a value. */
const shown = (value) =>
  [inspect(value, { depth: 20, showHidden: true }), JSON.stringify(value), value?.stack, value?.message].join('\n')

const SECRETS = {
  plain: 'canary-of-the-environment',
  quoted: 'canary"of\\the"environment',
  'in percent': '100%canary%zz',
  'in Unicode': 'cänary-ünïcode-ß',
  spaced: 'canary of the environment',
  'with signs of addresses': 'canary@first/second?third',
  'with a fragment': 'canary#first:second',
}

for (const [what, secret] of Object.entries(SECRETS))
  test(`a value that is ${what} is in no report and no error`, async (t) => {
    const { load, file, write } = await configFolder(t)
    const environment = { SECRET: secret }
    const { report } = await load(CONFIG, { environment })
    assert.ok(report.failed.length >= 9, inspect(report.failed))
    const errors = report.failed.map(({ error }) => shown(error))
    const opened = []
    for (const config of [
      { loader: { state: './none/${SECRET}/state' } },
      { registry: { audit: './none/${SECRET}/audit' } },
      { serve: { auth: { resource: '${SECRET}', authorizationServers: ['https://a.example'] } } },
      { documents: { a: { source: '${SECRET}${' } } },
    ]) {
      await write('toolrack.config.json', config)
      opened.push(shown(await loadConfig(file, { environment }).catch((error) => error)))
    }
    const tail = secret.split('@').at(-1)
    for (const text of [shown(report), ...errors, ...opened])
      for (const form of [secret, tail].flatMap(formsOf)) assert.ok(!text.includes(form), `${form}: ${text}`)
  })

test('a value is in no output of a command', async (t) => {
  const SECRET = SECRETS.plain
  const config = { ...CONFIG, registry: { audit: { path: './audit.jsonl', calls: true } } }
  const { path, toolrack } = await commandFolder(t, { 'toolrack.config.json': config })
  await mkdir(join(path, 'tools'))
  await writeFile(join(path, 'pets.json'), '5')
  for (const args of [
    ['check'],
    ['check', '--json'],
    ['tools'],
    ['lock'],
    ['call', 'none'],
    ['call', 'none', '--json'],
  ]) {
    const { code, stdout, stderr } = await toolrack(args, { env: { SECRET } })
    assert.equal(code, 2, `${args}: ${stdout}${stderr}`)
    assert.ok(!`${stdout}${stderr}`.includes(SECRET), `${args}: ${stdout}${stderr}`)
  }
})

test('a short value, and one that is a common word, leave messages and keys readable', async (t) => {
  const { load } = await configFolder(t)
  const environment = { LETTER: 'e', WORD: 'problems' }
  const headers = { 'x-letter': '${LETTER}', 'x-word': '${WORD}' }
  const { report } = await load(
    { documents: { a: { source: './none.json', headers, callLimits: { retries: 99 } } } },
    { environment },
  )
  const [{ error }] = report.failed
  assert.match(error.message, /must be a whole number from 0 to 10$/)
  assert.deepEqual(Object.keys(error.details), ['option', 'problems'])
})
