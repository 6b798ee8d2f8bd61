// The packages as npm has them: what is in them, what they agree on, and their use in an empty project.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { after, before, test } from 'node:test'
import { PLATFORMS, optionalDependencies, platformFiles, readManifest } from '../scripts/platforms.mjs'
import { root } from './support/child.mjs'
import { emptyProject, projectWithToolrack } from './support/packages.mjs'

/** Size limit of toolrack's tarball without the addon: an install has it once, whatever the platform. */
const LARGEST = 850_000

const example = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))[1]
const text = (...path) => readFileSync(join(root, ...path), 'utf8')

let project
before(() => (project = projectWithToolrack()))
after(() => project.remove())

const installed = (name) => join(project.folder, 'node_modules', name)
const ownPackage = () => Object.keys(project.tarballs).find((name) => name !== 'toolrack')

test('toolrack has what a user needs and nothing else, and no addon', () => {
  const files = [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'examples',
    'index.d.ts',
    'lib',
    'package.json',
    'schema',
    'types',
  ]
  assert.deepEqual(readdirSync(installed('toolrack')).sort(), files)
  // An adapter that needs a class of its framework has an ESM build.
  const kinds = { lib: /\.m?js$/, types: /\.d\.m?ts$/ }
  for (const [folder, ending] of Object.entries(kinds)) {
    const all = readdirSync(join(installed('toolrack'), folder), { recursive: true, withFileTypes: true })
    const others = all.filter((entry) => entry.isFile() && !ending.test(entry.name)).map(({ name }) => name)
    assert.deepEqual(others, [])
  }
  const manifest = JSON.parse(readFileSync(join(installed('toolrack'), 'package.json'), 'utf8'))
  assert.equal(manifest.dependencies, undefined)
  assert.deepEqual(manifest.optionalDependencies, optionalDependencies(manifest))
})

test('every file of lib/ in the package is compiled from js/; the command line is one file', () => {
  const all = readdirSync(join(root, 'js'), { recursive: true })
  const sources = all.filter((file) => /\.m?ts$/.test(file) && !file.endsWith('.d.ts') && file.split(sep)[0] !== 'cli')
  const compiled = readdirSync(join(installed('toolrack'), 'lib'), { recursive: true })
  assert.deepEqual(
    compiled.filter((file) => /\.m?js$/.test(file)).sort(),
    [...sources.map((file) => file.replace(/ts$/, 'js')), join('command', 'toolrack.js')].sort(),
  )
})

test(`the tarball of toolrack has at most ${LARGEST} bytes`, () => {
  const { size } = statSync(project.tarballs.toolrack)
  assert.ok(size <= LARGEST, `it has ${size}`)
})

test('the package of a platform has its addon, and the license', () => {
  const name = ownPackage()
  const { addon } = Object.values(PLATFORMS).find((platform) => platform.name === name)
  assert.deepEqual(readdirSync(installed(name)).sort(), ['LICENSE', 'README.md', 'package.json', addon].sort())
})

test('npm/ has a package for each platform, in step with package.json', () => {
  const manifest = readManifest()
  const expected = platformFiles(manifest)
  const files = readdirSync(join(root, 'npm'), { recursive: true, withFileTypes: true })
  const paths = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  assert.deepEqual(
    paths.sort(),
    Object.keys(expected)
      .map((file) => join(root, file))
      .sort(),
  )
  for (const [file, content] of Object.entries(expected))
    assert.equal(text(file), content, `npm run platforms: ${file}`)
  assert.deepEqual(manifest.optionalDependencies, optionalDependencies(manifest), 'npm run platforms')
  assert.deepEqual(Object.keys(PLATFORMS), manifest.napi.targets)
})

test('the lock file links the packages of npm/: npm ci does not ask the registry for them', () => {
  const { packages } = JSON.parse(text('package-lock.json'))
  for (const { name, folder } of Object.values(PLATFORMS))
    assert.deepEqual(packages[`node_modules/${name}`], { resolved: folder, link: true }, 'npm run platforms')
})

test('the crates have the version of package.json', () => {
  const { version } = readManifest()
  assert.equal(/\[workspace\.package\]\nversion = "([^"]+)"/.exec(text('Cargo.toml'))[1], version)
  for (const crate of ['toolrack', 'toolrack-core'])
    assert.ok(text('Cargo.lock').includes(`name = "${crate}"\nversion = "${version}"\n`), `Cargo.lock: ${crate}`)
})

