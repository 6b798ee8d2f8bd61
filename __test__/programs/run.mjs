// The facts in a runtime, without a test runner: ends with 1 where one does not hold.
import * as toolrack from 'toolrack'
import factsOf from './facts.cjs'

let held = 0
for (const [name, hold] of Object.entries(factsOf(toolrack))) {
  try {
    await hold()
    held++
  } catch (error) {
    process.exitCode = 1
    console.error(`✗ ${name}: ${error?.stack ?? error}`)
  }
}
console.log(JSON.stringify({ held }))
