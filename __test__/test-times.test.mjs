// The ten slowest parts that `npm test` ends with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cargoTimes, fileTimes, slowest } from '../scripts/slowest.mjs'

test('each binary of cargo test is a part', () => {
  const { parts, readLine } = cargoTimes()
  const lines = [
    '     Running unittests src/lib.rs (target/debug/deps/toolrack_core-1)',
    'running 1 test',
    'test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 25.71s',
    '     Running tests/main.rs (target/debug/deps/facts-2)',
    'test result: ok. 9 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.50s',
    '   Doc-tests toolrack_core',
    'test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s',
  ]
  lines.forEach(readLine)
  assert.deepEqual(parts, [
    { name: 'core/src/lib.rs', seconds: 25.71 },
    { name: 'core/tests/main.rs', seconds: 0.5 },
    { name: 'doctests of toolrack_core', seconds: 1 },
  ])
})

test('the tests of a file are summed up, and the slowest parts come first', () => {
  const parts = fileTimes('{"file":"a","ms":1500}\n{"file":"b","ms":2000}\n{"file":"a","ms":1000}\n')
  assert.deepEqual(parts, [
    { name: 'a', seconds: 2.5 },
    { name: 'b', seconds: 2 },
  ])
  assert.deepEqual(slowest([...parts, { name: 'c', seconds: 30 }], 2), ['    30.0  c', '     2.5  a'])
})
