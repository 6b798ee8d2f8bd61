// The orchestrator example: a plan of external tools is carried out while one of their files is edited.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { writePlan } from '../examples/orchestrator/planner.mjs'
import { runPlan } from '../examples/orchestrator/runner.mjs'
import { root, runFile } from './support/child.mjs'
import { codeOf, tool } from './support/tools.mjs'

const OUTPUT = `sources: clock, tickets + crm + code
the planner sees: open_ticket, getCustomer, summarize
1. getCustomer (revision 3): { name: 'Ada', since: 2021 }
2. open_ticket (revision 3): [new] late parcel for Ada, by grace in step 2
   tickets was edited: open_ticket has new code
3. open_ticket (revision 4): [urgent] refund for Ada, by grace in step 3
4. summarize (revision 4): 2 tickets, audit audit-7: [new] late parcel for Ada, by grace in step 2; \
[urgent] refund for Ada, by grace in step 3
`

test('a step after an edit of a tool file has the new code, and earlier results stay', async () => {
  const { code, stdout, stderr } = await runFile([join(root, 'examples', 'orchestrator', 'main.mjs')])
  assert.deepEqual([code, stderr, stdout], [0, '', OUTPUT])
})

/** A registry with a tool that answers what it was called with. */
function echoRegistry() {
  const registry = new ToolRegistry()
  const answer = (params, { userId, auditingId, metadata }) => ({ params, userId, auditingId, metadata })
  registry.register(tool({ name: 'echo', execute: answer }))
  return registry
}

test('each step has the identity of the user, its number and the type of the plan in its context', async () => {
  const plan = {
    planType: 'sequential',
    steps: [
      { tool: 'echo', params: {} },
      { tool: 'echo', params: { a: ['$1.userId'] } },
    ],
  }
  const results = await runPlan(echoRegistry(), plan, { userId: 'grace', auditingId: 'audit-7' })
  const caller = { userId: 'grace', auditingId: 'audit-7' }
  assert.deepEqual(results, [
    { params: {}, ...caller, metadata: { step: 1, planType: 'sequential' } },
    { params: { a: ['grace'] }, ...caller, metadata: { step: 2, planType: 'sequential' } },
  ])
})

test('a plan that forges an identity in its arguments does not change who calls', async () => {
  const plan = { planType: 'sequential', steps: [{ tool: 'echo', params: { userId: 'root' } }] }
  const [{ userId }] = await runPlan(echoRegistry(), plan, { userId: 'grace', auditingId: 'audit-7' })
  assert.equal(userId, 'grace')
})

test('a step whose tool is gone ends the plan with its code, and the steps before have run', async () => {
  const plan = {
    planType: 'sequential',
    steps: [
      { tool: 'echo', params: {} },
      { tool: 'gone', params: {} },
    ],
  }
  const done = []
  const afterStep = ({ step }) => void done.push(step)
  const run = () => runPlan(echoRegistry(), plan, { userId: 'grace', auditingId: 'audit-7', afterStep })
  assert.deepEqual([await codeOf(run), done], ['UNKNOWN_TOOL', [1]])
})

test('a planner is offered external tools alone, and plans with no other', () => {
  const registry = new ToolRegistry()
  registry.register(tool({ name: 'tickets', description: 'Opens a ticket', category: 'internal' }))
  assert.throws(() => writePlan('refund', registry.catalog({ mode: 'externalOnly' })), /no tool for "customer by id"/)
})
