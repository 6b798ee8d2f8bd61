// Watch change: what the watch of Rust tells about files and directories.

export type WatchChange =
  | {
      readonly kind: 'changed'
      readonly entries: readonly string[]
      /** The modules of the files that are there, as JSON. */
      readonly reading: string
      readonly missing: readonly string[]
    }
  | { readonly kind: 'listed'; readonly directory: string; readonly names: readonly string[] }
  | { readonly kind: 'fault'; readonly message: string }
