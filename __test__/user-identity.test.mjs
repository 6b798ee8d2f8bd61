// Who is a user, and who is nobody.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf, callFromRust, registryOf } from './support/tools.mjs'

const NOBODY = [
  undefined,
  null,
  false,
  true,
  0,
  NaN,
  '',
  ' ',
  '\t\r\n',
  '\0',
  '\0\0',
  '\u0007',
  '\u00a0',
  '\u00ad',
  '\u115f',
  '\u1160',
  '\u180e',
  '\u200b',
  '\u200c\u200d',
  '\u200e\u200f',
  '\u2028',
  '\u202e',
  '\u2060',
  '\u2064',
  '\u2800',
  '\u3000',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\uffa0',
  '\u{e0041}\u{e0064}',
  ' \u200b\0 ',
  {},
  [],
  [1],
  { id: 1 },
  0n,
]
const USERS = ['ada', '0', 'a\u200b', ' ada ', '漢', '\u{1f600}', 7, -1, 5n]

test('a userId that shows nothing is MISSING_CONTEXT, and one that shows anything is a user', async () => {
  const registry = registryOf({ requiresAuth: true, execute: (_, { userId }) => ({ userId: String(userId) }) })
  for (const userId of NOBODY) {
    assert.equal(
      await codeOf(() => registry.execute('echo', {}, { context: { userId } })),
      'MISSING_CONTEXT',
      JSON.stringify(String(userId)),
    )
  }
  for (const userId of USERS)
    assert.deepEqual(await registry.execute('echo', {}, { context: { userId } }), { userId: String(userId) })
})

test('the same holds for calls that begin on Rust threads', async () => {
  const registry = registryOf({ requiresAuth: true })
  for (const userId of [' ', '\0', '\u200b', '\u3164']) {
    const { error } = await callFromRust(registry, { context: { userId } })
    assert.equal(error.code, 'MISSING_CONTEXT', JSON.stringify(userId))
  }
})

test('rate limits count all who show nothing as one', async () => {
  const registry = new ToolRegistry({ enforceRateLimits: true })
  registry.register({ name: 'one', description: 'Once a minute', rateLimit: 1, execute: () => 1 })
  assert.equal(await registry.execute('one', {}, { context: { userId: '\u200b' } }), 1)
  for (const userId of [' ', '\u200b\u200b', '\0', '']) {
    assert.equal(
      await codeOf(() => registry.execute('one', {}, { context: { userId } })),
      'RATE_LIMITED',
      JSON.stringify(userId),
    )
  }
  assert.equal(await registry.execute('one', {}, { context: { userId: 'ada' } }), 1)
})
