// Watch change: what the watch of Rust tells about files and directories.

import type { Fault } from '../../border/error'
import type { UnlistedFolder } from '../directory/module-directories'
import type { GraphReading } from '../graph/module-records'

export type WatchChange =
  | {
      readonly kind: 'changed'
      readonly group: string
      readonly entries: readonly string[]
      /** The modules of the files that are there, without the code of contents that were read before. */
      readonly reading: GraphReading
      readonly missing: readonly string[]
    }
  | {
      readonly kind: 'listed'
      readonly directory: string
      readonly names: readonly string[]
      /** The folders whose modules are not listed. */
      readonly unlisted: readonly UnlistedFolder[]
      /** Counts up: listings may arrive in another order. */
      readonly number: number
    }
  | { readonly kind: 'fault'; readonly group: string; readonly entries: readonly string[]; readonly error: Fault }
