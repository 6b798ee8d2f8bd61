// A program of somebody new: `newcomer/agent.ts`, with toolrack from its tarballs, in every kind of project.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import { root } from './support/child.mjs'
import { emptyProject, projectWithToolrack } from './support/packages.mjs'

const text = (file) => readFileSync(join(root, '__test__', 'newcomer', file), 'utf8')
const AGENT = text('agent.ts')
const OUTPUT = text('agent.txt')

let project
before(() => (project = projectWithToolrack()))
after(() => project.remove())

/** Compiles files of the project by a tsconfig.json that checks the types of toolrack too. */
function compile(files, options) {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false }
  const compilerOptions = { target: 'es2022', lib: ['es2023', 'dom'], types: [], ...strict, ...options }
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  for (const file of files) project.write(file, AGENT)
  try {
    project.node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'))
  } catch (error) {
    assert.fail(`does not compile:\n${error.stdout}`)
  }
}

test('it runs as an ES module, compiled with the module resolution of Node', () => {
  compile(['agent.mts'], { module: 'nodenext', outDir: 'esm' })
  assert.match(readFileSync(join(project.folder, 'esm/agent.mjs'), 'utf8'), /^import \{.*\} from 'toolrack'/m)
  assert.equal(project.node('esm/agent.mjs'), OUTPUT)
})

test('it runs as CommonJS, compiled with the module resolution of Node', () => {
  compile(['agent.cts'], { module: 'nodenext', outDir: 'cjs' })
  assert.match(readFileSync(join(project.folder, 'cjs/agent.cjs'), 'utf8'), /require\("toolrack"\)/)
  assert.equal(project.node('cjs/agent.cjs'), OUTPUT)
})

test('it compiles with the module resolution of bundlers', () => {
  compile(['agent.ts'], { module: 'preserve', moduleResolution: 'bundler', noEmit: true })
})

test('it compiles with @types/node in place of the DOM', () => {
  for (const name of ['@types/node', 'undici-types']) project.borrow(name)
  compile(['agent.mts', 'agent.cts'], { module: 'nodenext', lib: ['es2023'], types: ['node'], noEmit: true })
})

/** What esbuild is told about the addon, by what becomes of it. */
const BUNDLES = {
  'a bundle of toolrack, with the addon in node_modules': { format: 'cjs', external: ['toolrack-*'] },
  'a bundle of toolrack and its addon, in a folder without node_modules': {
    format: 'cjs',
    loader: { '.node': 'copy' },
  },
  'an ES module beside toolrack': { format: 'esm', packages: 'external' },
}
for (const [name, options] of Object.entries(BUNDLES)) {
  test(`it runs as ${name}`, async (t) => {
    project.write('agent.ts', AGENT)
    const place = options.loader === undefined ? project : emptyProject()
    if (place !== project) t.after(() => place.remove())
    const outfile = join(place.folder, 'bundle', options.format === 'esm' ? 'agent.mjs' : 'agent.cjs')
    await build({
      entryPoints: [join(project.folder, 'agent.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      ...options,
    })
    assert.equal(place.node(outfile), OUTPUT)
  })
}
