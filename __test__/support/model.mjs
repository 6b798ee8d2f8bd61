// A model's call in the words of each target, and the error that it reads.
import assert from 'node:assert/strict'
import { callOf } from 'toolrack/test'
import { TARGET_NAMES } from './targets.mjs'

/** A call of a tool, by target. */
export const calls = Object.fromEntries(
  TARGET_NAMES.map((target) => [target, (name, args) => callOf(target, name, args, { id: '1' })]),
)

/** The error that a model reads of a call. */
export async function refusedBy(registry, target, args = {}, options = {}, name = 'echo') {
  const answer = await registry.respond(target, calls[target](name, args), options)
  return errorIn(answer) ?? assert.fail(`no error in ${JSON.stringify(answer)}`)
}

/** The first error in a value, or in the JSON texts of it. */
export function errorIn(value) {
  if (typeof value === 'string' && value.startsWith('{')) return errorIn(JSON.parse(value))
  if (value === null || typeof value !== 'object') return undefined
  if (typeof value.error?.code === 'string') return value.error
  for (const held of Object.values(value)) {
    const found = errorIn(held)
    if (found !== undefined) return found
  }
  return undefined
}
