// The main job, as `npm start` runs it: a large API document and closures become tools in one registry, are shown to
// three providers, are called, and follow a change of the document.
import { createServer } from 'node:http'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ToolRegistry, SpecLoader, registerDynamicTool } from 'toolrack'

const require = createRequire(import.meta.url)
const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 90 - text.length))}`)

/** Shows that something takes long: a line that moves in a terminal, and nothing in a file. */
async function progress(text, work) {
  const started = performance.now()
  const show = () => process.stdout.write(`\r${text} … ${((performance.now() - started) / 1000).toFixed(1)} s`)
  const timer = process.stdout.isTTY ? setInterval(show, 100) : undefined
  const result = await work
  clearInterval(timer)
  process.stdout.write(
    `${process.stdout.isTTY ? '\r' : ''}${text} … done in ${Math.round(performance.now() - started)} ms\n`,
  )
  return result
}

const registry = new ToolRegistry()
const loader = new SpecLoader(registry)

heading('A large API document')
const github = require.resolve('@octokit/openapi/generated/api.github.com.json')
const before = process.memoryUsage().rss
const report = await progress(
  'loading GitHub (13 MB of JSON)',
  loader.load(github, { name: 'github', namespace: 'github' }),
)
console.log(
  `${report.operations} operations: ${report.added.length} tools, ${report.skipped.length} skipped, ` +
    `${report.excluded.deprecated} deprecated`,
)
for (const { method, path, code, reason } of report.skipped)
  console.log(`  skipped ${method} ${path}\n    ${code}: ${reason}`)
console.log(`memory: ${Math.round((process.memoryUsage().rss - before) / 1e6)} MB more than before`)

heading('One tool, three providers')
for (const target of ['openai', 'anthropic', 'gemini']) {
  console.log(`${target}: ${JSON.stringify(registry.definitions(target, { name: 'github_repos_get' }))}`)
}

heading("Tools from a configuration, called with a user's context")
const customers = new Map([
  ['C1', 'Ada'],
  ['C2', 'Grace'],
])
const implementations = {
  'crm-lookup': async ({ customerId }, { userId }) => ({ name: customers.get(customerId), askedBy: userId }),
  'crm-rename': ({ customerId, name }, { userId, auditingId }) => {
    customers.set(customerId, name)
    return `${customerId} is ${name} now (user ${userId}, audit ${auditingId})`
  },
}
for (const definition of JSON.parse(await readFile(new URL('tools.json', import.meta.url), 'utf8'))) {
  registerDynamicTool(registry, { ...definition, execute: implementations[definition.name] })
}
const context = { userId: 7, auditingId: 42 }
console.log(await registry.execute('crm-rename', { customerId: 'C1', name: 'Ada Lovelace' }, { context }))
console.log(await registry.execute('crm-lookup', { customerId: 'C1', userId: 7, auditingId: 43 }))
console.log(
  await registry.respond(
    'anthropic',
    { type: 'tool_use', id: 'toolu_1', name: 'crm-lookup', input: { customerId: 'X9' } },
    { context },
  ),
)

heading('A small API on this machine')
const notes = new Map()
const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost')
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || 'null')
  const id = decodeURIComponent(url.pathname.split('/')[2] ?? '')
  const send = (status, value) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  if (request.method === 'PUT')
    return send(200, notes.set(id, { ...body, tenant: request.headers['x-tenant'] }).get(id))
  if (id === '')
    return send(
      200,
      [...notes.keys()].filter((key) => key.includes(url.searchParams.get('contains') ?? '')),
    )
  return notes.has(id) ? send(200, notes.get(id)) : send(404, { message: `no note ${id}` })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const folder = await mkdtemp(join(tmpdir(), 'toolrack-'))
const file = join(folder, 'notes.json')
const document = JSON.parse(await readFile(new URL('notes.json', import.meta.url), 'utf8'))
await writeFile(file, JSON.stringify(document))
const loaded = await loader.load(file, {
  baseUrl: `http://127.0.0.1:${server.address().port}`,
  category: 'external',
  watch: true,
})
console.log(`loaded ${loaded.source}: ${loaded.added.join(', ')}`)
console.log(await registry.execute('putNote', { id: 'a b/c', 'X-Tenant': 'acme', text: 'buy milk', pinned: true }))
console.log(await registry.execute('listNotes', { contains: 'a b' }))
console.log(
  await registry
    .execute('getNote', { id: 'none' })
    .catch((error) => `${error.code} ${error.details.status}: ${error.details.body.message}`),
)

heading('The document changes, then breaks')
const next = (event) =>
  new Promise((resolve) => {
    const off = registry.on(event, (value) => {
      off()
      resolve(value)
    })
  })
document.paths['/notes/{id}'].delete = {
  operationId: 'deleteNote',
  summary: 'Delete a note',
  responses: { 204: { description: 'Gone' } },
}
let news = next('reloaded')
await writeFile(file, JSON.stringify(document))
const { added, updated, removed, unchanged } = await progress('waiting for the reload', news)
console.log(
  `+${added.length} (${added}), ${updated.length} updated, ${removed.length} removed, ${unchanged.length} unchanged`,
)
news = next('reloadFailed')
await writeFile(file, JSON.stringify(document).slice(0, -20))
const { error } = await progress('waiting for the refusal', news)
console.log(`${error.code}: ${error.message}`)
console.log(`still there: ${registry.list({ source: 'notes' }).join(', ')}`)

heading("The planner's catalog")
for (const { name, description, category, tokens } of registry.catalog({ mode: 'externalOnly' })) {
  console.log(`${name.padEnd(12)} ${category.padEnd(9)} ${String(tokens).padStart(4)} tokens  ${description}`)
}
console.log(`\n${JSON.stringify(registry.summary().sources)}`)

registry.close()
server.close()
await rm(folder, { recursive: true })
