// A webhook is a handler: the servers that it works in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { BODY, PLAIN, SECRET, github, post, scene, served, standard } from './support/webhooks.mjs'

const APPS = {
  'Express 5': (t, hook) => served(t, express().post('/hook', hook)),
  'Express 4': (t, hook) => served(t, express4().post('/hook', hook)),
  'Express 5 behind express.raw': (t, hook) =>
    served(
      t,
      express()
        .use(express.raw({ type: '*/*' }))
        .post('/hook', hook),
    ),
  'Express 4 behind express.json that keeps the bytes': (t, hook) =>
    served(
      t,
      express4()
        .use(
          express4.json({
            verify: (request, _, bytes) => {
              request.rawBody = bytes
            },
          }),
        )
        .post('/hook', hook),
    ),
  'Express 5 behind express.text': (t, hook) =>
    served(
      t,
      express()
        .use(express.text({ type: '*/*' }))
        .post('/hook', hook),
    ),
  async Fastify(t, hook) {
    const app = fastify()
    app.route({
      method: 'POST',
      url: '/hook',
      onRequest: async (request, reply) => {
        reply.hijack()
        await hook(request.raw, reply.raw)
      },
      handler() {},
    })
    t.after(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    return `http://127.0.0.1:${app.server.address().port}/hook`
  },
  async 'Fastify that reads buffers'(t, hook) {
    const app = fastify()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.post('/hook', (request, reply) => {
      reply.hijack()
      return hook(Object.assign(request.raw, { body: request.body }), reply.raw)
    })
    t.after(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    return `http://127.0.0.1:${app.server.address().port}/hook`
  },
}
for (const [name, app] of Object.entries(APPS)) {
  test(`it works in ${name}`, async (t) => {
    const { registry, loader, write } = await scene(t)
    const url = await app(t, loader.webhook({ secrets: [SECRET, PLAIN], source: 'crm' }))
    await write('a', 'b')
    assert.deepEqual((await post(url, BODY, standard(BODY))).body.added, ['b'])
    await write('a', 'b', 'c')
    assert.deepEqual((await post(url, BODY, await github(BODY))).body.added, ['c'])
    assert.equal((await post(url, `${BODY} `, standard(BODY, { id: '2' }))).status, 401)
    assert.deepEqual(registry.list(), ['a', 'b', 'c'])
  })
}

test('a body parser that keeps no bytes is named', async (t) => {
  const { loader } = await scene(t)
  const hook = loader.webhook({ secrets: SECRET, source: 'crm' })
  for (const library of [express, express4]) {
    const url = await served(t, library().use(library.json()).post('/hook', hook))
    const { status, body } = await post(url, BODY, standard(BODY))
    assert.deepEqual([status, body.error.code], [500, 'BODY_READ'])
    assert.match(body.error.message, /body parser/)
  }
})
