// The guard of connections against private addresses (SSRF): addresses, names, and answers of DNS.
import assert from 'node:assert/strict'
import dns from 'node:dns'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { privateHost } from '../lib/border/native.js'
import { AddressGuard } from '../lib/mcp/client/address-guard.js'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { ERAS, plain, serve } from './support/mcp-http-misbehaviour.mjs'
import { never, open } from './support/mcp-upstream.mjs'

/** Addresses, and the block that each is in. */
const ADDRESSES = {
  '1.1.1.1': undefined,
  '2606:4700::1111': undefined,
  '127.0.0.1': '127.0.0.0/8 (loopback)',
  '169.254.169.254': '169.254.0.0/16 (link-local)',
  '168.63.129.16': '168.63.129.16/32 (host of a cloud)',
  '168.63.129.17': undefined,
  '::1': '::1/128 (loopback)',
  '::': '::/128 (unspecified)',
  'fe80::1%eth0': 'fe80::/10 (link-local)',
  'fd00::1': 'fc00::/7 (private)',
  '::ffff:10.0.0.1': '10.0.0.0/8 (private)',
  '::ffff:1.1.1.1': undefined,
  '64:ff9b::7f00:1': '127.0.0.0/8 (loopback)',
  '64:ff9b::101:101': undefined,
  '64:ff9b:1::1': '64:ff9b:1::/48 (NAT64 of one network)',
  '2002:a00:1::1': '10.0.0.0/8 (private)',
  '2002:101:101::1': undefined,
  '2606:4700::5efe:a00:1': '10.0.0.0/8 (private)',
  '2606:4700::200:5efe:c0a8:1': '192.168.0.0/16 (private)',
  '2001::1': '2001::/32 (Teredo)',
  '4000::1': '4000::/2 (reserved)',
}

for (const [address, block] of Object.entries(ADDRESSES))
  test(`the_address_${address}_is_${block === undefined ? 'public' : 'private'}`, () =>
    assert.equal(privateHost(address), block === undefined ? null : `in ${block}`))

/** Names: those of this machine and of private networks are known without DNS. */
const NAMES = {
  localhost: 'a local name',
  'LOCALHOST.': 'a local name',
  'a.b.localhost': 'a local name',
  'printer.local': 'a local name',
  'metadata.google.internal': 'a local name',
  'internal..': 'a local name',
  'localhost.example.com': null,
  notlocalhost: null,
  '256.0.0.1': null,
  '127.0.0.1.example': null,
  '': null,
}

for (const [name, why] of Object.entries(NAMES))
  test(`the_name_"${name}"_is_${why ?? 'no private one'}`, () => assert.equal(privateHost(name), why))

const cases = (text) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('|').map((cell) => cell.trim()))

test('the_private_addresses_of_clouds_are_private', () => {
  const rows = cases(readFileSync(new URL('../core/tests/addresses/clouds.txt', import.meta.url), 'utf8'))
  const addresses = rows.flat().filter((cell) => /^[\d.]+$|^[\da-f:]+:[\da-f:]+$/.test(cell))
  assert.ok(addresses.length > 5, String(rows))
  for (const address of addresses) assert.notEqual(privateHost(address), null, address)
})

/** Whether a URL passes without an answer of DNS, where these hosts are allowed. */
const URLS = [
  ['https://example.com/mcp', undefined, true],
  ['http://localhost:3000/mcp', undefined, true],
  ['http://127.0.0.1/mcp', undefined, true],
  ['http://[::1]/mcp', undefined, true],
  ['http://localhost:3000/mcp', [], false],
  ['http://LOCALHOST./mcp', [], false],
  ['http://a.b.localhost/mcp', [], false],
  ['http://metadata.google.internal/mcp', [], false],
  ['http://printer.local/mcp', [], false],
  ['http://0x7f.1/mcp', [], false],
  ['http://2130706433/mcp', [], false],
  ['http://[::ffff:127.0.0.1]/mcp', [], false],
  ['http://169.254.169.254/latest', ['localhost'], false],
  ['http://localhost:3000/mcp', ['LocalHost'], true],
  ['http://localhost:3000/mcp', ['localhost:3000'], true],
  ['http://localhost:3000/mcp', ['localhost:3001'], false],
  ['https://10.0.0.7/mcp', ['10.0.0.7:443'], true],
  ['http://[::1]:80/mcp', ['[::1]'], true],
  ['http://[::1]:80/mcp', ['::1'], true],
]

for (const [url, allowed, passes] of URLS)
  test(`${url}_${passes ? 'passes' : 'is_refused'}_where_${allowed?.join() ?? 'nothing is said'}_is_allowed`, () => {
    const check = () => new AddressGuard(new URL(url), allowed).check()
    if (passes) check()
    else assert.throws(check, { kind: 'down', message: /is private/ })
  })

/** The answer of DNS to each name, for one test. */
function answering(t, addresses) {
  const { lookup } = dns
  t.mock.method(dns, 'lookup', (name, options, done) =>
    name === 'rebinding.example'
      ? done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      : lookup(name, options, done),
  )
}

/** Looks a name up as a connection does. */
const lookUp = (guard, options) =>
  new Promise((resolve, reject) =>
    guard.lookup('rebinding.example', options, (error, ...found) => (error === null ? resolve(found) : reject(error))),
  )

test('a_name_with_one_private_address_is_refused_unless_it_is_allowed', async (t) => {
  answering(t, ['93.184.215.14', '10.0.0.7'])
  const url = new URL('http://rebinding.example:1/mcp')
  await assert.rejects(lookUp(new AddressGuard(url, undefined), { all: true }), /10\.0\.0\.0\/8 \(private\)/)
  const allowed = new AddressGuard(url, ['rebinding.example'])
  assert.equal((await lookUp(allowed, { all: true }))[0].length, 2)
  assert.deepEqual(await lookUp(allowed, {}), ['93.184.215.14', 4])
})

test('a_connection_to_a_name_of_a_private_address_is_refused_before_anything_is_sent', async (t) => {
  answering(t, ['127.0.0.1'])
  const { url, seen, sockets } = await serve(t, ERAS.modern)
  const named = url.replace('127.0.0.1', 'rebinding.example')
  await assert.rejects(connectorOf({ url: named })(never), { kind: 'down', message: /"rebinding.example" is private/ })
  assert.deepEqual([seen.length, sockets.size], [0, 0])
  assert.equal((await open(t, { url: named, allowPrivate: ['rebinding.example'] })).era, 'modern')
})

test('a_fetch_gets_no_private_url', async () => {
  let sent = 0
  const fetch = async () => {
    sent++
    return new Response('', { status: 404 })
  }
  await assert.rejects(connectorOf({ url: 'http://10.0.0.7/mcp', fetch, allowPrivate: [] })(never), { kind: 'down' })
  assert.equal(sent, 0)
})

test('a_redirect_leads_to_no_other_host', async (t) => {
  const other = await serve(t, ERAS.modern)
  const { url } = await serve(t, { 'server/discover': plain(307, '', { location: other.url }), initialize: plain(401) })
  await assert.rejects(connectorOf({ url, headers: { authorization: 'Bearer a' } })(never), { kind: 'down' })
  assert.deepEqual(other.seen, [])
})
