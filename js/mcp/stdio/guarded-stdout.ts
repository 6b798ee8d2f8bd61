// Guarded stdout: while MCP is spoken on it, what a program prints goes to stderr. One line of `console.log` between the
// messages would end the connection.

import type { LineOutput } from './line-writer'

/** Stdout for messages alone, and what gives it back. */
export interface GuardedStdout {
  readonly output: LineOutput
  readonly release: () => void
}

/**
 * Takes stdout for messages. What `console` and `process.stdout` are given goes to stderr until it is released, and nobody
 * ends it. A child process that has the stdout of this one, and `fs.writeSync(1)`, are not seen.
 */
export function guardStdout(): GuardedStdout {
  const { stdout, stderr } = process
  // oxlint-disable-next-line typescript/unbound-method -- `call` binds it
  const { write, end } = stdout
  const toStderr = stderr.write.bind(stderr)
  stdout.write = toStderr
  const dontEnd = (...given: unknown[]): typeof stdout => {
    const [chunk, encoding] = given
    const done = given.find((one) => typeof one === 'function')
    if (chunk !== undefined && chunk !== null && chunk !== done)
      toStderr(chunk as string, encoding === done ? undefined : (encoding as BufferEncoding))
    if (done !== undefined) process.nextTick(done)
    return stdout
  }
  stdout.end = dontEnd
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
    if (stdout.end === dontEnd) stdout.end = end
  }
  return { output, release }
}
