// Command line: `toolrack audit verify`.

import { parseArgs } from 'node:util'
import type { AuditVerdict } from '../../index'

const USAGE = `toolrack audit verify FILE [--anchor SEQ:HASH] [--json]

Verifies an audit log: ends with 0 where its chain holds, with 1 where it does not, and with 2 where it cannot be read.

  --anchor SEQ:HASH   the log must have this record: finds an end that was cut off
  --json              says what verifyAudit() gives
  --help              says this`

/** Control characters but line feeds: text of a file must not control the terminal. */
// oxlint-disable-next-line eslint/no-control-regex -- It finds them to remove them.
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g

/** A record that the log must have. */
interface Anchor {
  readonly seq: number
  readonly hash: string
}

/** Runs the command with its arguments: prints the verdict, and sets the exit code. It never rejects. */
export async function main(args: string[]): Promise<void> {
  try {
    await run(args)
  } catch (error) {
    // Everything below throws instances of Error alone.
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 2
  }
}

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { anchor: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return print(USAGE, 0)
  const [subject, verb, file, ...more] = positionals
  if (subject !== 'audit' || verb !== 'verify' || file === undefined || more.length > 0) throw new Error(USAGE)
  // Not before: `--help` needs no addon, and an addon that is missing ends with 2.
  const { verifyAudit } = await import('../observe/audit.js')
  const verdict = await verifyAudit(file, { anchor: parseAnchor(values.anchor) })
  print(values.json ? JSON.stringify(verdict) : verdictText(file, verdict), verdict.ok ? 0 : 1)
}

function parseAnchor(text: string | undefined): Anchor | undefined {
  if (text === undefined) return undefined
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) throw new Error(`--anchor must be SEQ:HASH, is ${text}`)
  return { seq: Number(seq), hash }
}

function verdictText(file: string, { records, bad, torn, last }: AuditVerdict): string {
  if (bad !== null)
    return `${file}: line ${bad.line} ${bad.reason}; the ${records} records before it are what was written`
  const end = torn > 0 ? `, and ${torn} bytes of one that was not written to its end` : ''
  return `${file}: ${records} records are what was written${end}\nlast record: ${last.seq}:${last.hash}`
}

function print(text: string, exitCode: number): void {
  process.stdout.write(`${text.replace(CONTROLS, '?')}\n`)
  process.exitCode = exitCode
}
