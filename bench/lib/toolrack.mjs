// What is measured, and what it is given.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const require = createRequire(`${checkout}/package.json`)
/** Where the toolrack is that is measured: this checkout, or a build that was put aside. */
const folder = process.env.TOOLRACK_BUILD ?? checkout
const measured = createRequire(`${folder}/package.json`)
/** A file of the build that is measured. */
export const measuredFile = (file) => measured(file)

/** The toolrack that is measured. */
export const load = () => measured('./')

/** GitHub's description of its API: 13 MB of JSON, 1,223 operations. */
export const github = () => readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'))

/** Starts calls on Rust threads: the test hooks of the addon take a registry's own object there. */
export function callFromRust(registry) {
  const { addon, attach } = internals()
  const { drillCalls, testCalls = drillCalls } = addon
  // The whole attachment: Rust holds neither the closures nor the registry, so `native` alone would let them go.
  const attached = attach(registry, { close() {} })
  return async (order) => JSON.parse(await testCalls(attached.native, JSON.stringify(order)))
}

/** What stands below the public surface. A build that was put aside may have it in former files, by former names. */
function internals() {
  const has = (file) => existsSync(`${folder}/${file}`)
  const addon = has('lib/border/native.js') ? measured('./lib/border/native.js').native : measured('./binding.js')
  const { attach } = measured(has('lib/registry.js') ? './lib/registry.js' : './js/registry.js')
  return { addon, attach }
}

/** Wraps the functions of the addon before {@link load}: `around` gets the arguments and what runs the function. */
export function wrapAddon(around) {
  const file = existsSync(`${folder}/lib/border/native.js`) ? './lib/border/native.js' : './binding.js'
  const doors = measured(file)
  for (const [name, door] of Object.entries(doors)) {
    if (typeof door !== 'function') continue
    if (door.prototype === undefined || !/^[A-Z]/.test(name)) {
      doors[name] = (...args) => around(args, () => door(...args))
      continue
    }
    wrapMembers(door.prototype, around)
    doors[name] = new Proxy(door, {
      construct: (target, args) => around(args, () => Reflect.construct(target, args)),
    })
  }
  // Classes that are never constructed in JavaScript are not among the exports of `native.js`.
  for (const made of Object.values(doors.native ?? {}))
    if (made.prototype !== undefined) wrapMembers(made.prototype, around)
}

/** Prototypes whose members are wrapped. */
const wrapped = new WeakSet()

function wrapMembers(prototype, around) {
  if (wrapped.has(prototype)) return
  wrapped.add(prototype)
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (key === 'constructor') continue
    const run = member.value ?? member.get
    const wrapper = function (...args) {
      return around(args, () => run.apply(this, args))
    }
    Object.defineProperty(prototype, key, member.get ? { ...member, get: wrapper } : { ...member, value: wrapper })
  }
}

/** A small tool as users write them; the name tells one from another. */
export function tool(number, execute = async ({ city }) => city) {
  return {
    name: `weather_${number}`,
    description: 'The weather forecast of a city',
    category: number % 2 === 0 ? 'external' : 'internal',
    tags: [`group_${number % 100}`, 'weather'],
    parameters: {
      city: { type: 'string', description: 'The city', minLength: 1 },
      days: { type: 'integer', description: 'How many days', minimum: 1, maximum: 14 },
      units: { type: 'string', enum: ['metric', 'imperial'], description: 'Which units' },
    },
    execute,
  }
}

/** A registry of many of them. */
export function registryOf(count, options) {
  const { ToolRegistry } = load()
  const registry = new ToolRegistry(options)
  for (let number = 0; number < count; number++) registry.register(tool(number))
  return registry
}

/** Arguments as an agent framework hands them on. */
export const PARAMS = Object.freeze({ city: 'Zürich', days: 3, units: 'metric' })
export const IDENTITY = Object.freeze({ userId: 7, auditingId: 'a-42' })
