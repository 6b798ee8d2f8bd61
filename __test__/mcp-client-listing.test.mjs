// Lists of other servers: all pages of one walk, within limits, and the items that are no tools.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLIENT_LIMITS } from '../lib/mcp/client/client-limits.js'
import { walkTools } from '../lib/mcp/client/tool-walk.js'
import { ERAS, json, serve } from './support/mcp-http-misbehaviour.mjs'
import { itemsOf, never, open } from './support/mcp-upstream.mjs'
import { judge } from './support/scripted-upstream.mjs'

/** Walks pages that a function makes of their number; tells how many were asked for. */
async function walk(pageOf, limits = {}, hasHeaders = false) {
  let asked = 0
  const ask = async (cursor, onSize) => {
    const page = pageOf(asked++, cursor)
    onSize(JSON.stringify(page).length)
    return page
  }
  const outcome = await walkTools(ask, { ...CLIENT_LIMITS, ...limits }, hasHeaders).catch((fault) => ({ fault }))
  return { asked, ...outcome }
}

const tools = (...names) => names.map((name) => ({ name, inputSchema: { type: 'object' } }))

test('pages_are_one_list_in_their_order_as_fresh_as_the_oldest', async () => {
  const pages = [
    { tools: tools('a', 'b'), nextCursor: '1', ttlMs: 500 },
    { tools: [], nextCursor: '2', ttlMs: 90 },
    { tools: tools('c'), ttlMs: -1 },
  ]
  const list = await walk((at) => pages[at])
  assert.deepEqual(
    itemsOf(list).map(({ name }) => name),
    ['a', 'b', 'c'],
  )
  assert.equal(list.ttlMs, 90)
})

test('an_empty_cursor_is_the_end', async () => {
  for (const nextCursor of ['', null, 7, undefined])
    assert.equal((await walk(() => ({ tools: tools('a'), nextCursor }))).asked, 1)
})

/** Walks that break the protocol or a limit: after how many pages, and why. */
const BREAKS = {
  a_cursor_that_comes_again: [(at) => ({ tools: [], nextCursor: String(at % 3) }), 4, /names a cursor twice/],
  pages_without_an_end: [(at) => ({ tools: [], nextCursor: String(at) }), 1_000, /more than 1000 pages/],
  too_many_tools: [
    (at) => ({ tools: tools(`a${at}`, `b${at}`), nextCursor: String(at) }),
    6,
    /more than 10 tools/,
    { tools: 10 },
  ],
  too_many_bytes: [
    (at) => ({ tools: tools('x'.repeat(1_000)), nextCursor: String(at) }),
    4,
    /more than 4000 bytes/,
    { listBytes: 4_000 },
  ],
  no_list: [() => ({ tools: {} }), 1, /no list of tools/],
  no_tools: [() => ({}), 1, /no list of tools/],
}

for (const [name, [pageOf, pages, message, limits]] of Object.entries(BREAKS))
  test(`a_walk_with_${name}_is_a_fault_of_the_protocol`, async () => {
    const { asked, fault } = await walk(pageOf, limits)
    assert.equal(fault.kind, 'protocol')
    assert.match(fault.message, message)
    assert.equal(asked, pages)
  })

test('items_that_are_no_tools_are_left_out_and_told', async () => {
  const items = [null, 7, 'x', [], {}, { name: '' }, { name: 7 }, ...tools('a', '__proto__')]
  const { names, refused } = await judge(await walk(() => ({ tools: items })))
  assert.deepEqual(names, ['a', '__proto__'])
  assert.equal(Object.keys(refused).length, 7)
  for (const index of [0, 1, 2, 3]) assert.match(refused[`item ${index}`], /it is no object/)
  for (const index of [4, 5, 6]) assert.match(refused[`item ${index}`], /it has no name/)
})

const property = (schema) => ({ type: 'object', properties: { a: schema } })
const header = (over) => ({ type: 'string', 'x-mcp-header': 'A', ...over })

/** Input schemas, and what is wrong with their header arguments. */
const SCHEMAS = {
  none: [property({ type: 'string' })],
  one: [property(header())],
  nested: [property(property(header()))],
  a_property_of_that_name: [{ properties: { 'x-mcp-header': { type: 'string' } } }],
  data_that_looks_like_it: [property({ const: header(), default: { 'x-mcp-header': 7 }, enum: [header()] })],
  no_schema: [undefined],
  a_schema_of_true: [true],
  a_number: [property(header({ type: 'number' })), /string, an integer or a boolean/],
  several_types: [property(header({ type: ['string', 'null'] })), /string, an integer or a boolean/],
  no_type: [property(header({ type: undefined })), /string, an integer or a boolean/],
  an_empty_name: [property(header({ 'x-mcp-header': '' })), /name of a header/],
  a_line_break: [property(header({ 'x-mcp-header': 'A\r\nB' })), /name of a header/],
  a_name_that_is_no_text: [property(header({ 'x-mcp-header': true })), /name of a header/],
  twice: [{ properties: { a: header(), b: header({ 'x-mcp-header': 'a' }) } }, /there twice/],
  the_root: [{ ...header(), properties: {} }, /below "properties" alone/],
  items: [property({ type: 'array', items: header() }), /below "properties" alone/],
  any_of: [property({ anyOf: [header()] }), /below "properties" alone/],
  a_definition: [{ $defs: { a: property(header()) } }, /below "properties" alone/],
  additional_properties: [{ additionalProperties: header() }, /below "properties" alone/],
}

for (const [name, [schema, problem]] of Object.entries(SCHEMAS))
  test(`header_arguments_in_${name}_are_${problem === undefined ? 'right' : 'wrong'}`, async () => {
    const page = { tools: [{ name: 'a', inputSchema: schema }, ...tools('b')] }
    const { refused } = await judge(await walk(() => page, {}, true))
    if (problem === undefined) assert.doesNotMatch(refused.a ?? '', /x-mcp-header/)
    else assert.match(refused.a, problem)
    assert.equal(refused.b, undefined)
    assert.doesNotMatch((await judge(await walk(() => page))).refused.a ?? '', /x-mcp-header/)
  })

test('wrong_header_arguments_count_over_modern_http_alone', async (t) => {
  const page = { tools: [{ name: 'a', inputSchema: property(header({ type: 'number' })) }] }
  for (const [era, left] of [
    ['modern', 0],
    ['legacy', 1],
  ]) {
    const { url } = await serve(t, { ...ERAS[era], 'tools/list': json({ result: page }) })
    const connection = await open(t, { url })
    const { names, refused } = await judge(await connection.listTools(never))
    assert.equal(names.length, left)
    assert.deepEqual(Object.keys(refused), left === 0 ? ['a'] : [])
  }
})

test('a_list_over_the_limit_of_a_connection_is_a_fault', async (t) => {
  let at = 0
  const page = (body, response) =>
    json({ result: { tools: tools('x'.repeat(1_000)), nextCursor: String(at++) } })(body, response)
  const { url } = await serve(t, { ...ERAS.modern, 'tools/list': page })
  const connection = await open(t, { url, limits: { listBytes: 10_000 } })
  await assert.rejects(connection.listTools(never), { kind: 'protocol', message: /more than 10000 bytes/ })
  await assert.rejects(connection.listTools(AbortSignal.abort()), { kind: 'aborted' })
})
