// Documents in processes of their own, one after the other in as many as there are processors: what ends a process is
// the fault of the document that it looked at, and costs no other.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url))

/**
 * Looks at files, each for at most `limit` seconds; `add` gets the outcomes and their numbers in the order of the
 * files.
 */
export async function outcomes(files, limit, add) {
  const done = new Map()
  let [next, told] = [0, 0]
  const lane = async () => {
    let worker
    while (next < files.length) {
      const number = next++
      worker ??= fork(WORKER, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const outcome = await look(worker, files[number], limit)
      if (outcome.ended) worker = undefined
      done.set(number, outcome)
      for (; done.has(told); told++) {
        add(done.get(told), told)
        done.delete(told)
      }
    }
    worker?.disconnect()
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), files.length) }, lane))
}

/** What a process says of a file, or how it ended. */
function look(worker, file, limit) {
  return new Promise((resolve) => {
    let timer
    const end = (outcome) => {
      clearTimeout(timer)
      worker.removeAllListeners()
      resolve(outcome)
    }
    const ask = () => {
      timer = setTimeout(() => worker.kill('SIGKILL'), limit * 1000)
      worker.send(file, () => {})
    }
    worker.on('message', (message) => {
      if (message !== 'ready') return end(message)
      worker.isReady = true
      ask()
    })
    worker.on('error', () => {})
    worker.on('close', (code, signal) => end({ ended: true, crash: crashOf(code, signal, limit) }))
    // The time that a process takes to start is no document's.
    if (worker.isReady) ask()
  })
}

const crashOf = (code, signal, limit) =>
  signal === 'SIGKILL' ? `killed: no end in ${limit} s, or no memory left` : `the process ended with ${signal ?? code}`
