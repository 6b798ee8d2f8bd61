// The addon of this process, by the names that Rust exports.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as addon from '../../binding'
import { loadAddon, missingPackage, usesMusl } from './addon-loader'
import type { Platform, PlatformPackage } from './addon-loader'
import { version } from './package-version'

/** The addon, with the test hooks that no public surface has. */
// The addon is known by its version; `napi build` writes its exports and `binding.d.ts` together.
export const native = loadAddon({
  platform: process.platform,
  arch: process.arch,
  usesMusl: () => usesMusl({ readText, readGlibcVersion }),
  version,
  builtFile,
  loadFile: (file) => require(file) as unknown,
  loadPackage,
}) as typeof addon

export const {
  NativeClock,
  NativeGlobs,
  NativeLoader,
  NativeModuleGraph,
  NativeModuleWatch,
  NativeRegistry,
  NativeRevisionGroup,
} = native
export type NativeClock = addon.NativeClock
export type NativeLoader = addon.NativeLoader
export type NativeModuleGraph = addon.NativeModuleGraph
export type NativeModuleWatch = addon.NativeModuleWatch
export type NativeRegistry = addon.NativeRegistry
export type NativeRevisionGroup = addon.NativeRevisionGroup
export type NativeToolList = addon.NativeToolList

export const {
  answerCall,
  answerCallAside,
  checkToolSetOptions,
  errorMessage,
  fillTextVariables,
  findListedTools,
  listModules,
  localName,
  placeConfigProblems,
  privateHost,
  readConfig,
  validateDefinition,
  verifyAudit,
} = native

export type * from '../../binding'

function builtFile(platform: Platform): string | undefined {
  const file = join(__dirname, '..', '..', `toolrack.${platform}.node`)
  return existsSync(file) ? file : undefined
}

/**
 * Loads the package of a platform. Each name is a literal inside `try`: bundlers and file tracers find packages by
 * literals, and accept there that six of them are not installed.
 */
export function loadPackage(platform: Platform): PlatformPackage {
  try {
    switch (platform) {
      case 'linux-x64-gnu':
        return packageOf(require('toolrack-linux-x64-gnu/package.json'), require('toolrack-linux-x64-gnu'))
      case 'linux-x64-musl':
        return packageOf(require('toolrack-linux-x64-musl/package.json'), require('toolrack-linux-x64-musl'))
      case 'linux-arm64-gnu':
        return packageOf(require('toolrack-linux-arm64-gnu/package.json'), require('toolrack-linux-arm64-gnu'))
      case 'linux-arm64-musl':
        return packageOf(require('toolrack-linux-arm64-musl/package.json'), require('toolrack-linux-arm64-musl'))
      case 'darwin-x64':
        return packageOf(require('toolrack-darwin-x64/package.json'), require('toolrack-darwin-x64'))
      case 'darwin-arm64':
        return packageOf(require('toolrack-darwin-arm64/package.json'), require('toolrack-darwin-arm64'))
      case 'win32-x64-msvc':
        return packageOf(require('toolrack-win32-x64-msvc/package.json'), require('toolrack-win32-x64-msvc'))
    }
  } catch (cause) {
    throw missingPackage(platform, version, cause)
  }
}

function packageOf(manifest: unknown, addon: unknown): PlatformPackage {
  return { version: (manifest as { version: unknown }).version, addon }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Reads the version of glibc from the report of the process. */
export function readGlibcVersion(): string | undefined | null {
  // Deno and Bun have only parts of it.
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined
  if (typeof report?.getReport !== 'function') return null
  const { excludeNetwork = false } = report
  // With the network a report looks up the name of every peer: that takes seconds where DNS is slow.
  report.excludeNetwork = true
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
    return header?.glibcVersionRuntime
  } finally {
    report.excludeNetwork = excludeNetwork
  }
}
