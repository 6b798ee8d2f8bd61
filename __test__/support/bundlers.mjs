// Bundlers: the program of docs/bundlers.md, bundled by Vite and webpack with the configurations of that page.
import assert from 'node:assert/strict'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawned } from './child.mjs'
import { folder } from './documents.mjs'
import { claimsOf, codeBlocks, spaceless } from './examples.mjs'
import { read } from './markdown.mjs'
import { programs } from './programs.mjs'

const PROGRAM = 'Bundlers: esbuild, Vite, webpack, Next'

/** `npx webpack` is a package of its own; this is all that it does here. */
const WEBPACK = `
import webpack from 'webpack'
import config from './webpack.config.mjs'
webpack(config, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString())
})
`

/** What bundles, beside the configuration under the heading of that name. */
export const BUNDLERS = {
  Vite: ['node_modules/vite/bin/vite.js', 'build'],
  webpack: ['--input-type=module', '--eval', WEBPACK],
}

const blocksOf = (heading) => codeBlocks(read('docs/bundlers.md'), ['js']).filter((block) => block.heading === heading)

/** Writes a block into the file that its first line names. */
const writeBlock = (path, { code }) => writeFile(join(path, /^\/\/ (\S+)\n/.exec(code)[1]), code)

/** Bundles the program of docs/bundlers.md and runs the bundle, which has toolrack outside of itself. */
export async function bundleProgram(t, bundler) {
  const path = await folder(t)
  await symlink(join(programs, 'node_modules'), join(path, 'node_modules'), 'junction')
  const [program] = blocksOf(PROGRAM)
  for (const block of [program, ...blocksOf(bundler)]) await writeBlock(path, block)
  for (const args of [BUNDLERS[bundler], ['dist/agent.mjs']]) {
    const { code, stdout, stderr } = await spawned(process.execPath, args, { cwd: path, killAfterMs: 60_000 })
    assert.equal(code, 0, `${stdout}\n${stderr}`)
    if (args[0] !== 'dist/agent.mjs') continue
    const said = spaceless(stdout)
    for (const claim of claimsOf(program.code)) assert.ok(said.includes(spaceless(claim)), `${claim}:\n${stdout}`)
  }
}
