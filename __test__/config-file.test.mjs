// The configuration file in JavaScript: its bytes or an object, and what comes of mistakes.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const { parseConfig, readConfigContent } = require('../lib/config/config-content.js')
const readConfigFile = async (given, environment = process.env) =>
  parseConfig(await readConfigContent(given), environment)

const folder = mkdtempSync(join(tmpdir(), 'toolrack-config-'))
after(() => rmSync(folder, { recursive: true }))

/** Writes a file, and returns its path. */
function file(name, text) {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const SECRET = 's3cret-of-the-environment'
const text = `documents:
  crm: { source: ./crm.yaml, headers: { authorization: 'Bearer \${TOKEN}' } }
  erp: { source: ./erp.yaml, baseUrl: '\${NONE}' }
`

test('a file is read by its path or URL, in YAML or JSON', async () => {
  const expected = { documents: { crm: { source: join(folder, 'crm.yaml') } } }
  const json = '{"documents": {"crm": {"source": "./crm.yaml"}}}'
  const yaml = 'documents: { crm: { source: ./crm.yaml } }\n'
  for (const given of [
    file('a.yaml', yaml),
    file('a.yml', yaml),
    file('a.YML', `\uFEFF${yaml.replaceAll('\n', '\r\n')}`),
    file('a.json', json),
    file('b.json', `\uFEFF${json}`),
    pathToFileURL(file('c.yaml', yaml)),
  ]) {
    const { config, disabled, warnings } = await readConfigFile(given, {})
    assert.deepEqual({ config, disabled, warnings }, { config: expected, disabled: [], warnings: [] }, String(given))
  }
})

test('an object begins its paths at the working directory', async () => {
  const { config } = await readConfigFile({ loader: { state: 'state.json' }, modules: ['./tools'] })
  assert.deepEqual(config, {
    loader: { state: join(process.cwd(), 'state.json') },
    modules: [join(process.cwd(), 'tools')],
  })
})

test('a variable that is not set leaves out its source, and is told by its place', async () => {
  const given = file('variables.yaml', text)
  const { config, disabled } = await readConfigFile(given, { TOKEN: SECRET, OTHER: undefined })
  assert.deepEqual(config.documents, {
    crm: { source: join(folder, 'crm.yaml'), headers: { authorization: `Bearer ${SECRET}` } },
  })
  const message = 'the environment has no variable NONE'
  const place = { file: given, line: 3, column: 30, pointer: '/documents/erp/baseUrl', message }
  assert.deepEqual(disabled, [{ part: '/documents/erp', variable: 'NONE', ...place }])
})

test('the environment is that of the process unless another is given', async () => {
  process.env.TOOLRACK_CONFIG_TEST = 'crm'
  const { config } = await readConfigFile({ documents: { a: { source: 'https://${TOOLRACK_CONFIG_TEST}/' } } })
  delete process.env.TOOLRACK_CONFIG_TEST
  assert.equal(config.documents.a.source, 'https://crm/')
})

test('all mistakes of a file are told by line, and none has a value of a variable', async () => {
  const given = file('broken.yaml', `${text}documnets: {}\nloader: { state: '\${TOKEN}\${' }\ntools: 5\n`)
  await assert.rejects(readConfigFile(given, { TOKEN: SECRET }), (error) => {
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.deepEqual(
      error.details.problems.map(({ line, pointer }) => [line, pointer]),
      [
        [4, '/documnets'],
        [6, '/tools'],
      ],
    )
    const first = `${given}:4:1: unknown key "documnets": did you mean "documents"? (/documnets)`
    assert.ok(error.message.startsWith(`configuration is not valid: ${first}; `), error.message)
    return true
  })
  const half = file('half.yaml', "loader: { state: '${TOKEN}${' }\n")
  await assert.rejects(readConfigFile(half, { TOKEN: SECRET }), (error) => {
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes(SECRET))
    return true
  })
})

