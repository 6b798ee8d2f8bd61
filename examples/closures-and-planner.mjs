// Closures and a planner: functions become tools, a planner chooses among the external ones, and each step of its
// plan is a call with the user's identity. The planner stands for a model.
// Run it: node examples/closures-and-planner.mjs

import { ToolRegistry, registerDynamicTool } from 'toolrack'

const registry = new ToolRegistry()

// Tools are data with a function: these definitions could come from a configuration file.
const customerId = { type: 'string', description: 'Customer id', pattern: '^C[0-9]+$' }
const definitions = [
  { name: 'find_customer', description: 'Finds a customer', category: 'external', parameters: { customerId } },
  {
    name: 'open_ticket',
    description: 'Opens a support ticket',
    category: 'external',
    requiresAuth: true,
    parameters: { customer: { type: 'string' }, urgent: { type: 'boolean', default: false } },
  },
  { name: 'clear_cache', description: 'Clears the cache', category: 'internal', parameters: {} },
]
const customers = { C1: 'Ada', C2: 'Grace' }
const functions = {
  find_customer: ({ customerId }) => customers[customerId] ?? null,
  open_ticket: async ({ customer, urgent }, { userId }) => ({ customer, urgent, openedBy: userId }),
  clear_cache: () => 'done',
}
for (const definition of definitions)
  registerDynamicTool(registry, { ...definition, execute: functions[definition.name] })
console.log('tools:', registry.list())

// The catalog is what a planner reads: external tools with their parameters and their cost in tokens.
const catalog = registry.catalog({ mode: 'externalOnly' })
for (const { name, description, tokens } of catalog) console.log(`  ${name}: ${description} (${tokens} tokens)`)

/** Stands for a model that gets the goal and the catalog. `$1` is the result of step 1. */
const planFor = (goal, tools) => [
  { tool: tools.find(({ description }) => description.includes('customer')).name, params: { customerId: 'C1' } },
  { tool: tools.find(({ description }) => description.includes('ticket')).name, params: { customer: '$1' } },
]

const results = []
for (const { tool, params } of planFor('Ada wants her money back', catalog)) {
  const filled = Object.entries(params).map(([key, value]) => [key, value === '$1' ? results[0] : value])
  // The identity comes from your session. Without a user, `open_ticket` is refused: it has `requiresAuth`.
  results.push(await registry.execute(tool, Object.fromEntries(filled), { context: { userId: 'grace' } }))
  console.log(`step ${results.length}, ${tool}:`, results.at(-1))
}

// A plan is written by a model: wrong arguments are refused, and an identity among them is dropped.
const failed = (error) => `${error.code}: ${error.message}`
console.log(await registry.execute('find_customer', { customerId: '7' }).catch(failed))
registry.on('spoofAttempt', ({ keys, userId }) => console.log(`${userId} tried to send ${keys}`))
const forged = { customer: 'Ada', userId: 'root' }
console.log(await registry.execute('open_ticket', forged, { context: { userId: 'grace' } }))
console.log(await registry.execute('open_ticket', { customer: 'Ada' }).catch(failed))
