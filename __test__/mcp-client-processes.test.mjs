// Processes of servers: what they get of ours, and that none of them is left.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { ERAS, serve, stream } from './support/mcp-http-misbehaviour.mjs'
import { call, event, isAlive, misbehaving, never, open, until } from './support/mcp-upstream.mjs'
import { processEnvironment } from '../lib/mcp/client/process-environment.js'

const QUICK = { termMs: 200, killMs: 600 }
const pidOf = async (connection, args) => Number((await call(connection, 'echo', args)).content[0].text)

test('a_process_gets_five_variables_of_ours_and_what_is_configured', async (t) => {
  process.env.TOOLRACK_SECRET = 's3cret'
  t.after(() => delete process.env.TOOLRACK_SECRET)
  const cwd = realpathSync(tmpdir())
  const spec = misbehaving('environment')
  const args = [...spec.args, '$HOME; `id`', 'a b', '']
  const connection = await open(t, { ...spec, args, cwd, env: { KEY: 'a$HOME', LANG: 'C' } })
  const told = JSON.parse((await call(connection, 'echo')).content[0].text)
  const { KEY, LANG, ...inherited } = told.env
  assert.deepEqual({ KEY, LANG }, { KEY: 'a$HOME', LANG: 'C' })
  const ours = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'USER'].filter((name) => name in process.env).map((name) => [name, process.env[name]]),
  )
  assert.deepEqual(inherited, ours)
  // No shell has read them.
  assert.deepEqual(told.args, ['$HOME; `id`', 'a b', ''])
  assert.equal(told.cwd, cwd)
})

test('functions_of_a_shell_are_not_inherited_and_windows_has_a_list_of_its_own', () => {
  const env = { PATH: '() { evil; }', HOME: '/h', SYSTEMROOT: 'C:\\', SECRET: 'x' }
  assert.deepEqual({ ...processEnvironment({}, { platform: 'linux', env }) }, { HOME: '/h' })
  assert.deepEqual({ ...processEnvironment({ A: '1' }, { platform: 'win32', env }) }, { SYSTEMROOT: 'C:\\', A: '1' })
})

test('a_command_that_does_not_exist_is_down_and_its_arguments_are_not_told', async () => {
  for (const spec of [
    { command: 'no-such-command-of-anybody', args: ['--token', 's3cret'] },
    { ...misbehaving('legacy'), cwd: '/no/such/folder/s3cret' },
    { command: 'a\0b', args: ['s3cret'] },
    { command: tmpdir(), env: { KEY: 's3cret' } },
  ])
    await assert.rejects(connectorOf(spec)(never), ({ kind, message }) => {
      assert.equal(kind, 'down')
      assert.doesNotMatch(message, /s3cret/)
      return true
    })
})

test('a_process_that_ignores_its_end_is_killed', async (t) => {
  const connection = await open(t, { ...misbehaving('stubborn'), limits: QUICK })
  const pid = await pidOf(connection)
  await connection.close()
  assert.equal(await isAlive(pid), false)
})

test('children_of_a_process_are_killed_with_it', async (t) => {
  const connection = await open(t, { ...misbehaving('stubborn_child'), limits: QUICK })
  const pid = await pidOf(connection)
  assert.equal(await isAlive(pid), true)
  await connection.close()
  assert.equal(await isAlive(pid), false)
})

test('children_of_a_process_that_has_ended_by_itself_are_killed', async (t) => {
  const connection = await open(t, { ...misbehaving('leaves_a_child'), limits: QUICK })
  const closed = event()
  connection.onClosed = closed.resolve
  const pid = await pidOf(connection, { exit: true })
  assert.equal((await closed.promise).kind, 'lost')
  await connection.close()
  assert.equal(await isAlive(pid), false)
})

test('a_process_that_nobody_waits_for_any_more_is_ended', async () => {
  const lines = []
  const stop = new AbortController()
  const spec = {
    command: process.execPath,
    args: ['-e', 'console.error(process.pid); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'],
  }
  const opening = connectorOf({ ...spec, limits: QUICK, stderr: (line) => lines.push(line) })(stop.signal)
  await until(() => lines.length > 0)
  stop.abort()
  await assert.rejects(opening, { kind: 'aborted' })
  await until(async () => !(await isAlive(Number(lines[0]))))
})

test('a_program_with_an_idle_connection_over_http_ends_by_itself', async (t) => {
  for (const handlers of [ERAS.modern, { ...ERAS.legacy, GET: stream(() => {}) }]) {
    const { url, seen, sockets } = await serve(t, handlers)
    const connect = fileURLToPath(new URL('../lib/mcp/client/connect.js', import.meta.url))
    const source = `
      const never = new AbortController().signal
      require(${JSON.stringify(connect)}).connectorOf({ url: ${JSON.stringify(url)} })(never)
        .then((connection) => connection.listTools(never))`
    const child = spawn(process.execPath, ['-e', source], { stdio: 'inherit' })
    assert.deepEqual(await once(child, 'exit'), [0, null])
    assert.ok(seen.some(({ method }) => method === 'tools/list'))
    await until(() => sockets.size === 0)
  }
})

/** A program that opens a connection to a stubborn server, tells its process, and ends in some way. */
function program(end) {
  const connect = fileURLToPath(new URL('../lib/mcp/client/connect.js', import.meta.url))
  const { command, args } = misbehaving('stubborn_child')
  return `
    const { connectorOf } = require(${JSON.stringify(connect)})
    const never = new AbortController().signal
    connectorOf(${JSON.stringify({ command, args })})(never).then(async (connection) => {
      const tool = { name: 'echo' }
      const result = await connection.callTool({}, { signal: never, timeoutMs: 9e3, maxTimeoutMs: 9e3, tool })
      console.log(result.content[0].text)
      ${end}
    })`
}

/** Ways in which a program ends. An idle connection does not keep it. */
const ENDS = {
  by_itself: '',
  by_process_exit: 'process.exit(5)',
  by_an_uncaught_error: 'setImmediate(() => { throw new Error("uncaught") })',
}

for (const [name, end] of Object.entries(ENDS))
  test(`a_program_that_ends_${name}_leaves_no_process`, async () => {
    const child = spawn(process.execPath, ['-e', program(end)], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    await once(child, 'exit')
    await until(async () => !(await isAlive(Number(line))))
  })
