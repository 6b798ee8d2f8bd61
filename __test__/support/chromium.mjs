// Chromium of the system, driven by playwright-core, which brings no browser.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installDebianPackage } from '../../scripts/debian-package.mjs'
import { root } from './child.mjs'

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome']

const inPath = () => PROGRAMS.find((program) => spawnSync(program, ['--version']).status === 0)

/** The program in the PATH. In CI, root installs Debian's package where there is none. */
export function findChromium() {
  const found = inPath()
  if (found !== undefined || process.env.CI !== 'true') return found
  return installDebianPackage('chromium') ? inPath() : undefined
}

/** Starts the browser. Root has no sandbox. */
export function startBrowser(program) {
  const { chromium } = createRequire(join(root, 'site', 'package.json'))('playwright-core')
  const executablePath = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim()
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
}
