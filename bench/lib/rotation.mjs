// All sides of a comparison in one run, taking turns, so that a busy moment of the machine falls on all of them. Each
// has a process of its own: no side pays for another one's garbage, or runs code that the other one made V8 pessimistic
// about.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median } from './stats.mjs'

const SIDE = fileURLToPath(new URL('side.mjs', import.meta.url))
const TIMEOUT_MS = 120_000

/**
 * Measures the sides that a bench file exports as `sides`. Rounds before the first counted one warm up and are told as
 * `cold` (the very first) or not at all.
 * @returns {Promise<Map<string, Outcome>>} by name of side
 */
export async function rotate(file, names, { rounds = 7, warmup = 1 } = {}) {
  const outcomes = new Map(names.map((name) => [name, new Outcome(name)]))
  const children = new Map()
  try {
    for (const name of names) {
      const child = fork(SIDE, [file, name], {
        execArgv: ['--expose-gc'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      const answer = await reply(child)
      if (answer.ready) children.set(name, child)
      else outcomes.get(name).failed = answer.failed
    }
    for (let round = -warmup; round < rounds; round++) {
      for (const [name, child] of children) {
        const { result, failed } = await reply(child, 'measure')
        if (failed !== undefined) {
          outcomes.get(name).failed = failed
          children.delete(name)
        } else if (round === -warmup && warmup > 0) outcomes.get(name).cold = result
        else if (round >= 0) outcomes.get(name).rounds.push(result)
      }
    }
  } finally {
    for (const child of children.values()) child.kill()
  }
  return outcomes
}

/** What one side came to. */
class Outcome {
  rounds = []
  /** What the first round was, in which nothing was warm. */
  cold = undefined
  /** Why the side is not in the comparison. */
  failed = undefined

  constructor(name) {
    this.name = name
  }

  /** The median over all rounds. */
  of(figure) {
    return median(this.rounds.map((round) => round[figure]))
  }

  /** How many times the other side's figure this one is: the median of the ratios round by round, which the load of the
   * machine moves less than it moves either figure. */
  times(other, figure, against = figure) {
    return median(this.rounds.map((round, i) => round[figure] / other.rounds[i]?.[against]))
  }
}

/** What a side answers to a message, or to being started when there is none; or why it does not. */
async function reply(child, message) {
  const over = new AbortController()
  const { signal } = over
  const answer = once(child, 'message', { signal }).then(([answer]) => answer)
  const ended = once(child, 'exit', { signal }).then(([code, by]) => ({ failed: `ended with ${by ?? code}` }))
  const late = setTimeout(TIMEOUT_MS, { failed: `no answer in ${TIMEOUT_MS / 1000} s` }, { signal })
  if (message !== undefined) child.send(message)
  const first = await Promise.race([answer, ended, late])
  over.abort()
  // The others reject now, which is what they are there for.
  await Promise.allSettled([answer, ended, late])
  if (first.failed !== undefined) child.kill('SIGKILL')
  return first
}
