// toolrack/test: what a test reads has types, and what it may not give is refused.
import { SpecLoader, type ToolRegistry } from 'toolrack'
import { callOf, createTestRegistry, record, replay, scriptedModel, type RecordedCall } from 'toolrack/test'

const registry = createTestRegistry<{ context: { userId: number } }>({ enforceRateLimits: true, now: new Date(0) })
const plain: ToolRegistry<{ context: { userId: number } }> = registry
await registry.clock.advance(1_000)
const at: number = registry.clock.now
const [call]: RecordedCall[] = registry.calls('a')
if (call?.outcome === 'RATE_LIMITED') call.error?.details
createTestRegistry({ clock: registry.clock })

new SpecLoader(registry, { fetch: record('a.json', { fetch, secrets: ['pin'] }) })
const replayed = replay(new URL('file:///a.json'), { strict: false })
new SpecLoader(registry, { fetch: replayed })
replayed.done()

const model = scriptedModel('anthropic', [
  'Hi',
  { call: ['a', { b: 1 }] },
  { calls: [['a'], ['b', {}]], text: 'I look', offered: false },
  async ({ results, tools, request }) => ({ text: `${results[0]?.value} ${tools.length} ${request.model}` }),
])
const answer: Promise<any> = model.respond({})
const { id } = callOf('anthropic', 'a', {}, { id: 'x' })
registry.respond('openai', callOf('openai', 'a'))
interface Args {
  id: number
}
const args: Args = { id: 1 }
callOf('openai', 'a', args)
scriptedModel('openai', [{ call: ['a', args] }])
replay('a.json', { secrets: ['pin'] })

// @ts-expect-error -- a clock cannot be set
registry.clock.now = 5
// @ts-expect-error -- there is no model of MCP
scriptedModel('mcp', [])
// @ts-expect-error -- a call is a list
scriptedModel('openai', [{ call: 'a' }])
// @ts-expect-error -- an unknown target
callOf('gpt', 'a')
// @ts-expect-error -- an unknown option
replay('a.json', { stric: true })
