// Process end: ends the process once its output is written, though work is still under way in it.

import { startIdleTimer } from '../border/timers'

/** How long output may take that nobody reads, in ms. */
const MOST_FLUSH_MS = 500

/** Ends the process with its exit code. What stands in the buffers of stdout and stderr is written first. */
export async function endProcess(): Promise<void> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // oxlint-disable-next-line unicorn/no-process-exit -- It is the last thing that the command line does.
  process.exit()
}

/** Waits until a stream is written, but not for ever: its reader may be gone. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const stop = startIdleTimer(MOST_FLUSH_MS, resolve)
    // Where the reader is gone, the callback is called too.
    stream.on('error', () => {})
    stream.write('', () => {
      stop()
      resolve()
    })
  })
}
