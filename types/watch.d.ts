// Watching: the options of hot reload.

/**
 * The options of a watch. Times are in ms, 31 days at most. A wrong value is `INVALID_OPTIONS`.
 * @see [watch options](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#watch-options)
 */
export interface WatchOptions {
  /**
   * Poll interval, 100 at least. Files are also watched by file events.
   * An address is asked with ETag and Last-Modified.
   * @default 2000 for files, 60000 for addresses
   * @see [polling](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#polling)
   */
  pollMs?: number
  /**
   * Debounce: how long new content of a file must stay the same.
   * @default 150
   * @see [debounce](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#debounce)
   */
  stabilityMs?: number
  /**
   * The longest debounce of a file that keeps changing, and the wait for an empty file. At least `stabilityMs`.
   * @default 1000, or `stabilityMs` if that is more
   * @see [debounce](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#debounce)
   */
  maxWaitMs?: number
  /**
   * The wait for a file that looks truncated, because it may be written just now. `reload` does not wait.
   * @default 2000
   * @see [truncated files](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#truncated-files)
   */
  truncationMs?: number
  /**
   * What happens to the tools of a missing file: they stay, are removed after `stabilityMs`, or after `removeAfterMs`.
   * They come back with the file. The event `sourceMissing` is emitted in any case.
   * @default 'keep'
   * @see [missing files](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#missing-files)
   */
  onMissing?: 'keep' | 'remove' | { removeAfterMs: number }
}
