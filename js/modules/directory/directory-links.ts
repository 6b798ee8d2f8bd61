// Directory links: refuses a symlink that leads out of a directory (path traversal). It is asked before each read, and
// again of what was read: a link may be swapped at any time.

import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep, toNamespacedPath } from 'node:path'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'

/** The links of a directory at one time: the directory, which may be a link itself, is resolved once. */
export class DirectoryLinks {
  readonly #directory: string
  #root: string | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The fault of a path that leads out. One that leads nowhere has none: its load says what is wrong. */
  faultOf(path: string): ToolrackError | undefined {
    const real = realPath(path)
    return real === undefined ? undefined : this.faultOfReal(path, real)
  }

  /** The fault of a path whose real path is outside. */
  faultOfReal(path: string, real: string): ToolrackError | undefined {
    // Windows writes the real path of a network share in two forms.
    this.#root ??= toNamespacedPath(realPath(this.#directory) ?? this.#directory)
    const inside = relative(this.#root, toNamespacedPath(real))
    if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return undefined
    const reason = `it is a link out of ${this.#directory}; set followLinks: true to allow such links`
    return raise('SOURCE_FORBIDDEN', { location: path, reason })
  }
}

/** As the module graph resolves it: in the case of the disk, which may not be that of the given path. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
