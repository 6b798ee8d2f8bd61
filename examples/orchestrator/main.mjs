// An orchestrator: tools from a directory, an API document and code in one registry. A planner that sees the external
// ones writes a plan, and a runner carries it out. A tool file is edited between two steps: the next has the new code.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SpecLoader, ToolModules, ToolRegistry } from 'toolrack'
import { writePlan } from './planner.mjs'
import { runPlan } from './runner.mjs'

const registry = new ToolRegistry()
const modules = new ToolModules(registry)
const loader = new SpecLoader(registry)

// A copy of the directory, which this program edits.
const directory = await mkdtemp(join(tmpdir(), 'orchestrator-'))
await cp(fileURLToPath(new URL('tools', import.meta.url)), directory, { recursive: true })

// The API, and its document.
const customers = { C1: { name: 'Ada', since: 2021 } }
const api = createServer((request, response) => {
  const customer = customers[request.url.split('/').pop()]
  response.writeHead(customer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(customer ?? {}))
}).listen(0, '127.0.0.1')
await once(api, 'listening')
const crm = {
  openapi: '3.1.0',
  info: { title: 'CRM', version: '1.0.0' },
  servers: [{ url: `http://127.0.0.1:${api.address().port}` }],
  paths: {
    '/customers/{id}': {
      get: {
        operationId: 'getCustomer',
        summary: 'Reads a customer by id',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      },
    },
  },
}

try {
  const { reports } = await modules.addDirectory(directory, { watch: { stabilityMs: 20 } })
  await loader.load(crm, { name: 'crm', category: 'external' })
  registry.register({
    name: 'summarize',
    description: 'Summarizes what was done',
    category: 'external',
    parameters: { lines: { type: 'array', items: { type: 'string' } } },
    execute: ({ lines }, { auditingId }) => `${lines.length} tickets, audit ${auditingId}: ${lines.join('; ')}`,
  })
  console.log('sources:', reports.map(({ source }) => source).join(', '), '+ crm + code')

  const catalog = registry.catalog({ mode: 'externalOnly' })
  console.log('the planner sees:', catalog.map(({ name }) => name).join(', '))
  const plan = writePlan('Ada wants her money back', catalog)

  await runPlan(registry, plan, {
    userId: 'grace',
    auditingId: 'audit-7',
    async afterStep({ step, tool, value, revision }) {
      console.log(`${step}. ${tool} (revision ${revision}):`, value)
      if (step !== 2) return
      const reloaded = new Promise((resolve, reject) => {
        registry.on('reloaded', resolve)
        registry.on('reloadFailed', ({ error }) => reject(error))
      })
      await writeFile(
        join(directory, '_labels.ts'),
        'export const label = (subject: string) => `[urgent] ${subject}`\n',
      )
      const { source, updated } = await reloaded
      console.log(`   ${source} was edited: ${updated.join(', ')} has new code`)
    },
  })
} finally {
  await modules.close()
  registry.close()
  api.close()
  await rm(directory, { recursive: true })
}
