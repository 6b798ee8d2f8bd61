// The file of a recording: only what is new is written, it is whole after each response, and deep bodies are texts.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { record, replay } from 'toolrack/test'
import { folder } from './support/documents.mjs'

const file = async (t) => join(await folder(t), 'cassette.json')
const interactions = (path) => JSON.parse(readFileSync(path, 'utf8')).interactions
const urlsOf = (path) => interactions(path).map(({ request }) => request.url)
const echo = async (url, { body = '{}' } = {}) =>
  new Response(body, { headers: { 'content-type': 'application/json' } })

test('a_response_is_appended_and_the_file_is_whole_after_each', async (t) => {
  const path = await file(t)
  const fetch = record(path, { fetch: echo })
  const files = new Set()
  for (let i = 0; i < 20; i++) {
    await fetch(`https://a.example/${i}`, { method: 'POST', body: JSON.stringify({ text: 'é'.repeat(i) }) })
    files.add(statSync(path).ino)
    assert.equal(interactions(path).length, i + 1)
  }
  fetch.done()
  assert.equal(files.size, 1, 'a file that is written whole is another one')
  const replayed = replay(path)
  for (let i = 0; i < 20; i++) {
    const sent = { method: 'POST', body: JSON.stringify({ text: 'é'.repeat(i) }) }
    assert.equal((await (await replayed(`https://a.example/${i}`, sent)).json()).text.length, i)
  }
  replayed.done()
})

test('an_appended_recording_is_the_file_that_is_written_whole', async (t) => {
  const [path, again] = [await file(t), await file(t)]
  const ends = []
  const fetch = record(path, { fetch: (url) => new Promise((resolve) => ends.push(() => resolve(echo(url)))) })
  const names = ['a', 'b', 'c', 'd']
  const calls = names.map((name) => fetch(`https://a.example/${name}`))
  while (ends.length < names.length) await new Promise((resolve) => setImmediate(resolve))
  for (const i of [1, 3, 0, 2]) {
    ends[i]()
    await calls[i]
  }
  const inOrder = record(again, { fetch: echo })
  for (const name of names) await inOrder(`https://a.example/${name}`)
  assert.equal(readFileSync(path, 'utf8'), readFileSync(again, 'utf8'))
})

test('a_secret_that_is_known_later_is_taken_out_of_what_was_written', async (t) => {
  const path = await file(t)
  const secret = 'a-long-secret-that-leaves-a-shorter-file'
  const bodies = [{ first: true }, { said: secret }, { access_token: secret }, { last: true }]
  const fetch = record(path, { fetch: () => Response.json(bodies.shift()) })
  for (const name of ['a', 'b', 'c', 'd']) await fetch(`https://a.example/${name}`)
  fetch.done()
  assert.ok(!readFileSync(path, 'utf8').includes(secret))
  assert.deepEqual(
    interactions(path).map(({ response }) => response.json),
    [{ first: true }, { said: 'REDACTED' }, { access_token: 'REDACTED' }, { last: true }],
  )
})

test('a_file_that_somebody_else_has_changed_is_written_whole', async (t) => {
  const path = await file(t)
  const fetch = record(path, { fetch: echo })
  await fetch('https://a.example/a')
  writeFileSync(path, 'another text')
  await fetch('https://a.example/b')
  assert.deepEqual(urlsOf(path), ['https://a.example/a', 'https://a.example/b'])
})

test('a_process_that_is_killed_has_recorded_what_it_was_answered', async (t) => {
  const path = await file(t)
  const program = `
    import { record } from 'toolrack/test'
    const fetch = record(${JSON.stringify(path)}, { fetch: () => Response.json(1) })
    for (let i = 0; i < 50; i++) await fetch('https://a.example/' + i)
    process.kill(process.pid, 'SIGKILL')`
  await new Promise((resolve) =>
    execFile(process.execPath, ['--input-type=module', '--eval', program], { cwd: import.meta.dirname }, resolve),
  )
  assert.equal(interactions(path).length, 50)
})

for (const depth of [300, 3_000, 100_000])
  for (const [what, text] of [
    ['lists', `${'['.repeat(depth)}${']'.repeat(depth)}`],
    ['objects', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
    ['a secret', `{"password":${'['.repeat(depth)}"a-secret"${']'.repeat(depth)}}`],
  ])
    test(`a_body_of_${what}_nested_${depth}_deep_is_recorded_and_replayed`, async (t) => {
      const path = await file(t)
      const fetch = record(path, { fetch: echo })
      const sent = { method: 'POST', body: text }
      await fetch('https://a.example/', sent)
      await fetch('https://a.example/next')
      fetch.done()
      const [{ request, response }] = interactions(path)
      assert.deepEqual([typeof request.text, typeof response.text], ['string', 'string'])
      assert.ok(!response.text.includes('a-secret'))
      const replayed = replay(path, { strict: false })
      const answer = await replayed('https://a.example/', sent)
      assert.deepEqual([answer.status, await answer.text()], [200, response.text])
      // What was redacted may have any value.
      const other = await replayed('https://a.example/', { ...sent, body: `[${text}]` })
      assert.equal(other.status, 501)
    })
