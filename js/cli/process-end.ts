// Process end: ends the process once its output is written, though work is still under way in it.

import { startIdleTimer } from '../border/timers'

/** What a full or broken disk says. A reader that has gone has had enough. */
const DISK_FAULTS: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'])

let isUnwritten = false

/** Where a result cannot be written, the exit code is no result either. */
export function failOnDiskFaults(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (!DISK_FAULTS.has(code)) return
    isUnwritten = true
    process.stderr.write(`toolrack: the output cannot be written: ${message}\n`)
  })
}

/**
 * Ends the process with its exit code. What stands in the buffers of stdout and stderr is written first, which may take
 * `flushMs`; without it, as long as the reader takes.
 */
export async function endProcess(flushMs?: number): Promise<void> {
  await Promise.all([flushed(process.stdout, flushMs), flushed(process.stderr, flushMs)])
  if (isUnwritten) process.exitCode = 2
  // oxlint-disable-next-line unicorn/no-process-exit -- It is the last thing that the command line does.
  process.exit()
}

/** Waits until a stream is written. */
function flushed(stream: NodeJS.WriteStream, flushMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = flushMs === undefined ? () => {} : startIdleTimer(flushMs, resolve)
    // Where the reader is gone, the callback is called too.
    stream.on('error', () => {})
    stream.write('', () => {
      stop()
      resolve()
    })
  })
}
