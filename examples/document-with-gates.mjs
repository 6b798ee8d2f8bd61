// A document with gates: the operations of an OpenAPI document become tools. A new version of it is compared with the
// one before: what could break callers is held until a person approves it, the rest enters at once.
// Run it: node examples/document-with-gates.mjs

import { SpecLoader, ToolRegistry } from 'toolrack'

/** Version `version` of the document of an API for notes. The second one limits the length of a note. */
const notes = (version, maxLength) => ({
  openapi: '3.1.0',
  info: { title: 'Notes', version },
  servers: [{ url: 'https://notes.example' }],
  paths: {
    '/notes/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { operationId: 'getNote', summary: 'Reads a note' },
      put: {
        operationId: 'putNote',
        summary: 'Writes a note',
        parameters: [{ name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string' } }],
        requestBody: {
          content: { 'application/json': { schema: { properties: { text: { type: 'string', maxLength } } } } },
        },
      },
      ...(version !== '1.0.0' && { delete: { operationId: 'deleteNote', summary: 'Deletes a note' } }),
      trace: { operationId: 'traceNote', parameters: [{ $ref: '#/components/parameters/Missing' }] },
    },
  },
})

/** Stands for the API. Leave it out in your program: calls are then sent over HTTP. */
const stored = new Map()
function fetch(url, { method, headers, body }) {
  const { pathname } = new URL(url)
  if (method === 'PUT') stored.set(pathname, { ...JSON.parse(Buffer.from(body)), tenant: headers['x-tenant'] })
  return stored.has(pathname)
    ? Response.json(stored.get(pathname))
    : Response.json({ message: `no ${pathname}` }, { status: 404 })
}

const registry = new ToolRegistry()
const loader = new SpecLoader(registry, { fetch })
const options = { name: 'notes', gates: { breaking: 'hold' } }

const first = await loader.load(notes('1.0.0'), options)
console.log('added:', first.added)
for (const { method, path, code } of first.skipped) console.log(`skipped: ${method} ${path}, ${code}`)
const note = { id: 'a b/c', 'X-Tenant': 'acme', text: 'buy milk' } // path, header and body are one object
console.log('written:', await registry.execute('putNote', note))
const { code, details } = await registry.execute('getNote', { id: 'none' }).catch((error) => error)
console.log('failed:', code, details.status, details.body)

const second = await loader.load(notes('2.0.0', 5), options)
console.log('version 2 adds', second.added, 'and holds', second.held)
const [{ id, objections }] = loader.held()
for (const { gate, reason } of objections) console.log(`  gate ${gate}: ${reason}`)
console.log('approved:', loader.approve(id).updated)
console.log('now:', (await registry.execute('putNote', note).catch((error) => error)).code)
console.log('rolled back to', loader.rollback('notes', '1.0.0').version, registry.list())
loader.close()
