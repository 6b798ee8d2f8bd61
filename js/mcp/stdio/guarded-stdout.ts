// Guarded stdout: while MCP is spoken on it, what a program prints goes to stderr. One line of `console.log` between the
// messages would end the connection.

import type { LineOutput } from './line-writer'

/** Stdout for messages alone, and what gives it back. */
export interface GuardedStdout {
  readonly output: LineOutput
  readonly release: () => void
}

/** Takes stdout for messages. `console` and `process.stdout.write` of everything else go to stderr until it is released. */
export function guardStdout(): GuardedStdout {
  const { stdout, stderr } = process
  // oxlint-disable-next-line typescript/unbound-method -- `call` binds it
  const { write } = stdout
  const toStderr = stderr.write.bind(stderr)
  stdout.write = toStderr
  const output: LineOutput = {
    write: (chunk) => write.call(stdout, chunk),
    on: stdout.on.bind(stdout),
    once: stdout.once.bind(stdout),
    get writableLength() {
      return stdout.writableLength
    },
  }
  const release = () => {
    if (stdout.write === toStderr) stdout.write = write
  }
  return { output, release }
}
