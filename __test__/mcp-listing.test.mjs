// The `tools/list` of an MCP server: pages of bounded size, which keep their bytes while other tools change.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { McpListing } = require('../lib/snapshot/mcp-listing.js')

const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28']
const list = (registry, { revision = '2025-11-25', limits, former } = {}) =>
  new McpListing(registry.snapshot(), { revision, limits }, former)
const parts = (listing) => Array.from({ length: listing.pageCount }, (_, index) => listing.page(index))
const pages = (listing) => parts(listing).map((page) => Buffer.concat(page))
const tools = (listing) => pages(listing).flatMap((page) => JSON.parse(page.toString()))
const sizes = (listing) => pages(listing).map((page) => page.length)

/** A registry of many tools. */
function registryOfMany(count) {
  const registry = new ToolRegistry()
  for (let number = 0; number < count; number++) registry.register(tool({ name: `tool_${number}` }))
  return registry
}

test('the pages of a large document are its definitions, each as large as it may be', async () => {
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(require.resolve('@octokit/openapi/generated/api.github.com.json'))
  for (const revision of REVISIONS) {
    const pageBytes = 2 ** 18
    const listing = list(registry, { revision, limits: { pageBytes } })
    const definitions = registry.definitions('mcp', undefined, { revision })
    assert.deepEqual(tools(listing), definitions, revision)
    assert.ok(listing.pageCount > 4 && sizes(listing).every((size) => size <= pageBytes), `${sizes(listing)}`)
    const { tools: count, bytes, pages: pageCount, refused, quarantined, findings } = listing.judgement
    const sum = sizes(listing).reduce((total, size) => total + size)
    assert.deepEqual([bytes, pageCount, refused], [sum, listing.pageCount, []])
    assert.equal(count + quarantined.length, registry.size)
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['MCP_LIST_PAGED'],
    )
    assert.equal(pages(list(registry, { revision }))[0].toString(), JSON.stringify(definitions))
  }
})

test('one of 10,000 tools changes: the other pages are the same bytes, and most of its own page too', () => {
  const registry = registryOfMany(10_000)
  const limits = { pageBytes: 2 ** 19 }
  const before = list(registry, { limits })
  const written = parts(before)
  assert.ok(written.length > 2 && written[0].length > 3, `${written.map((page) => page.length)}`)
  registry.replace(tool({ name: 'tool_5000', description: 'Says something else' }))
  const after = list(registry, { limits, former: before })
  const known = new Set(written.flat())
  const anew = parts(after).flatMap((page, index) =>
    page.filter((part) => !known.has(part)).map((part) => [index, part]),
  )
  assert.equal(new Set(anew.map(([page]) => page)).size, 1)
  assert.match(Buffer.concat(anew.map(([, part]) => part)).toString(), /Says something else/)
  assert.ok(anew.length <= 2, `${anew.length} parts`)
  assert.deepEqual(tools(after), registry.definitions('mcp'))
  assert.notEqual(after.digest, before.digest)
  registry.replace(tool({ name: 'tool_5000' }))
  assert.equal(list(registry, { limits, former: after }).digest, before.digest)
})

test('a revision with the same tools has the same list', () => {
  const registry = registryOf({ name: 'a' }, { name: 'b' })
  const before = list(registry)
  const [page] = parts(before)
  registry.register(tool({ name: 'c' }))
  const between = list(registry, { former: before })
  registry.unregister('c')
  const after = list(registry, { former: before })
  assert.equal(after.page(0)[0], page[0])
  assert.deepEqual([after.digest === before.digest, between.digest === before.digest], [true, false])
  assert.equal(between.judgement.findings.length, 0)
})

test('a list has the tools of its filtered snapshot, predicates included', () => {
  const registry = registryOf({ name: 'read_a' }, { name: 'read_b' }, { name: 'write_a' })
  for (const [filter, expected] of [
    [{ name: 'read_*' }, ['read_a', 'read_b']],
    [{ predicate: ({ name }) => name.endsWith('_a') }, ['read_a', 'write_a']],
    [{ names: [] }, []],
  ]) {
    const listing = new McpListing(registry.snapshot({ filter }), { revision: '2026-07-28' })
    assert.deepEqual(
      tools(listing).map(({ name }) => name),
      expected,
    )
  }
})

test('a tool that no page can hold stays away alone, and is told', () => {
  const registry = registryOf({ name: 'a' }, { name: 'huge', description: 'd'.repeat(5_000) }, { name: 'b' })
  const listing = list(registry, { limits: { maxPageBytes: 1_000 } })
  assert.deepEqual(
    tools(listing).map(({ name }) => name),
    ['a', 'b'],
  )
  const [{ name, findings }] = listing.judgement.refused
  assert.deepEqual([name, findings[0].code, findings[0].weight], ['huge', 'MCP_TOOL_TOO_LARGE', 'refused'])
})

