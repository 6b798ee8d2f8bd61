// HTTP tools: what a definition takes, and the slips that do not compile.
import { ToolRegistry, registerHttpTool, registerHttpTools } from 'toolrack'
import type { HttpMethod, HttpPlace, HttpToolChange, HttpToolDefinition, HttpToolOptions } from 'toolrack'

const registry = new ToolRegistry<{ context: { userId: string } }>()
const options: HttpToolOptions = { network: { hosts: ['localhost:3000'] } }
const method: HttpMethod = 'POST'
const place: HttpPlace = 'header'
const lookup: HttpToolDefinition = {
  name: 'crm-lookup',
  description: 'Look up a customer',
  tags: ['client'],
  parameters: { customerId: { type: 'string', pattern: '^C[0-9]+$' }, org: { type: 'string', required: false } },
  endpoint: 'https://crm.example.com/customers/{customerId}',
  in: { org: { in: place, name: 'X-Org' } },
  query: { v: 2, tag: ['a', true] },
  headers: { 'X-User-Id': '{context.userId}' },
  auth: async ({ userId }) => `token-of-${String(userId)}`,
  authScheme: { in: 'header', name: 'X-Api-Key' },
  response: ['id', 'name'],
  callLimits: { timeoutMs: 5_000 },
}
registerHttpTool(registry, lookup, { ...options, onConflict: 'replace' })
registerHttpTool(registry, { ...lookup, method, body: { a: [1] }, auth: { env: 'KEY' }, response: '$.items[*]' })
const change: HttpToolChange = registerHttpTools(registry, [lookup], { ...options, source: 'crm' })
const names: readonly string[] = [...change.added, ...change.updated, ...change.removed, ...change.unchanged]
void names

// @ts-expect-error endpoint is required
registerHttpTool(registry, { name: 'a', description: 'b' })
// @ts-expect-error GET, in capital letters
registerHttpTool(registry, { ...lookup, method: 'get' })
// @ts-expect-error no place has this name
registerHttpTool(registry, { ...lookup, in: { org: 'querry' } })
// @ts-expect-error an HTTP tool has no closure
registerHttpTool(registry, { ...lookup, execute: () => 1 })
// @ts-expect-error callLimits.timeoutMs
registerHttpTool(registry, { ...lookup, timeoutMs: 5 })
// @ts-expect-error an HTTP tool has no predicate
registerHttpTool(registry, { ...lookup, requiresApproval: () => true })
// @ts-expect-error hosts belong to the options
registerHttpTool(registry, { ...lookup, network: { hosts: [] } })
// @ts-expect-error a source is required
registerHttpTools(registry, [lookup], {})
