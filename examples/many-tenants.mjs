// Many tenants: one registry serves several customers. Each has tools, credentials and a rate limit of its own, and
// none can reach those of another.
// Run it: node examples/many-tenants.mjs

import { SpecLoader, ToolRegistry } from 'toolrack'

const registry = new ToolRegistry({ enforceRateLimits: true })

/** The keys of the tenants. In your program they come from a secret store; the function is asked at each call. */
const keys = { acme: 'acme-0123456789', globex: 'globex-0123456789' }
const auth = { key: ({ metadata }) => keys[metadata.tenant] }

/** Stands for the API, which knows a tenant by its key. Leave it out in your program. */
const fetch = (url, { headers }) =>
  Response.json({ customersOf: Object.keys(keys).find((tenant) => headers.authorization === `Bearer ${keys[tenant]}`) })

const document = {
  openapi: '3.1.0',
  servers: [{ url: 'https://crm.example' }],
  paths: { '/customers': { get: { operationId: 'listCustomers', security: [{ key: [] }] } } },
  components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
}
const loader = new SpecLoader(registry, { fetch })
await loader.load(document, { name: 'crm', tags: ['everyone'], auth, rateLimit: 1, callLimits: { burst: 1 } })
registry.register({
  name: 'audit',
  description: 'Lists who did what',
  tags: ['globex'], // only this tenant has paid for it
  execute: (_, { userId, metadata }) => `${userId} of ${metadata.tenant}`,
})

/** The turn of a user: the tools of the tenant, and the identity. Both come from your session. */
const turnOf = (userId, tenant) =>
  registry.snapshot({ filter: { tags: ['everyone', tenant] }, context: { userId, metadata: { tenant } } })
const codeOf = (call) => call.then(JSON.stringify, ({ code }) => code)

const ann = turnOf('ann', 'acme')
const bob = turnOf('bob', 'globex')
for (const [name, turn] of Object.entries({ ann, bob })) {
  console.log(`${name} has`, turn.list())
  console.log(`  customers:`, await codeOf(turn.execute('listCustomers')))
  console.log(`  once more:`, await codeOf(turn.execute('listCustomers'))) // each has a limit of their own
  console.log(`  audit:`, await codeOf(turn.execute('audit')))
}
const asGlobex = { context: { userId: 'ann', metadata: { tenant: 'globex' } } }
console.log('ann as globex:', await codeOf(ann.execute('listCustomers', {}, asGlobex)))
console.log('a model of ann:', await ann.respond('plain', { name: 'audit', arguments: { tenant: 'globex' } }))
loader.close()
