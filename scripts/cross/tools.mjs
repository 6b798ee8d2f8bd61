// What is needed from outside the checkout: packages from PyPI, which come by themselves, and all else, which is asked
// for.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../steps.mjs'

/** Where all that is made and fetched is kept; `cargo clean` deletes it. */
export const work = join(root, 'target', 'cross')

/** Something that this machine lacks; the message says how to get it. */
export class MissingTool extends Error {}

/** Throws where a tool is not there. */
export function need(there, what) {
  if (!there) throw new MissingTool(`there is no ${what}`)
}

/** The folder with packages from PyPI, for this system or another one. */
export function fromPyPI(packages, platform) {
  const folder = join(work, [...packages, platform].filter(Boolean).join('-'))
  if (existsSync(folder)) return folder
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  // No environment of its own: with `--target`, pip writes into that folder alone, for another system too.
  const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--target', unfinished]
  if (platform !== undefined) flags.push('--platform', platform)
  const { status, error, stderr } = spawnSync('python3', ['-m', 'pip', 'install', ...flags, ...packages], {
    encoding: 'utf8',
  })
  const wanted = `${packages.join(' and ')} from PyPI, by pip (apt-get install python3-pip)`
  need(status === 0, `${wanted}: ${error?.message ?? stderr?.trim()}`)
  renameSync(unfinished, folder)
  return folder
}
