// Recipes of somebody new: a block of a page alone, with toolrack from its tarballs in an empty folder, ends with the
// result that it states.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { claimsOf, codeBlocks, spaceless } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { emptyProject, projectWithToolrack } from './support/packages.mjs'

/** What somebody wants, and the page and heading whose first block does it. */
const RECIPES = {
  'limit the rate of one tool': ['limits', 'Limits'],
  'serve two tenants': ['tenants', 'Tenants'],
  'keep tools while an API is down': ['state', 'State file'],
  'hold a breaking change and approve it': ['review', 'Review of changes'],
  'stream to a browser': ['streaming', 'Stream to a browser'],
  'test an agent without a network': ['testing', 'Testing an agent without a network'],
  'run in a cluster': ['deployment', 'Clusters and worker threads'],
}

let project
before(() => (project = projectWithToolrack()))
after(() => project.remove())

const blockOf = (page, heading) => codeBlocks(read(`docs/${page}.md`), ['js']).find((one) => one.heading === heading)

/** Checks that a program prints what its code claims. */
function printsClaims(code, output) {
  for (const claim of claimsOf(code)) assert.ok(spaceless(output).includes(spaceless(claim)), `${claim}:\n${output}`)
}

/** What options of esbuild's command line are in its API: `--bundle`, `--format=esm`, the entry. */
function esbuildOptions(words) {
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('='))
  const entryPoints = words.filter((word) => !word.startsWith('--'))
  return { entryPoints, ...Object.fromEntries(flags.map(([name, value = true]) => [name, value])) }
}

for (const [goal, [page, heading]] of Object.entries(RECIPES))
  test(`the block of docs/${page}.md alone is enough to ${goal}`, () => {
    const { code } = blockOf(page, heading)
    project.write('recipe.mjs', code)
    printsClaims(code, project.node('recipe.mjs'))
  })

test('the blocks of docs/bundlers.md alone are enough to bundle for production', async () => {
  const { code } = blockOf('bundlers', 'Bundlers: esbuild, Vite, webpack, Next')
  const [commands] = codeBlocks(read('docs/bundlers.md'), ['sh'])
  const [bundle, , run] = commands.code.trim().split('\n')
  assert.match(bundle, /^npx esbuild /)
  project.write('agent.mjs', code)
  await build({ ...esbuildOptions(bundle.split(' ').slice(2)), absWorkingDir: project.folder })
  printsClaims(code, project.node(...run.split(' ').slice(1)))
})

test('the steps of the Dockerfile of docs/serverless.md install toolrack and start its server', (t) => {
  const image = emptyProject()
  t.after(() => image.remove())
  const [{ code: dockerfile }] = codeBlocks(read('docs/serverless.md'), ['dockerfile'])
  const { code } = blockOf('serverless', 'Cloud Run')
  for (const name of ['package.json', 'package-lock.json', 'tarballs'])
    cpSync(join(project.folder, name), join(image.folder, name), { recursive: true })
  // `npm ci` wants the packages of all platforms in the lock file; before they are published it has one of them.
  const [, omit] = /^RUN npm ci (.*)$/m.exec(dockerfile)
  image.install(omit)
  image.write('server.mjs', code)
  const [node, ...args] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)[1])
  assert.equal(node, 'node')
  printsClaims(code, image.node(...args))
})
