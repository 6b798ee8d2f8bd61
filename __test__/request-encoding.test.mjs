// What arrives at a server, read by parsers that are not ours: node's URL and querystring, qs, cookie and busboy.
import assert from 'node:assert/strict'
import querystring from 'node:querystring'
import { test } from 'node:test'
import busboy from 'busboy'
import cookie from 'cookie'
import qs from 'qs'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { serve } from './support/server.mjs'
import { codeOf } from './support/tools.mjs'

/** A registry with the operation `call` of this path and method, and what its server heard. */
async function api(t, path, operation, { openapi = '3.2.0', method = 'get', ...more } = {}) {
  const { url, requests } = await serve(t, () => ({ ok: true }))
  const document = {
    ...(openapi === '2.0' ? { swagger: '2.0' } : { openapi }),
    paths: { [path]: { [method]: { operationId: 'call', responses: {}, ...operation } } },
    ...more,
  }
  const registry = new ToolRegistry()
  const { added } = await new SpecLoader(registry).load(document, { name: 'api', baseUrl: `${url}/base` })
  assert.deepEqual(added, ['call'])
  return {
    registry,
    requests,
    heard: async (params) => {
      await registry.execute('call', params)
      const { url: line, ...rest } = requests.at(-1)
      const { pathname, search, searchParams } = new URL(line, 'http://h')
      return { line, pathname, search: search.slice(1), searchParams, ...rest }
    },
  }
}

/** Texts that mean something to somebody on the way. */
const HOSTILE = [
  'a b',
  'a&b=c',
  'x=y',
  '100%',
  '%2e%2e',
  '%00',
  'a+b',
  'a/b',
  'a;b',
  'a,b',
  'a|b',
  'é雪🐈',
  '"quoted"',
  "it's",
  '[x]',
  '{y}',
  '#frag',
  '?q',
  '\\',
  '\t',
  'a\r\nX-Admin: 1',
  '<b>',
  '__proto__',
  '../..',
  '',
  ' ',
  '\u0000',
  '\u202e',
]
const texts = { type: 'array', items: { type: 'string' } }
const map = { type: 'object', additionalProperties: { type: 'string' } }

test('every text in a query is read as it was given, alone, in a list and in a map', async (t) => {
  const query = (name, schema, style, explode) => ({ name, in: 'query', schema, style, explode })
  const { heard } = await api(t, '/a', {
    parameters: [
      query('one', { type: 'string' }),
      query('list', texts),
      query('deep', { type: 'object' }, 'deepObject', true),
      { name: 'json', in: 'query', content: { 'application/json': { schema: {} } } },
    ],
  })
  for (const text of HOSTILE) {
    const deep = { plain: text, [`k ${text || 'e'}`.replace(/[[\]]/g, '_')]: 'v', inner: { list: [text, 'z'] } }
    const { search, searchParams } = await heard({ one: text, list: [text, 'b'], deep, json: { a: [text] } })
    assert.deepEqual(
      [searchParams.get('one'), searchParams.getAll('list'), JSON.parse(searchParams.get('json'))],
      [text, [text, 'b'], { a: [text] }],
      text,
    )
    assert.deepEqual(querystring.parse(search).one, text)
    const read = qs.parse(search, { depth: 9, plainObjects: true })
    assert.deepEqual(JSON.parse(JSON.stringify(read.deep)), deep, text)
    assert.deepEqual(read.list, [text, 'b'])
  }
})

const DELIMITED = [
  ['3.2.0', { style: 'form', explode: false }, ','],
  ['3.2.0', { style: 'spaceDelimited', explode: false }, ' '],
  ['3.2.0', { style: 'pipeDelimited', explode: false }, '|'],
  ['2.0', { collectionFormat: 'csv' }, ','],
  ['2.0', { collectionFormat: 'ssv' }, ' '],
  ['2.0', { collectionFormat: 'tsv' }, '\t'],
  ['2.0', { collectionFormat: 'pipes' }, '|'],
]
for (const [openapi, style, delimiter] of DELIMITED) {
  test(`a list in a query of ${openapi} with ${JSON.stringify(style)} is one text`, async (t) => {
    const type = openapi === '2.0' ? texts : { schema: texts }
    const { heard } = await api(
      t,
      '/a',
      { parameters: [{ name: 'list', in: 'query', ...type, ...style }] },
      { openapi },
    )
    const given = HOSTILE.filter((text) => !text.includes(delimiter) && text !== '')
    const { searchParams } = await heard({ list: given })
    assert.deepEqual([searchParams.getAll('list').length, searchParams.get('list').split(delimiter)], [1, given])
  })
}

test('a list of Swagger 2.0 with multi is a parameter for each item', async (t) => {
  const { heard } = await api(
    t,
    '/a',
    { parameters: [{ name: 'list', in: 'query', ...texts, collectionFormat: 'multi' }] },
    { openapi: '2.0' },
  )
  assert.deepEqual((await heard({ list: HOSTILE })).searchParams.getAll('list'), HOSTILE)
})

