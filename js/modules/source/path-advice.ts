// Path advice: what to write where a path was given like a package, or a directory like a file.

import { statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What to write for a text that is no package, but looks like a path or is one. To install the package of that name would
 * be to run a stranger's code.
 */
export function pathAdvice(specifier: string, folder: string): string | undefined {
  const kind = kindOfPath(join(folder, specifier))
  if (kind === 'file') return `it is no installed package, but a file: write "./${specifier}"`
  if (kind === 'directory') return `it is no installed package, but a directory: use addDirectory("./${specifier}")`
  return /\/.+\.[cm]?[jt]s$/.test(specifier)
    ? `it is no installed package, and there is no such file in ${folder}; a path starts with ./`
    : undefined
}

/** What there is at a path, links followed. */
export function kindOfPath(path: string): 'file' | 'directory' | undefined {
  try {
    const found = statSync(path)
    if (found.isDirectory()) return 'directory'
    return found.isFile() ? 'file' : undefined
  } catch {
    return undefined
  }
}
