// `toolrack audit verify`: whether an audit log is what was written.

import type { AuditVerdict } from '../../../index'
import { JSON_OPTION, UsageError, parseCommand, printable } from '../command'
import type { Command, OptionTable } from '../command'

const OPTIONS = Object.freeze({
  anchor: {
    type: 'string',
    value: 'SEQ:HASH',
    help: 'the log must have this record: finds an end that was cut off',
  },
  json: { ...JSON_OPTION, help: 'says what verifyAudit() gives' },
} satisfies OptionTable)

export const auditVerify: Command = Object.freeze({
  words: ['audit', 'verify'],
  usage: 'FILE [OPTIONS]',
  about: 'Verifies an audit log: whether its records are what was written, by their hash chain.',
  options: OPTIONS,
  exitCodes: {
    0: 'the chain holds',
    1: 'a record is not what was written',
    2: 'the file cannot be read, or a mistake in the arguments',
  },
  example: 'toolrack audit verify audit.jsonl',
  run,
})

/** A record that the log must have. */
interface Anchor {
  readonly seq: number
  readonly hash: string
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('give one file')
  // Not before: `--help` needs no addon, and an addon that is missing ends with 2.
  const { verifyAudit } = await import('../../observe/audit.js')
  const verdict = await verifyAudit(file, { anchor: parseAnchor(values.anchor) })
  process.stdout.write(`${printable(values.json ? JSON.stringify(verdict) : verdictText(file, verdict))}\n`)
  return verdict.ok ? 0 : 1
}

function parseAnchor(text: string | undefined): Anchor | undefined {
  if (text === undefined) return undefined
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) throw new UsageError(`--anchor must be SEQ:HASH, is ${text}`)
  return { seq: Number(seq), hash }
}

function verdictText(file: string, { records, bad, torn, last }: AuditVerdict): string {
  if (bad !== null)
    return `${file}: line ${bad.line} ${bad.reason}; the ${records} records before it are what was written`
  const end = torn > 0 ? `, and ${torn} bytes of one that was not written to its end` : ''
  return `${file}: ${records} records are what was written${end}\nlast record: ${last.seq}:${last.hash}`
}
