// `npm run targets`: what it says of a folder of documents.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { folder, text } from './support/documents.mjs'

const targets = (...args) => runFile([join(root, 'scripts/targets.mjs'), ...args])
const body = (schema) => ({ requestBody: { required: true, content: { 'application/json': { schema } } } })

test('each target is a row for its strict mode and one without, with what stays away and why', async (t) => {
  const path = await folder(t)
  const loop = {
    type: 'object',
    properties: { next: { $ref: '#/paths/~1loop/get/requestBody/content/application~1json/schema' } },
  }
  const open = { type: 'object', properties: { labels: { type: 'object', additionalProperties: { type: 'string' } } } }
  await writeFile(join(path, 'a.json'), text(['plain', 'loop', 'open'], { loop: body(loop), open: body(open) }))
  await writeFile(join(path, 'fragment.json'), '{"type": "string"}')
  const { code, stdout, stderr } = await targets(path)
  assert.deepEqual([code, stderr], [0, 'fragment.json: INVALID_SPEC\n'])
  const [documents, head, ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  assert.deepEqual(documents, ['documents 1'])
  assert.deepEqual(head, [
    'target',
    'strict',
    'tools',
    'go out',
    'in strict mode',
    'quarantined',
    'downgraded',
    'break a rule',
  ])
  const of = (target, strict) => rows.find((row) => row[0] === target && row[1] === String(strict)).slice(2)
  assert.equal(rows.length, 22)
  assert.deepEqual(of('openai', false), ['3', '3', '0', '0', '0', '0'])
  assert.deepEqual(of('openai', true), ['3', '3', '2', '0', '1 (OPEN_MAP 1)', '0'])
  assert.deepEqual(of('gemini-openapi', false), ['3', '3', '0', '0', '0', '0'])
})

test('a command without a folder says how it is used', async () => {
  const { code, stderr } = await targets()
  assert.deepEqual([code, stderr], [2, 'usage: npm run targets -- DIR\n'])
})
