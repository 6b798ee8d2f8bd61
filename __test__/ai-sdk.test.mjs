// Runs the AI SDK loop of docs/agent-loops.md with the real SDK and a mock model.
import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { MockLanguageModelV3 } from 'ai/test'
import { root, runFile } from './support/child.mjs'
import { registryOf as tools } from './support/tools.mjs'
import { STRICT_TSC } from './support/typescript.mjs'

const path = mkdtempSync(join(tmpdir(), 'toolrack-'))
after(() => rmSync(path, { recursive: true, force: true }))
let run

before(async () => {
  const page = await readFile(join(root, 'docs', 'agent-loops.md'), 'utf8')
  const loops = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, code]) => code)
    .filter((code) => code.includes("from 'ai'"))
  assert.equal(loops.length, 1)
  await mkdir(join(path, 'node_modules', '@types'), { recursive: true })
  await symlink(root, join(path, 'node_modules', 'toolrack'), 'junction')
  for (const name of ['@types/node', 'undici-types', 'ai'])
    await symlink(join(root, 'node_modules', name), join(path, 'node_modules', name), 'junction')
  await writeFile(join(path, 'loop.mts'), `${loops[0]}\nexport { run }\n`)
  const { code, stdout } = await runFile([...STRICT_TSC, '--skipLibCheck', 'loop.mts'], {
    cwd: path,
    killAfterMs: 60_000,
  })
  assert.deepEqual([code, stdout], [0, ''])
  ;({ run } = await import(pathToFileURL(join(path, 'loop.mjs'))))
})

/** A model that makes these calls, and then is done. */
function modelOf(...calls) {
  const said = (content, reason) => ({
    content,
    finishReason: { unified: reason, raw: reason },
    usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
    warnings: [],
  })
  const content = calls.map(([toolName, input], i) => ({
    type: 'tool-call',
    toolCallId: `call_${i}`,
    toolName,
    input: JSON.stringify(input),
  }))
  return new MockLanguageModelV3({
    doGenerate: [said(content, 'tool-calls'), said([{ type: 'text', text: 'Done' }], 'stop')],
  })
}
/** A registry of tools that the loop shows. */
const registryOf = (...all) => tools(...all.map((one) => ({ category: 'external', ...one })))
/** The answers in the last message that a model was sent. */
const heardBy = ({ doGenerateCalls }) =>
  doGenerateCalls
    .at(-1)
    .prompt.at(-1)
    .content.map(({ output }) => output)
const context = { userId: 'ada', metadata: { tenant: 'acme' } }
const city = { city: { type: 'string', enum: ['Oslo'] } }

test('a call of the loop is made for the user of the context, whatever the model says', async () => {
  const registry = registryOf({
    name: 'who/am.i',
    inputSchema: undefined,
    parameters: city,
    execute: ({ city }, { userId, metadata }) => ({ city, userId, tenant: metadata.tenant }),
  })
  const [{ name }] = registry.definitions('ai-sdk')
  assert.notEqual(name, 'who/am.i')
  const model = modelOf([name, { city: 'Oslo' }], [name, { city: 'Oslo', userId: 'eve' }])
  const { text, steps } = await run(model, registry, context, 'Hello')
  assert.equal(text, 'Done')
  const answer = { type: 'json', value: { city: 'Oslo', userId: 'ada', tenant: 'acme' } }
  assert.deepEqual(heardBy(model), [answer, answer])
  assert.deepEqual(
    steps[0].content.filter(({ type }) => type === 'tool-error'),
    [],
  )
})

test('a failure in the loop is a tool-error, and the model reads what was wrong and what to do next', async () => {
  const registry = registryOf(
    { name: 'weather', inputSchema: undefined, parameters: city, execute: () => 'Sunny' },
    {
      name: 'fails',
      execute: () => {
        throw new Error('no wires')
      },
    },
    { name: 'mine', requiresAuth: true },
  )
  const model = modelOf(['weather', { city: 'Bergen' }], ['fails', {}], ['mine', {}], ['weather', { city: 'Oslo' }])
  const {
    steps: [{ content }],
  } = await run(model, registry, {}, 'Hello')
  const errors = content.filter(({ type }) => type === 'tool-error')
  assert.deepEqual(
    errors.map(({ toolCallId, error }) => [toolCallId, error.cause.error.code]),
    [
      ['call_0', 'INVALID_PARAMS'],
      ['call_1', 'TOOL_FAILED'],
      ['call_2', 'MISSING_CONTEXT'],
    ],
  )
  const heard = heardBy(model)
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['error-text', 'error-text', 'error-text', 'text'],
  )
  const { error } = JSON.parse(heard[0].value)
  assert.deepEqual([error.code, error.problems[0].pointer, typeof error.next], ['INVALID_PARAMS', '/city', 'string'])
})

test('whoever gives the loop up cancels the calls that are under way', async () => {
  let reached
  let cancelled
  const arrived = new Promise((resolve) => (reached = resolve))
  const ended = new Promise((resolve) => (cancelled = resolve))
  const hangs = (_, { signal }) =>
    new Promise(() => (reached(), signal.addEventListener('abort', () => cancelled(signal.reason.code))))
  const registry = registryOf({ name: 'hangs', execute: hangs })
  const controller = new AbortController()
  const model = modelOf(['hangs', {}])
  const loop = run(model, registry, context, 'Hello', controller.signal)
  loop.catch(() => {})
  await arrived
  controller.abort()
  assert.equal(await ended, 'CANCELLED')
  await assert.rejects(loop, { name: 'AbortError' })
})