test('a whole query of 3.2 is a form', async (t) => {
  const { heard } = await api(t, '/a', {
    parameters: [
      {
        name: 'q',
        in: 'querystring',
        content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
      },
    ],
  })
  const q = Object.fromEntries(HOSTILE.filter((text) => text !== '__proto__').map((text, i) => [`${text}${i}`, text]))
  assert.deepEqual(Object.fromEntries((await heard({ q })).searchParams), q)
})

test('every text in a path stays in its segment, or is refused and nothing is sent', async (t) => {
  const { heard, registry, requests } = await api(t, '/a/{id}/b', {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  })
  const refused = []
  for (const id of [
    ...HOSTILE,
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '%252e%252e',
    '..;',
    '..\\',
    '..%5c..',
    '....//',
    '.%00.',
    'a/../../b',
  ]) {
    const before = requests.length
    const code = await registry.execute('call', { id }).then(
      () => undefined,
      (error) => error.code,
    )
    if (code !== undefined) {
      refused.push(id)
      assert.deepEqual([code, requests.length], ['INVALID_PARAMS', before], id)
      continue
    }
    const { pathname } = new URL(requests.at(-1).url, 'http://h')
    const [, base, a, segment, b, ...rest] = pathname.split('/')
    assert.deepEqual([base, a, decodeURIComponent(segment), b, rest], ['base', 'a', id, 'b', []], id)
  }
  for (const id of ['', '.', '..', '%2e', '%2E%2e', '%252e%252e', '..;', '..\\', 'a/../../b'])
    assert.ok(refused.includes(id), id)
  assert.ok(heard)
})

test('every text in a cookie is that cookie and no other', async (t) => {
  const { heard } = await api(t, '/a', {
    parameters: [
      { name: 'one', in: 'cookie', schema: { type: 'string' } },
      { name: 'two', in: 'cookie', schema: { type: 'string' } },
    ],
  })
  for (const text of HOSTILE) {
    const { headers } = await heard({ one: text, two: 'b' })
    assert.deepEqual({ ...cookie.parse(headers.cookie) }, { one: text, two: 'b' }, text)
  }
})

test('a header holds its text, or is refused where it would be two', async (t) => {
  const header = (name) => ({ name, in: 'header', schema: { type: 'string' } })
  const { heard, registry, requests } = await api(t, '/a', {
    parameters: [header('X-Note'), header('X-HTTP-Method-Override'), header('Host'), header('X-Forwarded-For')],
  })
  assert.deepEqual(Object.keys(registry.get('call').inputSchema.properties), ['X-Note'])
  for (const text of HOSTILE.filter((text) => !/[\r\n\0]/.test(text))) {
    const { headers } = await heard({ 'X-Note': text })
    assert.equal(Buffer.from(headers['x-note'], 'latin1').toString(), text.replace(/^[ \t]+|[ \t]+$/g, ''), text)
  }
  const before = requests.length
  for (const text of ['a\r\nX-Admin: 1', 'a\nb', '\u0000', 'a\r'])
    assert.equal(await codeOf(() => registry.execute('call', { 'X-Note': text })), 'INVALID_PARAMS')
  assert.equal(await codeOf(() => registry.execute('call', { Host: 'evil.example' })), 'INVALID_PARAMS')
  assert.equal(requests.length, before)
})

test('a form is read as what was given, null being no field', async (t) => {
  const body = (media) => ({
    requestBody: {
      content: {
        [media]: {
          schema: { type: 'object', additionalProperties: true },
          encoding: { deep: { style: 'deepObject', explode: true } },
        },
      },
    },
  })
  const form = await api(t, '/a', body('application/x-www-form-urlencoded'), { method: 'post' })
  const parts = await api(t, '/a', body('multipart/form-data'), { method: 'post' })
  for (const text of HOSTILE) {
    const { body: sent, headers } = await form.heard({
      body: { one: text, list: [text, 'b'], none: null, deep: { a: { b: text } } },
    })
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
    const { one, list, none } = querystring.parse(sent)
    assert.deepEqual([one, list, none, qs.parse(sent).deep], [text, [text, 'b'], undefined, { a: { b: text } }], text)
    const fields = []
    const multipart = await parts.heard({ body: { one: text, list: [text, 'b'], none: null } })
    const reader = busboy({ headers: multipart.headers })
    reader.on('field', (name, value) => fields.push([name, value]))
    await new Promise((resolve, reject) => reader.on('close', resolve).on('error', reject).end(multipart.body))
    assert.deepEqual(
      fields,
      [
        ['one', text],
        ['list', text],
        ['list', 'b'],
      ],
      text,
    )
  }
})

test('null in a JSON body clears a field, and what is not given is not there', async (t) => {
  const schema = map
  const { heard } = await api(
    t,
    '/a',
    {
      requestBody: {
        content: {
          'application/merge-patch+json': {
            schema: {
              type: 'object',
              properties: { a: { type: ['string', 'null'] }, b: { type: 'string' }, c: schema },
            },
          },
        },
      },
    },
    { method: 'patch' },
  )
  const { body, headers } = await heard({ a: null, c: JSON.parse('{"__proto__":"x"}') })
  assert.deepEqual(
    [body, headers['content-type']],
    ['{"a":null,"c":{"__proto__":"x"}}', 'application/merge-patch+json'],
  )
})
