// The package as npm hands it to a user: packed, installed into an empty project, used in three ways.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root } from './support/child.mjs'
import { STRICT_TSC } from './support/typescript.mjs'

const project = mkdtempSync(join(tmpdir(), 'toolrack-user-'))
const example = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))[1]
const node = (...args) => execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
const npm = (cwd, ...args) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

before(() => {
  npm(root, 'pack', '--pack-destination', project, '--ignore-scripts')
  const tarball = readdirSync(project).find((file) => file.endsWith('.tgz'))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true }))
  npm(project, 'install', '--offline', '--no-audit', '--no-fund', join(project, tarball))
})
after(() => rmSync(project, { recursive: true, force: true }))

test('the package holds what a user needs and nothing else', () => {
  const installed = join(project, 'node_modules', 'toolrack')
  const files = readdirSync(installed)
    .filter((file) => !file.endsWith('.node'))
    .sort()
  assert.deepEqual(files, [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'binding.js',
    'index.d.ts',
    'lib',
    'package.json',
    'types',
  ])
  assert.equal(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')).dependencies, undefined)
})

test('the first example of the README runs under import', () => {
  writeFileSync(join(project, 'example.mjs'), example)
  assert.match(node('example.mjs'), /name: 'weather'[\s\S]*It is sunny in Oslo/)
})

test('the first example of the README runs under require', () => {
  const body = example.replace(/import (\{.*?\}) from '(.*?)'/, "const $1 = require('$2')")
  writeFileSync(join(project, 'example.cjs'), `(async () => {\n${body}\n})()`)
  assert.match(node('example.cjs'), /name: 'weather'[\s\S]*It is sunny in Oslo/)
})

test('the command is there', () => {
  assert.match(npm(project, 'exec', '--offline', '--', 'toolrack', '--help'), /^toolrack audit verify FILE/)
})

test('the types are accepted by tsc --strict, as ESM and as CommonJS', () => {
  for (const types of ['node', 'undici-types']) {
    const from = join(root, 'node_modules', types === 'node' ? '@types/node' : types)
    const to = join(project, 'node_modules', types === 'node' ? '@types/node' : types)
    mkdirSync(join(to, '..'), { recursive: true })
    cpSync(from, to, { recursive: true })
  }
  const typed = example.replace('async ({ city })', 'async ({ city }: { city: string })')
  writeFileSync(join(project, 'user.mts'), typed)
  writeFileSync(
    join(project, 'user.cts'),
    `import { ToolRegistry } from 'toolrack'\nconst size: number = new ToolRegistry().size\nexport { size }\n`,
  )
  node(...STRICT_TSC, '--noEmit', 'user.mts', 'user.cts')
})
