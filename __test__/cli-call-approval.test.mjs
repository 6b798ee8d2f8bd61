// `toolrack call` on a terminal: a person approves a call that needs it, or does not.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { registryOf } from './support/tools.mjs'

const { askForApproval } = createRequire(import.meta.url)('../lib/cli/call/ask-approval.js')

/** A call of a tool that needs approval, at a terminal. */
function terminal() {
  const registry = registryOf({ name: 'pay', requiresApproval: true })
  const [input, output, told] = [new PassThrough(), new PassThrough(), []]
  const controller = new AbortController()
  askForApproval(registry, {
    input,
    output,
    hide: (text) => text.replaceAll('s3cret', '${TOKEN}'),
    onQuestion: () => told.push('question'),
    onLeave: () => controller.abort(),
  })
  const { signal } = controller
  const call = (args) => registry.execute('pay', args, { signal }).catch(({ code }) => code)
  let text = ''
  const asked = new Promise((resolve) =>
    output.on('data', (chunk) => (text += chunk).includes('[y/N]') && resolve(text)),
  )
  return { input, call, asked, told, controller }
}

for (const [answer, isMade] of [
  ['y', true],
  ['Yes ', true],
  ['n', false],
  ['', false],
  ['yeah', false],
  ['yy', false],
])
  test(`"${answer}" ${isMade ? 'approves' : 'rejects'} a call`, async () => {
    const { input, call, asked, told } = terminal()
    const outcome = call({ amount: 5 })
    assert.equal(
      await asked,
      'toolrack: pay needs approval. Its arguments:\n{\n  "amount": 5\n}\nApprove this call? [y/N] ',
    )
    assert.deepEqual(told, ['question'])
    input.write(`${answer}\n`)
    assert.deepEqual(await outcome, isMade ? { amount: 5 } : 'APPROVAL_REJECTED')
  })

test('an end of the input rejects a call', async () => {
  const { input, call, asked } = terminal()
  const outcome = call({})
  await asked
  input.end()
  assert.equal(await outcome, 'APPROVAL_REJECTED')
})

test('an answer after the call has ended does nothing', async () => {
  const { input, call, asked, controller } = terminal()
  const outcome = call({})
  await asked
  controller.abort()
  assert.equal(await outcome, 'CANCELLED')
  input.write('y\n')
  await new Promise(setImmediate)
})

test('a terminal shows neither secrets nor what hides', async () => {
  const { input, call, asked } = terminal()
  const outcome = call({ a: 's3cret', b: 'x\u202e\u001b[2J' })
  const text = await asked
  assert.ok(text.includes('"${TOKEN}"') && text.includes(String.raw`x\u{202E}\u001b[2J`), text)
  input.write('n\n')
  await outcome
})
