// What inference costs the compiler: counted, since a time depends on the machine.
import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { STRICT_TSC } from './support/typescript.mjs'

const REGISTRATIONS = 500
/** Instantiations of types for each registration: 1,123 were measured (TypeScript 7.0.2), in 3 ms each. */
const MOST_INSTANTIATIONS = 3_000

const SHAPES = [
  (i) => `parameters: {
    city_${i}: { type: 'string' }, days: { type: 'integer', default: 1 }, units: { enum: ['a', 'b'], required: false },
    where: { type: 'object', properties: { lat: { type: 'number' }, lon: { type: 'number' } } },
  }, execute: (params) => params.city_${i}.length + params.days`,
  (i) => `inputSchema: { type: 'object', required: ['id_${i}'], properties: {
    id_${i}: { type: 'string' }, either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
  } }, execute: (params) => params.id_${i}.length`,
]

test(`${REGISTRATIONS} registrations compile within a bound of instantiations`, async (t) => {
  const path = await folder(t)
  await mkdir(join(path, 'node_modules', '@types'), { recursive: true })
  await symlink(root, join(path, 'node_modules', 'toolrack'), 'junction')
  for (const name of ['@types/node', 'undici-types'])
    await symlink(join(root, 'node_modules', name), join(path, 'node_modules', name), 'junction')
  const registrations = Array.from(
    { length: REGISTRATIONS },
    (_, i) => `registry.register({ name: 't${i}', description: 'd', ${SHAPES[i % SHAPES.length](i)} })`,
  )
  const program = ["import { ToolRegistry } from 'toolrack'", 'const registry = new ToolRegistry()', ...registrations]
  await writeFile(join(path, 'many.mts'), program.join('\n'))
  const args = [...STRICT_TSC, '--noEmit', '--skipLibCheck', '--extendedDiagnostics', 'many.mts']
  const { code, stdout } = await runFile(args, { cwd: path, killAfterMs: 120_000 })
  assert.equal(code, 0, stdout)
  const [, instantiations] = /^Instantiations:\s+(\d+)/m.exec(stdout)
  assert.ok(Number(instantiations) > REGISTRATIONS, 'the closures have no inferred types')
  assert.ok(Number(instantiations) <= REGISTRATIONS * MOST_INSTANTIATIONS, `${instantiations} instantiations`)
})
