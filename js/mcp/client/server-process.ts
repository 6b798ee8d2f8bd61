// Server process: starts an MCP server without a shell, and ends it with its children.

import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { startTimer } from '../../border/timers'
import type { ClientLimits } from './client-limits'
import { processEnvironment } from './process-environment'
import { addGroup, removeGroup, signalGroup } from './process-groups'
import { Secrets } from './secrets'
import { LineReader } from '../stdio/line-reader'
import { UpstreamFault } from './upstream-connection'

/** What is started. */
export interface ProcessSpec {
  readonly command: string
  readonly args?: readonly string[] | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  /** Gets each line of stderr, and what stands on stdout beside messages. */
  readonly stderr?: ((line: string) => void) | undefined
}

/** The longest line of stderr that is told, in bytes. */
const STDERR_LINE = 16_384
/** How long the output of a process that has ended is read, in ms. */
const OUTPUT_MS = 500
/** How long the system may take to end what was killed, in ms. */
const KILLED_MS = 500
/** How often it is asked whether the children of a process have ended, in ms. */
const LOOK_MS = 25

/** A process that was started. */
export class ServerProcess {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #limits: ClientLimits
  readonly #tell: (line: string) => void
  /** The environment that is configured. */
  readonly secrets = new Secrets()
  #closing: Promise<void> | undefined
  #hasExited = false
  /** Resolves with how it ended: the process is gone, and its output is read. */
  readonly ended: Promise<UpstreamFault>

  constructor({ command, args = [], env, cwd, stderr }: ProcessSpec, limits: ClientLimits) {
    this.#limits = limits
    this.secrets.add(Object.values(env ?? {}))
    this.#tell = (line) => tellSafely(stderr, this.secrets.hide(line))
    this.#child = startChild(command, args, { env: processEnvironment(env), cwd })
    const { pid } = this.#child
    if (pid !== undefined) addGroup(pid)
    this.ended = this.#watch(command)
    this.#listen()
  }

  get stdin(): ChildProcessWithoutNullStreams['stdin'] {
    return this.#child.stdin
  }

  get stdout(): ChildProcessWithoutNullStreams['stdout'] {
    return this.#child.stdout
  }

  /** Tells a line beside the messages. */
  tell(line: string): void {
    this.#tell(line)
  }

  /** Ends the process and its children: closes stdin, then SIGTERM, then SIGKILL. Resolves when nobody is left. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end())
  }

  async #end(): Promise<void> {
    const { pid, stdin, stdout, stderr } = this.#child
    // Its end is waited for.
    this.#child.ref()
    stdin.end()
    if (pid !== undefined) await this.#endGroup(pid)
    // A child that left the group may hold them open.
    for (const stream of [stdin, stdout, stderr]) stream.destroy()
    await this.ended
  }

  /** Stages by the time since stdin was closed. Children of a process that has ended are told at once. */
  async #endGroup(group: number): Promise<void> {
    const { termMs, killMs } = this.#limits
    await this.#waitUntil(() => this.#hasExited, termMs)
    if (signalGroup(group, 'SIGTERM')) {
      await this.#waitUntil(() => !signalGroup(group, 0), killMs - termMs)
      // Where nobody waits for the children of a process that has ended, as in a container, they stay listed.
      if (signalGroup(group, 'SIGKILL')) await this.#waitUntil(() => !signalGroup(group, 0), KILLED_MS)
    }
    removeGroup(group)
  }

  async #waitUntil(isOver: () => boolean, ms: number): Promise<void> {
    const end = performance.now() + ms
    while (!isOver() && performance.now() < end)
      await new Promise<void>((resolve) => {
        const stop = startTimer(LOOK_MS, resolve)
        if (this.#hasExited) return
        void this.ended.then(() => {
          stop()
          resolve()
        })
      })
  }

  #watch(command: string): Promise<UpstreamFault> {
    const child = this.#child
    return new Promise((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        // It also says that a signal could not be sent.
        if (child.pid === undefined) resolve(startFault(command, error.code))
      })
      child.on('exit', (code, signal) => {
        this.#hasExited = true
        const how = signal === null ? `with exit code ${code}` : `by ${signal}`
        const fault = new UpstreamFault('lost', `the process of the server has ended ${how}`)
        // What it wrote last is read. A child of it may keep its output open.
        const stop = startTimer(OUTPUT_MS, () => resolve(fault))
        child.on('close', () => {
          stop()
          resolve(fault)
        })
      })
    })
  }

  #listen(): void {
    const reader = new LineReader(STDERR_LINE, {
      onLine: this.#tell,
      onLongLine: () => this.#tell(`(a line over ${STDERR_LINE} bytes)`),
    })
    this.#child.stderr.on('data', (chunk: Buffer) => reader.read(chunk))
    // An idle server does not keep this process; a call does, by its deadline.
    this.#child.unref()
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      // The process tells how it ended.
      stream.on('error', () => {})
      ;(stream as { readonly unref?: () => void }).unref?.()
    }
  }
}

function startChild(
  command: string,
  args: readonly string[],
  { env, cwd }: { readonly env: Record<string, string>; readonly cwd: string | undefined },
): ChildProcessWithoutNullStreams {
  try {
    // A group of its own, so that a signal reaches its children as well.
    const options = { env, shell: false, detached: process.platform !== 'win32', windowsHide: true } as const
    const child = spawn(command, args, { ...options, stdio: 'pipe', ...(cwd !== undefined && { cwd }) })
    // Without file descriptors for them, there are no streams, whatever the types say.
    if ((child.stdin as unknown) !== undefined) return child
    child.on('error', () => {})
    throw Object.assign(new Error('no streams'), { code: 'EMFILE' })
  } catch (error) {
    // A null byte in a text, or .bat and .cmd on Windows, which a shell alone can run.
    throw startFault(command, (error as NodeJS.ErrnoException).code)
  }
}

/** Arguments and environment may hold secrets: the fault has the command alone. */
function startFault(command: string, code: string | undefined): UpstreamFault {
  const why =
    code === 'ENOENT' ? 'the command, or its cwd, does not exist' : `it cannot be started (${code ?? 'unknown'})`
  return new UpstreamFault('down', `"${command}": ${why}`)
}

function tellSafely(tell: ((line: string) => void) | undefined, line: string): void {
  try {
    tell?.(line)
  } catch {
    // Who listens has no say in the connection.
  }
}
