// `toolrack diff` on two releases of real APIs: the second one is made by seeded edits, and each line of the result is
// judged. The documents are not part of this repository.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { EDITS, KUBERNETES_EDITS, STRIPE_EDITS, edit } from './cli/seeded-edits.mjs'
import { root, runFile } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { BIN } from './support/served-documents.mjs'

const specs = fileURLToPath(new URL('../../shared/specs/dev', import.meta.url))
const SEED = 7

for (const [name, file, edits] of [
  ['kubernetes', 'kubernetes.v2.json', { ...EDITS, ...KUBERNETES_EDITS }],
  ['stripe', 'stripe.v3.0.yaml', { ...EDITS, ...STRIPE_EDITS }],
])
  test(
    `${name}: each edit of ${Object.keys(edits).length} is told with its class, and nothing else is`,
    { skip: !existsSync(join(specs, file)) && 'no documents beside this checkout' },
    async (t) => {
      const text = readFileSync(join(specs, file), 'utf8')
      const document = file.endsWith('.json') ? JSON.parse(text) : load(text)
      const done = edit(document, edits, SEED)
      const next = join(await folder(t), 'next.json')
      await writeFile(next, JSON.stringify(document))
      const diff = (...options) => runFile([BIN, 'diff', file, next, ...options], { cwd: specs, killAfterMs: 120_000 })
      const [json, lines] = await Promise.all([diff('--json'), diff()])
      assert.deepEqual([json.code, json.stderr, lines.code], [1, '', 1])

      const { tools, stale } = JSON.parse(json.stdout)
      const told = tools.flatMap(({ tool, findings }) =>
        // A moved operation is another one: a digest tells its name from the reserved one.
        findings.map(({ class: kind, code }) => `${kind} ${code} ${tool.replace(/_[0-9a-f]{8}$/, '')}`),
      )
      const expected = done.flatMap(({ id, lines }) =>
        lines.map((line) => (line.split(' ').length === 3 ? line : `${line} ${id}`)),
      )
      assert.deepEqual(told.toSorted(), expected.toSorted())
      assert.deepEqual(
        stale,
        done.filter(({ what }) => what === 'an operation cannot be read any more').map(({ id }) => id),
      )

      const golden = readFileSync(join(root, '__test__', 'cli', `diff-${name}.txt`), 'utf8')
      assert.equal(lines.stdout.replace(next, 'next.json'), golden)
    },
  )
