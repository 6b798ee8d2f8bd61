'use strict'

// Custom gates: review functions of the caller that apply, hold or refuse a change.

const { failureOf } = require('../border/error')
const { deepFreeze } = require('../border/freeze')
const { checkOptions, invalidOption, milliseconds } = require('../border/options')

const DECISIONS = Object.freeze(['apply', 'hold', 'refuse'])

/**
 * Separates custom gates (functions) from the policy for Rust, and makes one function that asks all of them.
 * @param {any} gates @param {number} fallbackMs
 * @returns {{ policy: any, ask?: (change: any) => Promise<any[]>, timeoutMs: number }}
 */
function splitGates(gates, fallbackMs) {
  if (gates === null || typeof gates !== 'object' || Array.isArray(gates))
    return { policy: gates, timeoutMs: fallbackMs }
  const { custom, timeoutMs, ...policy } = gates
  const limit = milliseconds('gates.timeoutMs', timeoutMs, fallbackMs)
  if (custom === undefined) return { policy, timeoutMs: limit }
  const all = Array.isArray(custom) ? [...custom] : [custom]
  for (const gate of all)
    if (typeof gate !== 'function') throw invalidOption('gates.custom', 'must be a function, or a list of functions')
  const named = all.map((gate, i) => ({ gate, name: gate.name || `custom[${i}]` }))
  return {
    policy,
    ask: (change) => Promise.all(named.map(({ gate, name }) => askGate(gate, name, change, limit))),
    timeoutMs: limit,
  }
}

/**
 * Asks one gate. A gate that throws, returns another value or times out holds the change.
 * @param {Function} gate @param {string} name @param {any} change @param {number} timeoutMs
 */
async function askGate(gate, name, change, timeoutMs) {
  const controller = new AbortController()
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(
      () => {
        const error = new Error(`did not answer within ${timeoutMs} ms`)
        reject(error)
        controller.abort(error)
      },
      Math.min(timeoutMs, 2 ** 31 - 1),
    )
  })
  try {
    // Async: a synchronous throw becomes a rejection.
    const asked = (async () => gate(deepFreeze(change), Object.freeze({ signal: controller.signal })))()
    return { gate: name, ...parseOpinion(await Promise.race([asked, late])) }
  } catch (error) {
    return { gate: name, decision: 'hold', reason: `the gate failed: ${failureOf(error, 0).message}` }
  } finally {
    clearTimeout(timer)
  }
}

/** @param {any} said */
function parseOpinion(said) {
  if (said === undefined) return { decision: 'apply' }
  const {
    decision,
    reason = '',
    tools,
  } = typeof said === 'string' ? { decision: said } : checkOptions(said, ['decision', 'reason', 'tools'])
  if (!DECISIONS.includes(decision)) throw new TypeError(`"${String(decision)}" is none of ${DECISIONS.join(', ')}`)
  if (tools !== undefined && !(Array.isArray(tools) && tools.every((tool) => typeof tool === 'string')))
    throw new TypeError('tools must be a list of names')
  return { decision, reason: String(reason), ...(tools && { tools }) }
}

exports.splitGates = splitGates
