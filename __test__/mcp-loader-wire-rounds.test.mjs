// McpLoader, faults on the wire by chance; a thousand rounds are in the long tests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireRounds } from './support/wire-rounds.mjs'

const ROUNDS = 100

test(`${ROUNDS} rounds of faults over stdio and HTTP cost no other call anything`, async (t) => {
  const { codes, ran, processes } = await wireRounds(t, { rounds: ROUNDS, seed: 44 })
  for (const code of ['ok', 'UPSTREAM_FAILED']) assert.ok(codes.get(code) > 10, JSON.stringify([...codes]))
  assert.ok(ran > ROUNDS && processes > 3, `${ran} calls, ${processes} processes`)
})