test('what cannot be read is told', async () => {
  const hidden = Object.defineProperty({}, 'tools', {
    enumerable: true,
    get() {
      throw new Error('no')
    },
  })
  mkdirSync(join(folder, 'folder.yaml'))
  const isWindows = process.platform === 'win32'
  // A FIFO without a writer: opening it to read would block for ever.
  if (!isWindows) execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
  const circular = {}
  circular.documents = circular
  for (const [given, code, message] of [
    [join(folder, 'none.yaml'), 'SOURCE_UNREADABLE', /none\.yaml: ENOENT/],
    [file('config.toml', ''), 'INVALID_OPTIONS', /ends in \.yaml, \.yml or \.json/],
    [folder, 'INVALID_OPTIONS', /ends in/],
    ['a\0b.yaml', 'SOURCE_UNREADABLE', /null bytes/],
    [join(folder, 'folder.yaml'), 'SOURCE_UNREADABLE', /folder\.yaml: it is not a file|EISDIR|EPERM|EACCES/],
    ...(isWindows ? [] : [[join(folder, 'pipe.yaml'), 'SOURCE_UNREADABLE', /pipe\.yaml: it is not a file/]]),
    [new URL('https://example.com/a.yaml'), 'INVALID_OPTIONS', /URL of a file/],
    [undefined, 'INVALID_OPTIONS', /a path or an object/],
    [null, 'INVALID_OPTIONS', /a path or an object/],
    [5, 'INVALID_OPTIONS', /a path or an object/],
    [() => {}, 'INVALID_OPTIONS', /a path or an object/],
    [hidden, 'INVALID_OPTIONS', /cannot be JSON: no/],
    [circular, 'INVALID_OPTIONS', /cannot be JSON/],
    [{ tools: 5n }, 'INVALID_OPTIONS', /cannot be JSON/],
    [[], 'CONFIG_INVALID', /^configuration is not valid: the file must be a map, got a list$/],
    [{ documents: [] }, 'CONFIG_INVALID', /^configuration is not valid: must be a map, got a list \(\/documents\)$/],
    [
      file('large.yaml', ' '.repeat(5 << 20)),
      'CONFIG_INVALID',
      /large\.yaml:1:1: the file is over the limit of 4194304/,
    ],
    [file('bytes.yaml', Buffer.from([0x61, 0x3a, 0xff])), 'CONFIG_INVALID', /bytes\.yaml:1:3: the file is not UTF-8/],
  ])
    await assert.rejects(readConfigFile(given, {}), (error) => {
      assert.equal(error.code, code, `${String(given)}: ${error.message}`)
      assert.match(error.message, message)
      return true
    })
})

test('a value that is no whole Unicode text is one with U+FFFD', async () => {
  const { config } = await readConfigFile({ documents: { a: { source: 'https://${HALF}/' } } }, { HALF: 'a\ud800b' })
  assert.equal(config.documents.a.source, 'https://a\ufffdb/')
})

test('a variable that is written with escapes is hidden too', async () => {
  const given = file(
    'escaped.json',
    '{"tools": [{"name": "a", "description": "A", "endpoint": "https://\\u0024{TOKEN}/"}]}',
  )
  const { secrets } = await readConfigFile(given, { TOKEN: SECRET })
  assert.deepEqual(secrets.at(-1), ['${TOKEN}', SECRET])
})

test('names of objects are names like others', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'a/b~c', ' ']
  const documents = names.map((name) => `${JSON.stringify(name)}: {"source": "a.yaml"}`).join()
  const told = await readConfigFile(file('names.json', `{"documents": {${documents}}}`), {}).catch((error) => error)
  assert.deepEqual(
    told.details.problems.map(({ pointer, message }) => [pointer, message]),
    [['/documents/ ', 'needs a name: the key names the source']],
  )
  const kept = documents.replace(/," ".*$/, '')
  const { config } = await readConfigFile(file('names.json', `{"documents": {${kept}}}`), {})
  assert.deepEqual(Object.keys(config.documents), names.slice(0, -1))
})
