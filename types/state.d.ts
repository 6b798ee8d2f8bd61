// State file: its options.

/**
 * The options of a state file: it keeps names, documents, histories and pins over a restart.
 * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md#options)
 */
export interface StateOptions {
  /** The path of the file. It is created with access for its user only. Beside it is the lock file `<path>.lock`. */
  readonly path: string
  /**
   * What happens to a damaged file, or one of a newer format. `'refuse'`: the constructor throws `STATE_BROKEN`.
   * `'begin'`: it is renamed to `<path>.broken` (event `stateFailed`), and each load is a first load.
   * @default 'refuse'
   */
  readonly onBroken?: 'refuse' | 'begin'
}
