// Names of the options of calls.

/** Options of a call on a snapshot. */
export const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs', 'idempotencyKey', 'approved', 'ask'] as const)
/** All options of a call, of which a registry reads some before. */
export const CALL_OPTIONS: readonly string[] = Object.freeze([...OPTIONS, 'versions'])
/** All options of `respond`, of which a registry and a snapshot read some before. */
export const RESPOND_OPTIONS: readonly string[] = Object.freeze([
  ...CALL_OPTIONS,
  'filter',
  'strict',
  'revision',
  'onPiece',
])
