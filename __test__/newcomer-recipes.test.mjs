// Recipes of somebody new: the blocks of one page alone, with toolrack from its tarballs in an empty folder, end with
// the result that they state.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RECIPES, blockOf, printsClaims, runRecipe } from './newcomer/recipes.mjs'
import { codeBlocks } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { emptyProject, projectWithToolrack } from './support/packages.mjs'

let project
before(() => (project = projectWithToolrack()))
after(() => project.remove())

for (const [goal, { page }] of Object.entries(RECIPES))
  test(`the blocks of docs/${page}.md alone are enough to ${goal}`, () => runRecipe(project, goal))

test('a block that states no result, or prints another one, is no recipe', () => {
  assert.throws(() => printsClaims('console.log(1)', '1'), /states no result/)
  assert.throws(() => printsClaims('console.log(1) // 1', '2'), /1:\n2/)
})

test('the steps of the Dockerfile of docs/serverless.md install toolrack and start its server', (t) => {
  const image = emptyProject()
  t.after(() => image.remove())
  const [{ code: dockerfile }] = codeBlocks(read('docs/serverless.md'), ['dockerfile'])
  const code = blockOf('serverless', 'Cloud Run')
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
