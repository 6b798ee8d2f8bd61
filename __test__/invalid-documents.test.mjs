// What is no document: refused by the one class of errors, in a message that a log can hold.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { refusal } from './support/tools.mjs'

const LONG = 5_000_000
const PATHS = { openapi: '3.1.0', info: { title: 'a', version: '1' }, paths: {} }

function loaderOf(t) {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  return new SpecLoader(registry)
}

/** The refusal of a load and of a check, which is short. */
async function short(t, source, options) {
  const loader = loaderOf(t)
  for (const door of ['load', 'check']) {
    const error = await refusal(() => loader[door](source, options))
    assert.notEqual(error.code, 'INTERNAL', error.message)
    assert.ok(error.message.length < 10_000, `${error.message.length} characters of message`)
    assert.ok(JSON.stringify(error.details).length < 100_000, `${JSON.stringify(error.details).length} of details`)
    assert.doesNotMatch(error.message, /\0/)
  }
  return (await refusal(() => loader.load(source, options))).code
}

for (const [name, source, code] of [
  ['a long word', 'x'.repeat(LONG), 'SOURCE_UNREADABLE'],
  ['a long path', `/${'x/'.repeat(LONG / 2)}a.json`, 'SOURCE_UNREADABLE'],
  ['a file name that is too long', `${'x'.repeat(300)}.json`, 'SOURCE_UNREADABLE'],
  ['a path with a NUL', 'a\0b.json', 'SOURCE_UNREADABLE'],
  ['an address of a file with a NUL', 'file:///tmp/a%00b.json', 'SOURCE_UNREADABLE'],
  ['NULs alone', '\0'.repeat(LONG), 'SOURCE_UNREADABLE'],
  ['a long address', `https://a.example/${'x'.repeat(LONG)}`, 'SOURCE_UNREADABLE'],
  ['a long host', `https://${'x'.repeat(LONG)}/`, 'SOURCE_UNREADABLE'],
  ['an address without a host', 'http://', 'SOURCE_UNREADABLE'],
  ['an address of another scheme', 'gopher://a.example/', 'SOURCE_UNREADABLE'],
  ['a long scheme', `${'x'.repeat(LONG)}://a`, 'SOURCE_UNREADABLE'],
  ['a port that is none', 'http://a.example:99999/', 'SOURCE_UNREADABLE'],
  ['a URL of another scheme', new URL('data:application/json,{}'), 'SOURCE_UNREADABLE'],
  ['nothing', '', 'SOURCE_UNREADABLE'],
  ['half a pair of characters', '\ud800', 'SOURCE_UNREADABLE'],
  ['a page of a web site', '<!doctype html>\n<html>', undefined],
  ['a long line of a text', `{${'x'.repeat(LONG)}`, undefined],
  ['a long line of YAML', `a: ${'x'.repeat(LONG)}\nb`, undefined],
  ['a key that is long', { [`${'k'.repeat(LONG)}`]: 1 }, undefined],
  ['a version that is long', { openapi: 'x'.repeat(LONG), paths: {} }, undefined],
  ['bytes that are no text', Buffer.alloc(LONG, 0xff), undefined],
  ['no bytes', new Uint8Array(0), undefined],
  ['undefined', undefined, 'INVALID_OPTIONS'],
  ['null', null, 'INVALID_OPTIONS'],
  ['a number', 5, 'INVALID_OPTIONS'],
  ['a bigint', 5n, 'INVALID_OPTIONS'],
  ['a boolean', true, 'INVALID_OPTIONS'],
  ['a symbol', Symbol('a'), 'INVALID_OPTIONS'],
  ['a function', () => PATHS, 'INVALID_OPTIONS'],
  ['an array', [], undefined],
  ['a promise', Promise.resolve(PATHS), undefined],
  [
    'an object that holds itself',
    (() => {
      const one = {}
      return Object.assign(one, { one })
    })(),
    'INVALID_OPTIONS',
  ],
  ['an object with a bigint', { paths: 5n }, 'INVALID_OPTIONS'],
]) {
  test(`${name} is no document, and is refused in short`, async (t) => {
    const told = await short(t, source)
    if (code !== undefined) assert.equal(told, code)
  })
}

test('options that are long are refused in short', async (t) => {
  const long = 'x '.repeat(LONG / 2)
  for (const options of [
    { name: 5 },
    { [long]: 1 },
    { namespace: long },
    { baseUrl: long },
    { headers: { [long]: 'a' } },
    { headers: { a: `\n${long}` } },
    { auth: { [long]: 5 } },
    { network: { authOrigins: [long] } },
    { overrides: { [long]: 5 } },
    { include: { [long]: 1 } },
    { document: { deprecated: long } },
    { targets: [long] },
    { callLimits: { [long]: 1 } },
    { limits: { tokens: { target: long } } },
    { gates: { [long]: 1 } },
    { document: { overlays: [long] } },
    { document: { arguments: long } },
  ]) {
    await short(t, PATHS, options)
  }
})

test('a directory that is none is refused in short', async (t) => {
  const loader = loaderOf(t)
  for (const directory of ['x'.repeat(LONG), 'a\0b', '/no/such/folder', '']) {
    const { code, message, details } = await refusal(() => loader.loadDirectory(directory))
    assert.equal(code, 'SOURCE_UNREADABLE')
    assert.ok(message.length < 10_000 && JSON.stringify(details).length < 100_000)
  }
})

test('names of sources that are long are unknown in short', async (t) => {
  const loader = loaderOf(t)
  const long = 'x'.repeat(LONG)
  for (const door of [
    () => loader.reload(long),
    () => loader.unload(long),
    () => loader.history(long),
    () => loader.approve(long),
    () => loader.watch(long),
    () => loader.rollback(long),
  ]) {
    const { message, details } = await refusal(door)
    assert.ok(message.length < 10_000 && JSON.stringify(details).length < 100_000, `${door}`)
  }
})

test('a folder in place of a file is refused', async (t) => {
  const directory = await folder(t)
  await mkdir(join(directory, 'a.json'))
  await writeFile(join(directory, 'b.json'), '')
  assert.equal(await short(t, join(directory, 'a.json')), 'SOURCE_UNREADABLE')
  await short(t, join(directory, 'b.json'))
})
