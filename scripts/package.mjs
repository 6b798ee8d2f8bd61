// `npm run package [-- DIR] [--all]`: packs toolrack, and the package of each platform whose addon is built, into DIR
// (artifacts). With `--all` it fails where the addon of a platform is missing.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { PLATFORMS } from './platforms.mjs'
import { root } from './steps.mjs'

/** Packs what is built in a folder. Returns the paths of the tarballs by the names of their packages. */
export function packBuilt(destination, addons = root) {
  mkdirSync(destination, { recursive: true })
  const built = Object.values(PLATFORMS).filter(({ addon }) => existsSync(join(addons, addon)))
  const tarballs = { toolrack: pack(root, destination) }
  for (const platform of built) tarballs[platform.name] = packPlatform(platform, addons, destination)
  return tarballs
}

/** The addon is copied beside its package.json in a folder of its own: npm/ has only what is checked in. */
function packPlatform({ folder, addon }, addons, destination) {
  const staging = mkdtempSync(join(tmpdir(), 'toolrack-package-'))
  try {
    cpSync(join(root, folder), staging, { recursive: true })
    cpSync(join(addons, addon), join(staging, addon))
    cpSync(join(root, 'LICENSE'), join(staging, 'LICENSE'))
    return pack(staging, destination)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

function pack(folder, destination) {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination]
  const output = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' })
  const [{ filename }] = JSON.parse(output)
  return join(destination, filename)
}

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: 'boolean' } } })
  const missing = Object.values(PLATFORMS).filter(({ addon }) => !existsSync(join(root, addon)))
  if (values.all && missing.length > 0) {
    console.error(`✗ not built: ${missing.map(({ addon }) => addon).join(', ')}`)
    process.exit(1)
  }
  for (const tarball of Object.values(packBuilt(resolve(positionals[0] ?? join(root, 'artifacts')))))
    console.log(tarball)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main()
