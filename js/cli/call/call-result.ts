// Result of `toolrack call`: the value as text, JSON or bytes; or the error.

import type { CallResult } from '../../../index'
import type { ToolrackError } from '../../border/error'
import { isUint8Array } from '../../border/realm'
import { plainResult } from '../../border/results'
import { printable } from '../command'
import type { CommandOutput } from '../output/command-output'
import { jsonLines } from '../output/json-lines'

/** A file of a response. */
interface ResultFile {
  readonly mediaType?: unknown
  readonly data: Uint8Array
}

/** The options that mend a call. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['APPROVAL_REQUIRED', '--approve says that a person approved it'],
  ['MISSING_CONTEXT', '--user-id says who calls'],
])

export function printResult(result: CallResult<unknown>, isJson: boolean, output: CommandOutput): void {
  output.progress(undefined)
  const { value } = result
  if (isJson) return output.json({ ok: true, ...result, value: plainResult(value) })
  for (const { pointer, to } of result.coerced) output.note(`${pointer} was converted to ${to}`)
  if (isFile(value)) return printFile(value, output)
  if (typeof value === 'string') printText(output.hide(value))
  else output.lines([jsonLines(plainResult(value) ?? null, output.hide)])
}

export function printError({ code, message, details }: ToolrackError, isJson: boolean, output: CommandOutput): void {
  output.progress(undefined)
  if (isJson) return output.json({ ok: false, error: { code, message, details: plainResult(details) } })
  const hint = HINTS.get(code)
  output.fail(`${message}${hint === undefined ? '' : `; ${hint}`} (${code})`)
}

/** A text is as it is in a file or a pipe, and does not control a terminal. */
function printText(text: string): void {
  process.stdout.write(process.stdout.isTTY ? `${printable(text)}\n` : text)
}

/** Bytes go into a file or a pipe: on a terminal nobody can read them. */
function printFile({ data, mediaType }: ResultFile, output: CommandOutput): void {
  if (process.stdout.isTTY)
    output.note(`${data.length} bytes of ${String(mediaType)}: write them to a file with > FILE`)
  else process.stdout.write(data)
}

function isFile(value: unknown): value is ResultFile {
  return value !== null && typeof value === 'object' && isUint8Array((value as Partial<ResultFile>).data)
}
