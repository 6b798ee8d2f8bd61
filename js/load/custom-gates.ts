// Custom gates: review functions of the caller that apply, hold or refuse a change.

import { failureOf } from '../border/error'
import { deepFreeze } from '../border/freeze'
import { copyMembers } from '../border/given-members'
import { checkOptions, invalidOption, milliseconds } from '../border/options'
import type { Gate, GateDecision, ProposedChange } from '../../index'
import { withDeadline } from '../border/timers'

const DECISIONS: readonly unknown[] = Object.freeze(['apply', 'hold', 'refuse'] satisfies GateDecision[])

/** Waits for an answer with a deadline. */
export type Wait = typeof withDeadline

/** Asks all custom gates about a change. */
export type AskGates = (change: ProposedChange, wait?: Wait) => Promise<GateVerdict[]>

/** The option `gates`: the policy for Rust, and a function that asks the custom gates. */
export interface SplitGates {
  readonly policy: unknown
  readonly ask?: AskGates
  /** Deadline of each custom gate. */
  readonly timeoutMs: number
}

/** What a gate decides of a change, or of some of its tools. */
interface GateOpinion {
  readonly decision: GateDecision
  readonly reason?: string
  readonly tools?: readonly string[]
}

/** The opinion of a named gate, for Rust. */
export interface GateVerdict extends GateOpinion {
  readonly gate: string
}

/** Separates custom gates (functions) from the policy for Rust, and makes one function that asks all of them. */
export function splitGates(gates: unknown, fallbackMs: number): SplitGates {
  if (gates === null || typeof gates !== 'object' || Array.isArray(gates))
    return { policy: gates, timeoutMs: fallbackMs }
  const { custom, timeoutMs, ...policy } = copyMembers(gates, ['custom', 'timeoutMs'])
  const limit = milliseconds('gates.timeoutMs', timeoutMs, fallbackMs)
  if (custom === undefined) return { policy, timeoutMs: limit }
  const all: unknown[] = Array.isArray(custom) ? [...(custom as unknown[])] : [custom]
  const named = checkGates(all).map((gate, i) => ({ gate, name: gate.name || `custom[${i}]` }))
  return {
    policy,
    ask: (change, wait = withDeadline) => {
      const waitFor: WaitFor = (answer, late) => wait(answer, limit, () => late(limit))
      return Promise.all(named.map(({ gate, name }) => askGate(gate, name, change, waitFor)))
    },
    timeoutMs: limit,
  }
}

function checkGates(gates: unknown[]): Gate[] {
  if (gates.every((gate) => isGate(gate))) return gates
  throw invalidOption('gates.custom', 'must be a function, or a list of functions')
}

/** Whether a value is a function. What a gate returns is checked each time. */
function isGate(value: unknown): value is Gate {
  return typeof value === 'function'
}

type WaitFor = (answer: Promise<unknown>, late: (timeoutMs: number) => Error) => Promise<unknown>

/** Asks one gate. A gate that throws, returns another value or times out holds the change. */
async function askGate(gate: Gate, name: string, change: ProposedChange, waitFor: WaitFor): Promise<GateVerdict> {
  const controller = new AbortController()
  const late = (timeoutMs: number): Error => {
    const error = new Error(`did not answer within ${timeoutMs} ms`)
    controller.abort(error)
    return error
  }
  try {
    // Async: a synchronous throw becomes a rejection.
    const answer = (async (): Promise<unknown> =>
      gate(deepFreeze(change), Object.freeze({ signal: controller.signal })))()
    return { gate: name, ...parseOpinion(await waitFor(answer, late)) }
  } catch (error) {
    return { gate: name, decision: 'hold', reason: `the gate failed: ${failureOf(error, 0).message}` }
  }
}

function parseOpinion(answer: unknown): GateOpinion {
  if (answer === undefined) return { decision: 'apply' }
  const opinion: { readonly decision?: unknown; readonly reason?: unknown; readonly tools?: unknown } =
    typeof answer === 'string' ? { decision: answer } : checkOptions(answer, ['decision', 'reason', 'tools'])
  const { decision, reason = '', tools } = opinion
  if (!isDecision(decision)) throw new TypeError(`"${String(decision)}" is none of ${DECISIONS.join(', ')}`)
  if (tools !== undefined && !isNames(tools)) throw new TypeError('tools must be a list of names')
  return { decision, reason: String(reason), ...(tools && { tools }) }
}

function isDecision(value: unknown): value is GateDecision {
  return DECISIONS.includes(value)
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}
