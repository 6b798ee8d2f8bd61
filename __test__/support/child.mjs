// Programs of their own: what ends a process, and what a garbage collector does, shows from outside alone.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs a program that can import toolrack and `__test__/support/*`; how it ended, what it said, and after how many ms.
 */
export function run(program, { flags = [], killAfterMs = 30_000 } = {}) {
  const prelude =
    `import { ToolRegistry, SpecLoader } from 'toolrack'\n` +
    `import { tool, registryOf, callFromRust, never } from './__test__/support/tools.mjs'\n`
  return runFile(['--input-type=module', '--eval', prelude + program], { flags, killAfterMs, cwd: root })
}

/** Runs node with these arguments, in this environment. */
export function runFile(args, { flags = [], ...options } = {}) {
  return spawned(process.execPath, [...flags, ...args], options)
}

/** Runs a command, with `input` on its stdin; how it ended, what it said in `encoding`, and after how many ms. */
export function spawned(
  command,
  args,
  { killAfterMs = 30_000, cwd = root, env = process.env, input, encoding = 'utf8' } = {},
) {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: killAfterMs,
      killSignal: 'SIGKILL',
    })
    child.stdin?.end(input)
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'])
      child[stream].setEncoding(encoding).on('data', (text) => (said[stream] += text))
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ms: performance.now() - started, ...said }))
  })
}

/** What a program in which nothing went wrong said; throws with all it said otherwise. */
export async function outputOf(program, options) {
  const { code, signal, stdout, stderr } = await run(program, options)
  if (code !== 0) throw new Error(`ended with ${signal ?? code}:\n${stdout}${stderr}`)
  return stdout
}
