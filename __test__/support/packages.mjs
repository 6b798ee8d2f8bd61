// The packages as npm hands them to a user: packed, and installed into an empty project without a network.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { packBuilt } from '../../scripts/package.mjs'
import { root } from './child.mjs'

/** An empty project; `remove` deletes it. `node` and `npm` are the commands that run them. */
export function emptyProject({ node = [process.execPath], npm = ['npm'] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-user-'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true }))
  const run = ([command, ...first], ...args) =>
    execFileSync(command, [...first, ...args], {
      cwd: folder,
      encoding: 'utf8',
      shell: command === 'npm' && process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  return {
    folder,
    write: (file, text) => (
      mkdirSync(dirname(join(folder, file)), { recursive: true }),
      writeFileSync(join(folder, file), text)
    ),
    /** Copies a package of this checkout's development into the project. */
    borrow: (name) => cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true }),
    node: (...args) => run(node, ...args),
    npm: (...args) => run(npm, ...args),
    install: (...args) => run(npm, 'install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A project that has installed the packed toolrack, with the package of this platform. */
export function projectWithToolrack() {
  const project = emptyProject()
  const tarballs = packBuilt(join(project.folder, 'tarballs'))
  project.install(...Object.values(tarballs))
  return { ...project, tarballs }
}
