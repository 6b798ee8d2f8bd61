// Watching: the options of hot reload.

/**
 * The options of hot reload (`watch`). Times are in ms, at most 31 days. A wrong value is `INVALID_OPTIONS`.
 * @see [watch options](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#watch-options)
 */
export interface WatchOptions {
  /**
   * Poll interval, in ms, at least 100. Files are also watched by file events.
   * An http(s) address is read by conditional requests (ETag, Last-Modified).
   * @default 2000 for files, 60000 for addresses
   * @see [polling](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#polling)
   */
  pollMs?: number
  /**
   * Debounce: how long the new content of a file must stay the same before it is loaded, in ms.
   * @default 150
   * @see [debounce](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#debounce)
   */
  stabilityMs?: number
  /**
   * Maximum debounce, in ms: a file that keeps changing is loaded after this time. An empty file waits this long too.
   * At least `stabilityMs`.
   * @default 1000, or `stabilityMs` if that is more
   * @see [debounce](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#debounce)
   */
  maxWaitMs?: number
  /**
   * Wait for a file that looks truncated, in ms: its writer may not be finished. `reload` does not wait.
   * @default 2000
   * @see [truncated files](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#truncated-files)
   */
  truncationMs?: number
  /**
   * What happens to the tools of a missing file. `'keep'`: they stay. `'remove'`: they are removed after `stabilityMs`.
   * `{ removeAfterMs }`: they are removed after that time, in ms. If the file comes back, its tools come back.
   * The event `sourceMissing` is always emitted.
   * @default 'keep'
   * @see [missing files](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#missing-files)
   */
  onMissing?: 'keep' | 'remove' | { removeAfterMs: number }
}
