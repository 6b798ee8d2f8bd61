// Audit log: a file of JSON lines in a hash chain.

/**
 * The options of the audit log: a file with one JSON line for each change and, optionally, for each call.
 * @see [audit log](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#options)
 */
export interface AuditOptions {
  /** The path of the file. A new file is created. An existing file is verified and continued. */
  path: string
  /**
   * Whether calls are recorded too. A call is recorded when it ends. Values of arguments are never recorded.
   * @default false
   * @see [records](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#records)
   */
  calls?: boolean
  /**
   * When records are synced to the disk. `'none'`: when the operating system does it. `'interval'`: within a second.
   * `'each'`: before the change or call continues. A crash of the machine can lose records that are not synced;
   * a crash of the process loses no record.
   * @default 'interval'
   */
  sync?: 'none' | 'interval' | 'each'
  /**
   * What happens to a file that fails its verification. `'refuse'`: the registry throws `AUDIT_BROKEN`.
   * `'begin'`: the file is renamed to `PATH.broken-<ms>`, and a new file begins.
   * @default 'refuse'
   */
  onBroken?: 'refuse' | 'begin'
}

/** The status of the audit log, as `registry.audit()` returns it. */
export interface AuditStatus {
  /** The path of the file. */
  readonly path: string
  /** The number of the newest record. Numbers start at 1. */
  readonly seq: number
  /**
   * The hash of the newest record. To use `seq` and `hash` as an anchor of `verifyAudit`, keep them in another place.
   */
  readonly hash: string
  /** The number of records that could not be written since the log was opened. */
  readonly missing: number
}

/** The result of verifying an audit log. */
export interface AuditVerdict {
  /** Whether every record verifies. An incomplete record at the end of the file is no error. */
  ok: boolean
  /** The number of records before the first bad one. */
  records: number
  /** The first bad record: its line (from 1), the number in it, and what is wrong. */
  bad: { line: number; seq: number | null; reason: string } | null
  /** The size of an incomplete record at the end of the file, in bytes. 0: there is none. */
  torn: number
  /** The last good record. */
  last: { seq: number; hash: string }
}

/**
 * Verifies the hash chain of an audit log. Rejects with `SOURCE_UNREADABLE` if the file cannot be read.
 * An `anchor` is `seq` and `hash` of an earlier record, kept elsewhere. With it, a truncated or rewritten log is found.
 * On the command line: `npx toolrack audit verify FILE`.
 * @see [verification](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#verification)
 */
export function verifyAudit(
  path: string,
  options?: { anchor?: { readonly seq: number; readonly hash: string } },
): Promise<AuditVerdict>
