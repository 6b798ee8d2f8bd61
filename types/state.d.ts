// State file: its options.

/**
 * The options of a state file.
 * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md#options)
 */
export interface StateOptions {
  /** The path of the file. It is created for its user alone, with `<path>.lock` beside it. */
  readonly path: string
  /**
   * What happens to a broken file. `'refuse'`: `STATE_BROKEN`.
   * `'begin'`: it is renamed to `<path>.broken` (`stateFailed`), and each load is a first load.
   * @default 'refuse'
   */
  readonly onBroken?: 'refuse' | 'begin'
}
