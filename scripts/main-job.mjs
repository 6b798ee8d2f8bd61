// The main job, as `npm start` runs it: a large API document and a function become tools, a model's calls are answered,
// a call goes over HTTP, and an edit of a document changes its tools. examples/ has a program for each of these.
import { createServer } from 'node:http'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpecLoader, ToolRegistry } from 'toolrack'

const heading = (text) => console.log(`\n${text}`)
const say = (text) => console.log(`   ${text}`)
/** Runs `work`, and returns its result with the time that it took in ms. */
async function timed(work) {
  const started = performance.now()
  return [await work(), Math.round(performance.now() - started)]
}

const registry = new ToolRegistry()
const loader = new SpecLoader(registry)
console.log('toolrack: functions and API documents become tools of a model, and follow what changes.')

heading('1. An API document becomes tools')
const github = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
const before = process.memoryUsage().rss
const [report, ms] = await timed(() => loader.load(github, { name: 'github', namespace: 'github' }))
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`
const [size, grown] = [(await stat(github)).size, process.memoryUsage().rss - before].map(megabytes)
say(`The OpenAPI document of GitHub (${size}) is loaded in ${ms} ms; the process has ${grown} more memory.`)
const { operations, added, excluded, skipped } = report
const counts = `${added.length} are tools, ${excluded.deprecated} are deprecated and left out`
say(`Of ${operations} operations, ${counts}, ${skipped.length} cannot be read.`)
for (const { method, path, code, reason } of skipped) say(`  ${method} ${path}: ${code}, ${reason}`)
say('Each operation is counted: none is lost silently.')
const issues = registry.list({ name: 'github_issues_*' })
say(`A filter selects what a model is offered: github_issues_* are ${issues.length} tools.`)

heading('2. A function becomes a tool')
const customers = { C1: 'Ada', C2: 'Grace' }
registry.register({
  name: 'find_customer',
  description: 'Finds a customer',
  category: 'external',
  parameters: { id: { type: 'string', pattern: '^C[0-9]+$' } },
  execute: ({ id }, { userId }) => ({ name: customers[id], askedBy: userId }),
})
const context = { userId: 7 }
say(`find_customer {"id":"C1"} → ${JSON.stringify(await registry.execute('find_customer', { id: 'C1' }, { context }))}`)
say(`The user (7) comes from the session of your program, never from the model.`)

heading('3. Each provider gets the tool in its own form')
for (const target of ['openai', 'anthropic', 'gemini'])
  say(`${target.padEnd(9)} ${JSON.stringify(registry.definitions(target, { name: 'find_customer' })[0])}`)

heading("4. A model's wrong call is answered with what to correct")
const call = { type: 'tool_use', id: 'toolu_1', name: 'find_customer', input: { id: 'X9' } }
const { content } = await registry.respond('anthropic', call, { context })
const { error } = JSON.parse(content)
say(`find_customer {"id":"X9"} → ${error.code}: ${error.message}`)
say(`next: ${error.next}`)

heading('5. A call of an operation is a request over HTTP')
const api = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  say(`the API gets: ${request.method} ${request.url} ${body}`.trimEnd())
  const [status, answer] = request.method === 'PUT' ? [200, { saved: true }] : [404, { message: 'no such note' }]
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
})
await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve))
const note = {
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  get: { operationId: 'getNote', summary: 'Reads a note' },
  put: {
    operationId: 'putNote',
    summary: 'Writes a note',
    requestBody: { content: { 'application/json': { schema: { properties: { text: { type: 'string' } } } } } },
  },
}
const textOf = (path) => JSON.stringify({ openapi: '3.1.0', paths: { '/notes/{id}': path } })
const folder = await mkdtemp(join(tmpdir(), 'toolrack-'))
const file = join(folder, 'notes.json')
await writeFile(file, textOf(note))
await loader.load(file, { baseUrl: `http://127.0.0.1:${api.address().port}`, watch: true })
say(`putNote → ${JSON.stringify(await registry.execute('putNote', { id: 'a b/c', text: 'buy milk' }))}`)
const failure = await registry.execute('getNote', { id: 'none' }).catch((error) => error)
say(`getNote → ${failure.code} ${failure.details.status}: ${failure.details.body.message}`)

heading('6. An edit of the document changes its tools while the program runs')
/** Writes the document, and waits for the event of its watch. */
const written = (text, event) =>
  timed(async () => {
    const heard = new Promise((resolve) => registry.on(event, resolve))
    await writeFile(file, text)
    return heard
  })
const [edit, editMs] = await written(textOf({ ...note, delete: { operationId: 'deleteNote' } }), 'reloaded')
say(`an edit, after ${editMs} ms: ${edit.added} is new, ${edit.unchanged.length} tools are unchanged`)
const [fault] = await written('{ no document', 'reloadFailed')
say(`a fault: ${fault.error.code}, ${fault.error.message}`)
say(`the tools stay: ${registry.list({ source: 'notes' }).join(', ')}`)

const sources = Object.entries(registry.summary().sources).map(([source, tools]) => `${source} ${tools}`)
heading(`Tools now, by source: ${sources.join(', ')}.`)
console.log('Read on: examples/README.md (programs of one screen), docs/getting-started.md (the first steps).')

registry.close()
api.close()
await rm(folder, { recursive: true })
