// `npm run counts`: how callgrind's profiles are read, and which counts are too high.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProfile } from '../bench/counts/callgrind.mjs'
import { judge, OPERATIONS } from '../bench/counts/judge.mjs'

const PROFILE = `events: Ir

ob=(1) /usr/bin/node
fn=(1) main
0 100
cob=(2) /package/toolrack.node
cfn=(2)
calls=1 0
0 50
ob=(2)
fn=(2)
+3 40
* 7
ob=(1)
fn=(3)
-1 1
totals: 148
`

test('instructions are summed by object, and those of a called function count once', () => {
  assert.deepEqual(
    [...readProfile(PROFILE)],
    [
      ['/usr/bin/node', 101],
      ['/package/toolrack.node', 47],
    ],
  )
})

test('a profile that does not sum up is refused', () => {
  assert.throws(() => readProfile(PROFILE.replace('148', '150')), /sums up to 148 instructions, and says 150/)
})

const figures = (addon, process = addon) =>
  Object.fromEntries(OPERATIONS.map((operation) => [operation, { addon, process }]))
const SAVED = { node: 'v20.0.0', operations: figures(1_000) }
const counted = (addon, process) =>
  Object.entries(figures(addon, process)).map(([operation, counts]) => ({ operation, ...counts }))

test('5 % more instructions are accepted, and more than that is refused for each operation', () => {
  assert.deepEqual(judge(counted(1_050), SAVED, 'v20.0.0').problems, [])
  const { problems } = judge(counted(1_051, 1_000), SAVED, 'v20.0.0')
  assert.equal(problems.length, OPERATIONS.length)
  assert.equal(problems[0], 'load of Box takes +5.1 % instructions (addon); at most +5 % is allowed')
})

test('the instructions of the whole process are compared under the Node of the figures alone', () => {
  assert.equal(judge(counted(1_000, 2_000), SAVED, 'v20.0.0').problems.length, OPERATIONS.length)
  const { problems, notes } = judge(counted(1_000, 2_000), SAVED, 'v22.0.0')
  assert.deepEqual([problems, notes.length], [[], 1])
})

test('fewer instructions are told, so that the figures are saved anew', () => {
  const { problems, notes } = judge(counted(900), SAVED, 'v20.0.0')
  assert.deepEqual([problems, notes.length], [[], 2 * OPERATIONS.length])
})

test('a document that is not there or is another edition is told, and a figure that is not saved is refused', () => {
  const [first, second, ...rest] = counted(1_000)
  const { problems, notes } = judge([{ ...second, document: 'abc' }, ...rest], SAVED, 'v20.0.0')
  assert.deepEqual([problems, notes.length], [[], 2])
  assert.match(judge([first], { node: 'v20.0.0', operations: {} }, 'v20.0.0').problems[0], /no figure is saved/)
})
