// Closures that throw and answer what throws again at every look: each call settles, and the process goes on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'
import { CLOSURES, DOORS, FUNCTIONS, WRITERS } from './support/hostile.mjs'

for (const door of Object.keys({ ...DOORS, ...WRITERS, ...FUNCTIONS })) {
  test(`${door}: ${CLOSURES.length} hostile closures settle as expected, without unhandled rejections`, async () => {
    const program =
      `import { surprises } from './__test__/support/hostile.mjs'\n` +
      `console.log(JSON.stringify(await surprises('${door}')))`
    assert.deepEqual(JSON.parse(await outputOf(program, { killAfterMs: 300_000 })), [])
  })
}