test('the first example of the README runs under import', () => {
  project.write('example.mjs', example)
  assert.equal(project.node('example.mjs'), 'It is sunny in Oslo\n')
})

test('the first example of the README runs under require', () => {
  const body = example.replace(/import (\{.*?\}) from '(.*?)'/, "const $1 = require('$2')")
  project.write('example.cjs', `(async () => {\n${body}\n})()`)
  assert.equal(project.node('example.cjs'), 'It is sunny in Oslo\n')
})

/** The sub-paths of the package that are no file of it. */
const subPaths = () => Object.keys(readManifest().exports).filter((path) => path !== '.' && !path.endsWith('.json'))

test('each adapter can be imported and required, and imports no framework', () => {
  const paths = subPaths().filter((path) => path !== './langchain')
  assert.ok(paths.length > 8)
  const names = paths.map((path) => `toolrack${path.slice(1)}`)
  const keys = (load) => `Object.keys(${load}).filter((key) => /Tool|Turn/.test(key)).sort().join()`
  const each = (load) => `for (const name of ${JSON.stringify(names)}) console.log(${keys(load)})`
  project.write('adapters.mjs', each('await import(name)'))
  project.write('adapters.cjs', each('require(name)'))
  const required = project.node('adapters.cjs')
  assert.equal(project.node('adapters.mjs'), required)
  assert.match(required, /^aiTools,finderTools,liveAiTools$/m)
})

test('the adapter for LangChain uses the copy of it that its caller has', () => {
  const tool = (format) => `(execute, { name }) => ({ name, format: '${format}', call: async () => {} })`
  const manifest = { name: '@langchain/core', version: '1.0.0', exports: {} }
  for (const path of ['./tools', './messages', './singletons'])
    manifest.exports[path] = { import: `${path}.mjs`, require: `${path}.cjs` }
  project.write('node_modules/@langchain/core/package.json', JSON.stringify(manifest))
  project.write('node_modules/@langchain/core/tools.mjs', `export const tool = ${tool('esm')}`)
  project.write('node_modules/@langchain/core/tools.cjs', `exports.tool = ${tool('cjs')}`)
  project.write('node_modules/@langchain/core/messages.mjs', 'export class ToolMessage {}')
  project.write('node_modules/@langchain/core/messages.cjs', 'exports.ToolMessage = class {}')
  project.write('node_modules/@langchain/core/singletons.mjs', 'export const AsyncLocalStorageProviderSingleton = {}')
  project.write('node_modules/@langchain/core/singletons.cjs', 'exports.AsyncLocalStorageProviderSingleton = {}')
  const program = `
    const registry = new ToolRegistry()
    registry.register({ name: 'a', description: 'A', execute: () => 1 })
    console.log(langchainTools(registry)[0].format)`
  const names = ['ToolRegistry } from "toolrack"', 'langchainTools } from "toolrack/langchain"']
  project.write('langchain.mjs', names.map((one) => `import { ${one}\n`).join('') + program)
  const constants = names.map((one) => `const { ${one.replace(/ from (.*)/, ' = require($1)')}\n`)
  project.write('langchain.cjs', constants.join('') + program)
  assert.deepEqual([project.node('langchain.mjs'), project.node('langchain.cjs')], ['esm\n', 'cjs\n'])
})

test('each program of examples/ runs from the installed package', () => {
  const programs = readdirSync(join(installed('toolrack'), 'examples')).filter((file) => file.endsWith('.mjs'))
  assert.ok(programs.length >= 6)
  for (const file of programs)
    assert.equal(
      project.node(`node_modules/toolrack/examples/${file}`),
      text('__test__', 'examples', file.replace(/mjs$/, 'txt')),
    )
  assert.match(project.node('node_modules/toolrack/examples/orchestrator/main.mjs'), /^4\. summarize /m)
})

test('the command is there', () => {
  assert.match(project.npm('exec', '--offline', '--', 'toolrack', '--help'), /^toolrack COMMAND/)
})

test('toolrack without the package of its platform says what to install', (t) => {
  const other = emptyProject()
  t.after(() => other.remove())
  other.install('--omit=optional', project.tarballs.toolrack)
  other.write('user.cjs', `try { require('toolrack') } catch (error) { console.log(error.message) }`)
  const message = other.node('user.cjs')
  assert.ok(message.includes(`npm install --save-optional ${ownPackage()}@${readManifest().version}`), message)
  assert.match(message, /--omit=optional/)
})
