// Recipes of somebody new: what they want, and the page of docs/ whose blocks alone do it in an empty folder that has
// toolrack from its tarballs. `node __test__/newcomer/recipes.mjs`, or with words of one goal, runs them by hand.
import assert from 'node:assert/strict'
import { build } from 'esbuild'
import { pathToFileURL } from 'node:url'
import { claimsOf, codeBlocks, spaceless } from '../support/examples.mjs'
import { read } from '../support/markdown.mjs'
import { projectWithToolrack } from '../support/packages.mjs'

/** By goal: the page, the heading of its block, and what is said beside what the block claims to print. */
export const RECIPES = {
  'rate-limit one tool': { page: 'limits', heading: 'Limits' },
  'serve two tenants': { page: 'tenants', heading: 'Tenants' },
  'keep tools while an API is down': { page: 'state', heading: 'State file' },
  'hold a breaking change and approve it': { page: 'review', heading: 'Review of changes' },
  'stream to a browser': { page: 'streaming', heading: 'Stream to a browser' },
  'test an agent without a network': {
    page: 'testing',
    heading: 'Testing an agent without a network',
    says: ['pass 1', 'fail 0'],
  },
  'run in a cluster': { page: 'deployment', heading: 'Clusters and worker threads', says: ['Process 2 has'] },
  'configure tools in one file': { page: 'config', heading: 'Load a configuration' },
  'serve an API to an MCP client': { page: 'serve', heading: 'Serve: an MCP server in one command' },
  'check an API document on the command line': {
    page: 'cli',
    heading: 'Command line: check, diff, tools, search, call, lock',
  },
  'find breaking changes in a pull request': {
    page: 'ci',
    heading: 'Continuous integration: check and diff in a pull request',
  },
  'bundle for production': {
    page: 'bundlers',
    heading: 'Bundlers: esbuild, Vite, webpack, Next',
    run: runBundle,
  },
}

/** The first block in JavaScript under a heading. */
export const blockOf = (page, heading) =>
  codeBlocks(read(`docs/${page}.md`), ['js']).find((one) => one.heading === heading).code

/** Checks that a program prints what its code claims, and what else it has to say. */
export function printsClaims(code, output, says = []) {
  const claims = [...claimsOf(code), ...says]
  assert.ok(claims.length > 0, 'the block states no result')
  for (const claim of claims) assert.ok(spaceless(output).includes(spaceless(claim)), `${claim}:\n${output}`)
}

/** Runs the block of a recipe in a project, and checks its result. */
export async function runRecipe(project, goal) {
  const { page, heading, says, run = runBlock } = RECIPES[goal]
  const code = blockOf(page, heading)
  printsClaims(code, await run(project, { page, code }), says)
}

function runBlock(project, { code }) {
  project.write('recipe.mjs', code)
  return project.node('recipe.mjs')
}

/** Bundles the block by the commands of the page, and runs the bundle. */
async function runBundle(project, { page, code }) {
  const [commands] = codeBlocks(read(`docs/${page}.md`), ['sh'])
  const [bundle, , run] = commands.code.trim().split('\n')
  assert.match(bundle, /^npx esbuild /)
  project.write('agent.mjs', code)
  await build({ ...esbuildOptions(bundle.split(' ').slice(2)), absWorkingDir: project.folder })
  return project.node(...run.split(' ').slice(1))
}

/** What options of esbuild's command line are in its API: `--bundle`, `--format=esm`, the entry. */
function esbuildOptions(words) {
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('='))
  const entryPoints = words.filter((word) => !word.startsWith('--'))
  return { entryPoints, ...Object.fromEntries(flags.map(([name, value = true]) => [name, value])) }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const words = process.argv.slice(2).join(' ')
  const project = projectWithToolrack()
  try {
    for (const goal of Object.keys(RECIPES).filter((one) => one.includes(words))) {
      await runRecipe(project, goal)
      console.log(`✓ ${goal}: docs/${RECIPES[goal].page}.md`)
    }
  } finally {
    project.remove()
  }
}
