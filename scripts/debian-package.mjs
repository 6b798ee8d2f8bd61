// Debian packages: programs of the distribution that a check needs.
import { spawnSync } from 'node:child_process'

/** Installs a package by apt-get, as root. Returns whether that was possible. */
export function installDebianPackage(name) {
  if (process.getuid?.() !== 0) return false
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  // Without a list of packages an install finds nothing; with an old one it may still succeed.
  if (!apt('--version')) return false
  apt('update', '--quiet')
  return apt('install', '--yes', '--quiet', '--no-install-recommends', name)
}
