// A thousand rounds of faults over stdio and HTTP before McpLoader: what holds in a hundred, and memory that returns.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wireRounds } from '../support/wire-rounds.mjs'

const ROUNDS = 1_000
const SEED = Number(process.env.TOOLRACK_SEED ?? 20_260_728)

test('a_thousand_rounds_of_faults_before_a_loader_leave_nothing', async (t) => {
  let before
  const onRound = (round) => {
    if (before === undefined && round >= 200) before = memory()
  }
  const { codes } = await wireRounds(t, { rounds: ROUNDS, seed: SEED, onRound })
  for (const code of ['ok', 'UPSTREAM_DOWN', 'UPSTREAM_FAILED', 'AUTH_FAILED'])
    assert.ok(codes.has(code), JSON.stringify([...codes]))
  const grown = memory() - before
  assert.ok(grown < 64 << 20, `${grown >> 20} MiB more`)
})

/** The bytes in use. Collected where the test runs with `--expose-gc`. */
function memory() {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
