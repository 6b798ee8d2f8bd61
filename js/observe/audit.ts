// Audit log: its options, its verification, and records of calls.

import { verifyAudit as verify } from '../border/native'
import type { NativeCallRecord, NativeRegistry } from '../border/native'
import { callNative, revive } from '../border/error'
import { deepFreeze } from '../border/freeze'
import { jsonText } from '../border/json'
import { checkOptions, invalidOption, oneOf, pathOptions, toName, toText } from '../border/options'
import type { AuditStatus, AuditVerdict } from '../../index'

const OPTIONS = Object.freeze(['path', 'calls', 'sync', 'onBroken'] as const)

/** Writes the options of an audit log for Rust: a path, or an object. */
export function auditText(audit: unknown): string | undefined {
  if (audit === undefined) return undefined
  const { path, calls, sync, onBroken } = pathOptions('audit', audit, OPTIONS)
  if (calls !== undefined && typeof calls !== 'boolean') throw invalidOption('calls', 'must be a boolean')
  oneOf('sync', sync, ['none', 'interval', 'each'])
  oneOf('onBroken', onBroken, ['refuse', 'begin'])
  return toText('audit', { path, calls, sync, onBroken })
}

/** Verifies the hash chain of an audit log file; see `verifyAudit` of the package. */
export async function verifyAudit(path: unknown, options?: unknown): Promise<AuditVerdict> {
  const { anchor } = checkOptions(options, ['anchor'])
  try {
    return JSON.parse(await verify(toName('path', path), toText('anchor', anchor))) as AuditVerdict
  } catch (thrown) {
    throw revive(thrown)
  }
}

/** The state of a registry's audit log; nothing without one. */
export function auditStatus(native: Pick<NativeRegistry, 'audit'>): AuditStatus | undefined {
  const status = callNative(() => native.audit())
  return status === null ? undefined : deepFreeze(JSON.parse(status) as AuditStatus)
}

/** The audit record of one call, written when the call ends. */
export class CallRecord {
  readonly #native: NativeCallRecord

  constructor(native: NativeCallRecord) {
    this.#native = native
  }

  /** Adds caller, approval and arguments. Arguments that JSON cannot hold get no hash. */
  madeBy(identity: string, args: unknown, approved: boolean): void {
    let text: string | undefined
    try {
      text = jsonText(args)
    } catch {
      text = undefined
    }
    this.#native.madeBy(identity, approved, text)
  }

  /** Writes at once that the call waits for approval, or what became of that. */
  waits(note: object, isSettled: boolean): void {
    this.#native.approval(isSettled, JSON.stringify(note))
  }

  /** Adds that a person approved or rejected the call. */
  decided(isApproved: boolean, by: string | undefined): void {
    this.#native.decided(isApproved, by)
  }

  /** Writes the record, with the error code of a failed call. */
  end(code: string | undefined): void {
    this.#native.end(code)
  }
}
