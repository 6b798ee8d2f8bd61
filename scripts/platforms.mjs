// The packages of the addon, one for each platform. `npm run platforms` writes them into npm/, into the
// optionalDependencies of package.json and into the lock file; `npm version` runs it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run } from './steps.mjs'

/** By the Rust target: the package's suffix, who installs it, and what its README calls it. */
export const PLATFORMS = {
  'x86_64-unknown-linux-gnu': platform('linux-x64-gnu', 'Linux on x64 with glibc', 'glibc'),
  'x86_64-unknown-linux-musl': platform('linux-x64-musl', 'Linux on x64 with musl', 'musl'),
  'aarch64-unknown-linux-gnu': platform('linux-arm64-gnu', 'Linux on arm64 with glibc', 'glibc'),
  'aarch64-unknown-linux-musl': platform('linux-arm64-musl', 'Linux on arm64 with musl', 'musl'),
  'x86_64-apple-darwin': platform('darwin-x64', 'macOS on x64'),
  'aarch64-apple-darwin': platform('darwin-arm64', 'macOS on arm64'),
  'x86_64-pc-windows-msvc': platform('win32-x64-msvc', 'Windows on x64'),
}

function platform(suffix, title, libc) {
  const [os, cpu] = suffix.split('-')
  return {
    name: `toolrack-${suffix}`,
    folder: `npm/${suffix}`,
    addon: `toolrack.${suffix}.node`,
    title,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
  }
}

export const readManifest = () => JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))

/** The files of npm/ by their paths, as they have to be. */
export function platformFiles({ version, license, author, repository, engines }) {
  const files = {}
  for (const { name, folder, addon, title, os, cpu, libc } of Object.values(PLATFORMS)) {
    const description = `The addon of toolrack for ${title}`
    const what = { name, version, description, license, author, repository, type: 'commonjs', main: addon }
    files[`${folder}/package.json`] = json({ ...what, files: [addon], engines, os, cpu, libc })
    files[`${folder}/README.md`] =
      `# ${name}\n\n${description}. npm installs it with [toolrack](https://www.npmjs.com/package/toolrack) on this ` +
      `platform;\nnothing else uses it.\n`
  }
  return files
}

/** What package.json has as optionalDependencies, in the order of npm: the packages of this very version. */
export const optionalDependencies = ({ version }) =>
  Object.fromEntries(
    Object.values(PLATFORMS)
      .map(({ name }) => [name, version])
      .sort(),
  )

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Writes npm/, the optionalDependencies of package.json, and the lock file. */
export async function writePlatforms() {
  const manifest = readManifest()
  for (const [file, text] of Object.entries(platformFiles(manifest))) {
    mkdirSync(dirname(`${root}/${file}`), { recursive: true })
    writeFileSync(`${root}/${file}`, text)
  }
  // The lock file has links to npm/ in place of the registry's packages: `npm ci` works in a checkout before they are
  // published, and asks nobody for their names. npm makes a link of `file:`, and keeps it while its version is the one
  // that is asked for.
  const links = Object.fromEntries(Object.values(PLATFORMS).map(({ name, folder }) => [name, `file:${folder}`]))
  for (const dependencies of [links, optionalDependencies(manifest)]) {
    writeFileSync(`${root}/package.json`, json({ ...manifest, optionalDependencies: dependencies }))
    await run('lock file', 'npm', ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'])
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writePlatforms()
