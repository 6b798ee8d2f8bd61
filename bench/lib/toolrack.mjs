// What is measured, and what it is given.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../package.json', import.meta.url))
/** Where the toolrack is that is measured: this checkout, or a build that was put aside. */
const measured =
  process.env.TOOLRACK_BUILD === undefined ? require : createRequire(`${process.env.TOOLRACK_BUILD}/package.json`)

/** The toolrack that is measured. */
export const load = () => measured('./')

/** GitHub's description of its API: 13 MB of JSON, 1,223 operations. */
export const github = () => readFileSync(require.resolve('@octokit/openapi/generated/api.github.com.json'))

/** The addon below the public surface, and a registry's own object there: benchmarks start calls on Rust threads. */
export function callFromRust(registry) {
  // A build that was put aside may have former names.
  const { drillCalls, testCalls = drillCalls } = measured('./binding.js')
  const older = measured('./package.json').main === 'index.js'
  // The whole attachment: Rust holds neither the closures nor the registry, so `native` alone would let them go.
  const { attach } = measured(older ? './js/registry.js' : './lib/registry.js')
  const attached = attach(registry, { close() {} })
  return async (order) => JSON.parse(await testCalls(attached.native, JSON.stringify(order)))
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
