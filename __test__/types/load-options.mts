// Options of loads and registries in their groups. What was an option at another place, or by another name, does not
// compile.
import { SpecLoader, ToolRegistry } from 'toolrack'
import type { DocumentLimits, DocumentOptions, LoadOptions, NetworkOptions, OperationFunction } from 'toolrack'

const registry = new ToolRegistry({ validateParams: false, rateLimit: 60, callLimits: { burst: 5 } })
const loader = new SpecLoader(registry)
const network: NetworkOptions = {
  hosts: ['crm.corp:8443'],
  authOrigins: ['https://a.example'],
  references: { outsideFolder: true, internet: false, hosts: ['schemas.corp'] },
}
const document: DocumentOptions = {
  overlays: ['./overlay.yaml'],
  deprecated: 'include',
  arguments: 'grouped',
  hiddenUnicode: 'flag',
  duplicateKeys: 'last',
}
const limits: DocumentLimits = {
  bytes: 5,
  depth: 5,
  nodes: 5,
  aliases: 5,
  operations: 5,
  documents: 5,
  definitionBytes: 5,
  versions: 3,
  tokens: { target: 'mcp', tool: 5, document: 5 },
}
const isPublic: OperationFunction = async ({ tags }) => !tags.includes('internal')
const options: LoadOptions = { include: isPublic, exclude: ({ deprecated }) => deprecated, network, document, limits }
loader.load('./a.yaml', { ...options, rateLimit: 60, overrides: { a: { rateLimit: 5, callLimits: { burst: 2 } } } })

// @ts-expect-error network.hosts
loader.load('./a.yaml', { hosts: ['a'] })
// @ts-expect-error network.authOrigins
loader.load('./a.yaml', { authOrigins: ['https://a.example'] })
// @ts-expect-error network.references
loader.load('./a.yaml', { references: { internet: false } })
// @ts-expect-error document.overlays
loader.load('./a.yaml', { overlays: ['./overlay.yaml'] })
// @ts-expect-error document.deprecated
loader.load('./a.yaml', { deprecated: 'include' })
// @ts-expect-error document.arguments
loader.load('./a.yaml', { arguments: 'grouped' })
// @ts-expect-error document.hiddenUnicode
loader.load('./a.yaml', { definitionUnicode: 'flag' })
// @ts-expect-error document.duplicateKeys
loader.load('./a.yaml', { limits: { duplicateKeys: 'last' } })
// @ts-expect-error limits.versions
loader.load('./a.yaml', { keepVersions: 3 })
// @ts-expect-error limits.tokens
loader.load('./a.yaml', { tokenBudget: { tool: 5 } })
// @ts-expect-error include or exclude
loader.load('./a.yaml', { filter: () => true })
// @ts-expect-error a function stands alone
loader.load('./a.yaml', { include: [{ tags: ['a'] }, () => true] })
// @ts-expect-error the option exclude
loader.load('./a.yaml', { overrides: { a: { exclude: true } } })
// @ts-expect-error rateLimit beside callLimits
loader.load('./a.yaml', { callLimits: { rateLimit: 60 } })
// @ts-expect-error rateLimit beside callLimits
loader.load('./a.yaml', { overrides: { a: { callLimits: { rateLimit: 60 } } } })
// @ts-expect-error rateLimit beside callLimits
new ToolRegistry({ callLimits: { rateLimit: 60 } })
// @ts-expect-error rateLimit beside callLimits
registry.register({ name: 'a', description: 'b', callLimits: { rateLimit: 60 }, execute: () => 1 })
// @ts-expect-error validateParams
new ToolRegistry({ validate: false })
// @ts-expect-error offer(target).quarantined
registry.quarantined('openai')
// @ts-expect-error offer(target).quarantined
registry.snapshot().quarantined('openai')
// @ts-expect-error the timeout of a registry stands beside callLimits
new ToolRegistry({ callLimits: { timeoutMs: 60 } })
