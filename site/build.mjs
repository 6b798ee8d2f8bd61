// Builds the site into `site/dist`: the pages by VitePress, the API reference by TypeDoc. `npm run docs` runs it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REPOSITORY } from './links.mjs'

const site = fileURLToPath(new URL('.', import.meta.url))
const PAGE_LINK = new RegExp(`${REPOSITORY}/blob/main/docs/([\\w/-]+)\\.md`, 'g')

/** Runs the program of a package of this folder. */
async function run(program, ...args) {
  const child = spawn(process.execPath, [join(site, 'node_modules', program), ...args], { cwd: site, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with code ${code}`)
}

/** Links of the reference to pages of docs/ stay in the site. */
function linkToPages(api) {
  for (const file of readdirSync(api, { recursive: true }).filter((name) => name.endsWith('.html'))) {
    const path = join(api, file)
    const up = relative(dirname(path), join(api, '..')).replaceAll('\\', '/')
    writeFileSync(path, readFileSync(path, 'utf8').replace(PAGE_LINK, `${up}/$1.html`))
  }
}

// VitePress empties its folder, so that TypeDoc writes beside it first.
const written = join(site, '.api')
const api = join(site, 'dist', 'api')
await Promise.all([
  run('vitepress/bin/vitepress.js', 'build', '.'),
  run('typedoc/bin/typedoc', '--options', 'typedoc.json', '--out', written),
])
linkToPages(written)
renameSync(written, api)
console.log(`the site is in ${relative(process.cwd(), join(site, 'dist'))}: open it through a web server`)
