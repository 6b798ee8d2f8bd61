// Audit log: a file of JSON lines in a hash chain.

/**
 * The options of the audit log.
 * @see [audit log](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#options)
 */
export interface AuditOptions {
  /** The path of the file. It is created, or verified and continued. */
  path: string
  /**
   * Whether calls are recorded too, each when it ends. Values of arguments are never recorded.
   * @default false
   * @see [records](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#records)
   */
  calls?: boolean
  /**
   * When records are synced to the disk: by the system, within a second, or before the change or call continues.
   * It matters for the end of the machine. The end of the process loses no record.
   * @default 'interval'
   */
  sync?: 'none' | 'interval' | 'each'
  /**
   * What happens to a file that does not verify. `'refuse'`: `AUDIT_BROKEN`.
   * `'begin'`: it is renamed to `PATH.broken-<ms>`, and a new one begins.
   * @default 'refuse'
   */
  onBroken?: 'refuse' | 'begin'
}

/** The status of the audit log. */
export interface AuditStatus {
  /** The path of the file. */
  readonly path: string
  /** The number of the newest record. */
  readonly seq: number
  /** The hash of the newest record. Kept elsewhere, `seq` and `hash` are an anchor for `verifyAudit`. */
  readonly hash: string
  /** The number of records that could not be written since the log was opened. */
  readonly missing: number
}

/** The result of verifying an audit log. */
export interface AuditVerdict {
  /** Whether every record verifies. A torn record at the end does not count. */
  ok: boolean
  /** The number of records before the first bad one. */
  records: number
  /** The first bad record: its line from 1, the number in it, and the fault. */
  bad: { line: number; seq: number | null; reason: string } | null
  /** The bytes of a torn record at the end of the file. */
  torn: number
  /** The newest good record. */
  last: { seq: number; hash: string }
}

/**
 * Verifies the hash chain of an audit log. Rejects with `SOURCE_UNREADABLE`.
 * An `anchor`, a record that was kept elsewhere, also reveals a truncated or rewritten log.
 * On the command line: `npx toolrack audit verify FILE`.
 * @see [verification](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#verification)
 */
export function verifyAudit(
  path: string,
  options?: { anchor?: { readonly seq: number; readonly hash: string } },
): Promise<AuditVerdict>
