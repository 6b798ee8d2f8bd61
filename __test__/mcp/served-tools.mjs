// Tools that the official clients list and call: some with a behaviour of their own, the rest to make the list long.
import { setTimeout as sleep } from 'node:timers/promises'
import { ToolRegistry } from '../../lib/index.js'

/** The least time between two notices of progress, and some more. */
const PACE_MS = 120

const NUMBERS = {
  type: 'object',
  properties: { a: { type: 'number' }, b: { type: 'number' } },
  required: ['a', 'b'],
  additionalProperties: false,
}

/** The tools that have a behaviour of their own. */
function behaviours(registry) {
  let aborted = Promise.withResolvers()
  let grown = 0
  return {
    add: { inputSchema: NUMBERS, execute: ({ a, b }) => ({ sum: a + b }) },
    fail: {
      execute() {
        throw new Error('the disk is full')
      },
    },
    /** Answers when its call is aborted. */
    wait: {
      execute: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          const { resolve } = (aborted = Promise.withResolvers())
          signal.addEventListener('abort', () => {
            resolve('aborted')
            reject(signal.reason)
          })
        }),
    },
    /** Reports three times, each after the one before was told, and answers. */
    report: {
      async execute(_, { progress }) {
        for (const done of [1, 2, 3]) {
          progress(done, 3, `step ${done}`)
          await sleep(PACE_MS)
        }
        return 'reported'
      },
    },
    /** Writes a log message of two levels, and answers. */
    note: {
      execute(_, { log }) {
        log('debug', 'a detail')
        log('warning', { left: 3 }, 'disk')
        return 'noted'
      },
    },
    /** Needs the approval of a person, and then asks for a name. */
    drop: {
      inputSchema: { type: 'object', properties: { table: { type: 'string' } } },
      requiresApproval: true,
      async execute({ table }, { ask, approved }) {
        const schema = { type: 'object', properties: { name: { type: 'string' } } }
        const { content } = await ask('name', { message: 'name', schema })
        return `${content.name} dropped ${table}, ${approved}`
      },
    },
    /** Asks for a name, and then for a colour, and answers. */
    wonder: {
      async execute(_, { ask }) {
        const field = { type: 'string' }
        const form = (name) => ({ message: name, schema: { type: 'object', properties: { [name]: field } } })
        const { content: one } = await ask('name', form('name'))
        const { content: two } = await ask('colour', form('colour'))
        return `${one.name} likes ${two.colour}`
      },
    },
    /** Answers when the newest call of `wait` was aborted. */
    aborted: { execute: () => aborted.promise },
    /** Adds a tool, and answers with its name. */
    grow: {
      execute() {
        const name = `grown_${grown++}`
        registry.register({ name, description: 'Comes later', execute: () => 'grown' })
        return name
      },
    },
  }
}

/** The names of the tools of `servedRegistry`. */
export function servedNames(count) {
  const named = Object.keys(behaviours())
  return [...named, ...Array.from({ length: count - named.length }, (_, index) => `tool_${index}`)]
}

/** A registry of `count` tools. */
export function servedRegistry(count) {
  const registry = new ToolRegistry()
  const own = behaviours(registry)
  for (const name of servedNames(count))
    registry.register({ name, description: `The tool ${name}`, ...(own[name] ?? { execute: () => name }) })
  return registry
}

/** So that 10,000 tools are some ten pages. */
export const PAGE = { bytes: 131_072 }
