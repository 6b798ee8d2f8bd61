// A document that is treated as documents are: changed, broken, half written, emptied, taken away, held, approved, gone
// back on. Whatever is done to it, the tools that every good version of it has are there.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const OPERATIONS = 20

/** The same numbers for the same seed (mulberry32). */
function dice(seed) {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}

/**
 * A document: operation `changed` says `text` and takes `limit`; `extra` has one operation more, `broken` cannot be
 * read.
 */
function document({ changed = 0, text = 'Lists', limit = 100, extra, broken = -1, indent }) {
  const operation = (number) => {
    if (number === broken) return { get: { operationId: `t${number}`, parameters: [{ $ref: '#/nowhere' }] } }
    const schema = { type: 'integer', maximum: number === changed ? limit : 100 }
    return {
      get: {
        operationId: `t${number}`,
        description: number === changed ? text : 'Lists',
        parameters: [{ name: 'limit', in: 'query', schema }],
      },
    }
  }
  const paths = Object.fromEntries(
    Array.from({ length: OPERATIONS }, (_, number) => [`/t${number}`, operation(number)]),
  )
  if (extra !== undefined) paths['/extra'] = { get: { operationId: `extra${extra}` } }
  return JSON.stringify(
    { openapi: '3.1.1', info: { title: 'faults', version: '1.0.0' }, servers: [{ url: 'http://127.0.0.1:9' }], paths },
    null,
    indent,
  )
}

/** YAML that is a document of its own wherever it is cut behind the first path. */
const yaml = (paths) =>
  `openapi: 3.1.1\ninfo: {title: faults, version: 1.0.0}\nservers: [{url: 'http://127.0.0.1:9'}]\npaths:\n` +
  Array.from(
    { length: paths },
    (_, number) =>
      `  /t${number}:\n    get:\n      operationId: t${number}\n      description: Lists\n` +
      `      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 100}}]\n`,
  ).join('')

/**
 * Faults in an endless row, with the same order for the same seed. `next()` does one, reloads, and throws when a tool
 * that must be there is not.
 */
export async function faults({ ToolRegistry, SpecLoader }, folder, seed = 1) {
  const file = join(folder, 'api.json')
  const roll = dice(seed)
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  const core = Array.from({ length: OPERATIONS }, (_, number) => `t${number}`)
  const outcomes = { entered: 0, held: 0, failed: 0, stale: 0, approved: 0, rejected: 0, backs: 0 }
  registry.onChange(() => {})
  for (const event of ['held', 'settled', 'downgrade']) registry.on(event, () => {})
  writeFileSync(file, document({}))
  await loader.load(file, { name: 'api', gates: { breaking: 'hold' } })

  const kinds = [
    (n) => document({ changed: roll(OPERATIONS), text: `Lists ${n % 50}` }),
    (n) => document({ changed: roll(OPERATIONS), limit: 1 + (n % 99) }),
    () => document({ extra: roll(5) }),
    () => document({ indent: 1 + roll(4) }),
    () => document({ broken: roll(OPERATIONS) }),
    () => {
      const whole = yaml(OPERATIONS)
      return whole.slice(0, 120 + roll(whole.length - 120))
    },
    () => {
      const whole = document({})
      return whole.slice(0, roll(whole.length))
    },
    () => '',
    () => '<!DOCTYPE html><title>502</title>',
    () => 'null',
    () => '{"openapi": "3.1.1", "paths": []}',
    () => undefined,
  ]

  async function next(n) {
    const text = kinds[roll(kinds.length)](n)
    if (text === undefined) rmSync(file, { force: true })
    else writeFileSync(file, text)
    try {
      const { held, stale, holdId } = await loader.reload('api')
      outcomes.entered += 1
      outcomes.stale += Math.min(stale.length, 1)
      if (held.length > 0) {
        outcomes.held += 1
        // A large removal is never what was meant here.
        const meant =
          held.every((name) => !core.includes(name) || registry.has(name)) &&
          loader.held()[0].removed.every((name) => !core.includes(name))
        if (meant && roll(2) === 0) {
          loader.approve(holdId)
          outcomes.approved += 1
        } else if (roll(2) === 0) {
          loader.reject(holdId)
          outcomes.rejected += 1
        }
      }
    } catch (error) {
      if (!['INVALID_SPEC', 'SOURCE_UNREADABLE', 'UNSUPPORTED_SPEC'].includes(error.code)) throw error
      outcomes.failed += 1
    }
    if (roll(20) === 0) {
      try {
        loader.rollback('api')
        outcomes.backs += 1
      } catch (error) {
        if (error.code !== 'UNKNOWN_VERSION') throw error
      }
    }
    const lost = core.filter((name) => !registry.has(name))
    if (lost.length > 0) throw new Error(`after ${n} reloads ${lost.join(', ')} are lost: ${text?.slice(0, 200)}`)
  }
  return { next, outcomes, registry }
}
