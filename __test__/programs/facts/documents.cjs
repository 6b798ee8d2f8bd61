// Documents, calls of APIs, and what Rust asks the program from its own threads.
const { createHmac } = require('node:crypto')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { request } = require('node:http')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { document, faultOf, foreign, same, serve } = require('./support.cjs')

module.exports = ({ ToolRegistry, SpecLoader }) => ({
  async 'an API is loaded from an address and called, and its failure is told'() {
    const pets = {
      openapi: '3.1.0',
      info: { title: 'Pets', version: '1' },
      paths: {
        '/pets/{id}': {
          get: {
            operationId: 'getPet',
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          },
        },
      },
    }
    const { url, close } = await serve(({ url }, response) => {
      response
        .writeHead(url.endsWith('/gone') ? 404 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(url === '/pets.json' ? pets : { url }))
    })
    try {
      const registry = new ToolRegistry()
      const { added } = await new SpecLoader(registry).load(new URL(`${url}/pets.json`), { baseUrl: url })
      same([added, await registry.execute('getPet', { id: 'a/b' })], [['getPet'], { url: '/pets/a%2Fb' }])
      const { code, details } = await faultOf(() => registry.execute('getPet', { id: 'gone' }))
      same([code, details.status], ['HTTP_FAILED', 404])
    } finally {
      close()
    }
  },
  async 'a document is taken as bytes, a buffer and an object'() {
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(document('a'))))
    for (const source of [
      document('a'),
      bytes,
      bytes.buffer,
      foreign(`new Uint8Array([${bytes}])`),
      foreign(`new Uint8Array([${bytes}]).buffer`),
    ]) {
      same((await new SpecLoader(new ToolRegistry()).load(source, { name: 'a' })).added, ['a'])
    }
  },
  async 'functions of the program are asked from other threads'() {
    const pets = {
      openapi: '3.1.0',
      servers: [{ url: 'https://pets.example.com' }],
      paths: { '/a': { get: { operationId: 'a', security: [{ key: [] }] } }, '/b': { get: { operationId: 'b' } } },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    }
    // As a Response is: a DOM in JavaScript has none.
    const fetch = async (url, { headers }) => ({
      status: 200,
      headers: new Map([['content-type', 'application/json']]),
      body: [Buffer.from(JSON.stringify({ url, as: headers.authorization }))],
    })
    const registry = new ToolRegistry()
    const auth = { key: async ({ userId }) => `token-of-${userId}` }
    const { added } = await new SpecLoader(registry, { fetch }).load(pets, {
      name: 'pets',
      include: async ({ operationId }) => operationId === 'a',
      auth,
    })
    same(
      [added, await registry.execute('a', {}, { context: { userId: 'ada' } })],
      [['a'], { url: 'https://pets.example.com/a', as: 'Bearer [redacted]' }],
    )
  },
  async 'a watched file is reloaded when it changes'() {
    const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
    const registry = new ToolRegistry()
    const alive = setInterval(() => {}, 1000)
    try {
      const file = join(folder, 'pets.json')
      const write = (...ids) => writeFileSync(file, JSON.stringify(document(...ids)))
      write('a')
      await new SpecLoader(registry).load(file, { watch: { pollMs: 100 } })
      const reloaded = new Promise((resolve) => registry.on('reloaded', resolve))
      write('a', 'b')
      same((await reloaded).added, ['b'])
    } finally {
      clearInterval(alive)
      registry.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  async 'a webhook takes a delivery that is signed, and no other'() {
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    await loader.load(document('a'), { name: 'pets' })
    const { url, close } = await serve(loader.webhook({ secrets: 'a secret of this test' }))
    const send = (secret) =>
      new Promise((resolve, reject) => {
        const signature = `sha256=${createHmac('sha256', secret).update('{}').digest('hex')}`
        const headers = { 'x-github-delivery': secret, 'x-github-event': 'push', 'x-hub-signature-256': signature }
        request(url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end('{}')
      })
    try {
      same([await send('a secret of this test'), await send('another one')], [200, 401])
    } finally {
      close()
    }
  },
  async 'a call of an API that never answers ends with its signal and at its deadline'() {
    let reached
    const { url, close } = await serve((asked, response) => {
      reached()
      asked.on('close', () => response.destroy())
    })
    try {
      const registry = new ToolRegistry()
      await new SpecLoader(registry).load(document('a'), { baseUrl: url, callLimits: { concurrency: 1 } })
      const arrived = new Promise((resolve) => (reached = resolve))
      const controller = new AbortController()
      const call = registry.execute('a', {}, { signal: controller.signal })
      await arrived
      controller.abort()
      same((await faultOf(() => call)).code, 'CANCELLED')
      same((await faultOf(() => registry.execute('a', {}, { timeoutMs: 50 }))).code, 'TIMEOUT')
    } finally {
      close()
    }
  },
})
