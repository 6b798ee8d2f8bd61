// Addon loader: which addon this platform needs, and the error where it is missing.

import { isError } from './realm'

/** Platforms that have an addon, by the suffix of its package; `napi.targets` in package.json has the same ones. */
export const PLATFORMS = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
] as const

export type Platform = (typeof PLATFORMS)[number]

/** The package of a platform: the version in its package.json, and the addon. */
export interface PlatformPackage {
  readonly version: unknown
  readonly addon: unknown
}

/** What decides which addon is loaded. */
export interface Host {
  readonly platform: string
  readonly arch: string
  readonly usesMusl: () => boolean
  /** The version of this package. */
  readonly version: string
  /** The addon that a checkout has built for itself, if there is one. */
  readonly builtFile: (platform: Platform) => string | undefined
  readonly loadFile: (file: string) => unknown
  /** Loads the package of a platform; throws what `missingPackage` makes. */
  readonly loadPackage: (platform: Platform) => PlatformPackage
}

/** Loads the addon for a host: what a checkout has built, or else the package of its platform. */
export function loadAddon(host: Host): unknown {
  const platform = findPlatform(host)
  const file = host.builtFile(platform)
  return file === undefined ? loadFromPackage(platform, host) : loadFromFile(file, host)
}

function findPlatform({ platform, arch, usesMusl }: Host): Platform {
  const name = `${platform}-${arch}${platform === 'linux' ? (usesMusl() ? '-musl' : '-gnu') : ''}`
  const supported = PLATFORMS.find((one) => one === name || one === `${name}-msvc`)
  if (supported === undefined)
    throw new Error(`toolrack has no addon for ${name}; supported platforms: ${PLATFORMS.join(', ')}`)
  return supported
}

function loadFromFile(file: string, { loadFile }: Host): unknown {
  try {
    return loadFile(file)
  } catch (cause) {
    throw new Error(
      `toolrack cannot load the addon that this checkout has built: ${firstLine(cause)}\n` +
        `Build ${file} again on this machine: npm run build`,
      { cause },
    )
  }
}

function loadFromPackage(platform: Platform, { version, loadPackage }: Host): unknown {
  const installed = loadPackage(platform)
  if (installed.version !== version)
    throw new Error(
      `toolrack ${version} needs toolrack-${platform} ${version}, and ${String(installed.version)} is installed\n` +
        `Install the same version: ${installCommand(platform, version)}`,
    )
  return installed.addon
}

/** Makes the error of a package that is not installed, or whose addon does not load. */
export function missingPackage(platform: Platform, version: string, cause: unknown): Error {
  return new Error(
    `toolrack cannot load its addon for ${platform}: ${firstLine(cause)}\n` +
      `Install its package: ${installCommand(platform, version)}\n` +
      'Usual causes: npm ran with --omit=optional; the lock file was made on another platform and lacks this one; ' +
      'node_modules was copied from another platform. In a checkout of toolrack: npm run build',
    { cause },
  )
}

function installCommand(platform: Platform, version: string): string {
  return `npm install --save-optional toolrack-${platform}@${version}`
}

/** The first line of an error: behind it Node lists each file that led to the `require`. */
function firstLine(thrown: unknown): string {
  const message = isError(thrown) ? thrown.message : String(thrown)
  return message.split('\n', 1)[0] ?? message
}

/** Where a Linux system says which C library it has. */
export interface LibcSources {
  /** The text of a file; undefined where it cannot be read. */
  readonly readText: (path: string) => string | undefined
  /** The version of glibc in this process: undefined without glibc, null where the runtime does not say. */
  readonly readGlibcVersion: () => string | undefined | null
}

/**
 * Whether a Linux system has musl in place of glibc. `ldd` is a file, and most systems have it. The report of the
 * process takes milliseconds: it is read where there is no `ldd`, as in distroless images.
 */
export function usesMusl({ readText, readGlibcVersion }: LibcSources): boolean {
  const ldd = readText('/usr/bin/ldd')
  if (ldd !== undefined) return ldd.includes('musl')
  const glibc = readGlibcVersion()
  return glibc === null ? readText('/etc/alpine-release') !== undefined : glibc === undefined
}