test('header arguments are told by tool, whatever the names are', () => {
  const argument = (type, header) => ({ type, 'x-mcp-header': header })
  const properties = JSON.parse('{"__proto__": {"type": "object"}, "constructor": {}}')
  properties.__proto__ = { type: 'object', properties: { 'a/b~': argument('integer', '__proto__') } }
  properties.constructor = argument('boolean', 'toString')
  const registry = registryOf(
    { name: 'constructor', inputSchema: { type: 'object', properties } },
    { name: 'plain' },
    {
      name: 'twice',
      inputSchema: { type: 'object', properties: { a: argument('string', 'X'), b: argument('string', 'x') } },
    },
  )
  const listing = list(registry, { revision: '2026-07-28' })
  const expected = [
    { path: ['__proto__', 'a/b~'], header: '__proto__', type: 'integer' },
    { path: ['constructor'], header: 'toString', type: 'boolean' },
  ]
  assert.deepEqual(listing.headerArguments('constructor', registry.snapshot()), expected)
  for (const name of ['plain', 'none', '__proto__', 'toString', ''])
    assert.deepEqual(listing.headerArguments(name, registry.snapshot()), [])
  assert.deepEqual(list(registry).headerArguments('constructor', registry.snapshot()), [], 'older revisions have none')
})

test('header arguments of tools that are not listed are told as well: whoever knows one may call it', () => {
  const argument = (header) => ({ type: 'string', 'x-mcp-header': header })
  const properties = (members) => ({ type: 'object', properties: members })
  const registry = registryOf(
    { name: 'twice', inputSchema: properties({ a: argument('X'), b: argument('x') }) },
    { name: 'huge', description: 'd'.repeat(5_000), inputSchema: properties({ in: properties({ a: argument('X') }) }) },
  )
  const listing = list(registry, { revision: '2026-07-28', limits: { maxPageBytes: 1_000 } })
  assert.equal(listing.judgement.tools, 0)
  const of = (path, header) => ({ path, header, type: 'string' })
  assert.deepEqual(listing.headerArguments('twice', registry.snapshot()), [of(['a'], 'X'), of(['b'], 'x')])
  assert.deepEqual(listing.headerArguments('huge', registry.snapshot()), [of(['in', 'a'], 'X')])
})

test('what cannot be a list is refused with its option', async () => {
  const registry = registryOf({ name: 'a' })
  for (const [options, expected] of [
    [{ revision: '2024-11-05' }, /revision/],
    [{ limits: { pageBytes: 0 } }, /page/],
    [{ limits: { bytes: 1 } }, /bytes/],
    [{ limits: { pageBytes: 9 * 2 ** 20 } }, /maxPageBytes/],
    [{ limits: 'large' }, /page/],
  ]) {
    const { code, message } = await refusal(() => list(registry, options))
    assert.equal(code, 'INVALID_OPTIONS')
    assert.match(message, expected)
  }
  const snapshot = registry.snapshot()
  const listing = new McpListing(snapshot, { revision: '2025-11-25' })
  for (const index of [-1, 1, 0.5, Number.NaN, 2 ** 32, '0']) assert.equal(listing.page(index), undefined)
  snapshot.release()
  assert.equal(await codeOf(() => new McpListing(snapshot, { revision: '2025-11-25' })), 'CLOSED')
  assert.equal(tools(listing).length, 1, 'a list outlives its snapshot')
})

test('a former list of another form is no former list', () => {
  const registry = registryOf({ name: 'a' })
  const former = list(registry, { revision: '2026-07-28' })
  const other = list(registry, { former })
  assert.notEqual(other.page(0)[0], former.page(0)[0])
  assert.equal(other.digest, list(registry).digest)
})

test('an empty registry has one empty page', () => {
  const listing = list(new ToolRegistry())
  assert.deepEqual(
    pages(listing).map((page) => page.toString()),
    ['[]'],
  )
})

test('a list does not keep the former ones', async () => {
  const program = `
    import { createRequire } from 'node:module'
    const { McpListing } = createRequire('${import.meta.url}')('../lib/snapshot/mcp-listing.js')
    let gone = 0
    const graves = new FinalizationRegistry(() => gone++)
    const registry = registryOf({ name: 'kept' })
    let listing
    for (let round = 0; round < 20; round++) {
      registry.replace(tool({ name: 'kept', description: 'round ' + round }))
      listing = new McpListing(registry.snapshot(), { revision: '2025-11-25' }, listing)
      listing.page(0)
      graves.register(listing)
    }
    for (let round = 0; round < 50 && gone < 19; round++) {
      gc()
      await new Promise(setImmediate)
    }
    console.log(gone, listing.pageCount)
  `
  assert.equal(await outputOf(program, { flags: ['--expose-gc'] }), '19 1\n')
})
