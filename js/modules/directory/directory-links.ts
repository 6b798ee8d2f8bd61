// Directory links: refuses a symlink that leads out of a directory (path traversal). It is asked before each read, and
// again of what was read: a link may be swapped at any time.

import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep, toNamespacedPath } from 'node:path'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'

/** The fault of a path that leads out of a directory. One that leads nowhere has none: its load says what is wrong. */
export function linkFault(directory: string, path: string): ToolrackError | undefined {
  const real = realPath(path)
  return real === undefined ? undefined : outsideFault(directory, path, real)
}

/** The fault of a path whose real path is outside of a directory, of which links are resolved too. */
export function outsideFault(directory: string, path: string, real: string): ToolrackError | undefined {
  // Windows writes the real path of a network share in two forms.
  const inside = relative(toNamespacedPath(realPath(directory) ?? directory), toNamespacedPath(real))
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return undefined
  const reason = `it is a link out of ${directory}; give followLinks: true if that is meant`
  return raise('SOURCE_FORBIDDEN', { location: path, reason })
}

/** As the module graph resolves it: in the case of the disk, which may not be that of the given path. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
