// The manual is found by the words of the field: each term stands in a heading or in the first lines of its page.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pagesOf, prose, read } from './support/markdown.mjs'

const FIRST_LINES = 7
const pages = pagesOf('docs').filter((path) => path !== 'docs/README.md')

/** What a person searches for, and the page that they need. */
const TERMS = {
  'rate limit': 'limits',
  concurrency: 'limits',
  timeout: 'limits',
  retry: 'limits',
  backoff: 'limits',
  'circuit breaker': 'limits',
  idempotency: 'limits',
  truncation: 'limits',
  tenant: 'tenants',
  'multi-tenant': 'tenants',
  'HTTP tool': 'http-tools',
  'REST API': 'http-tools',
  'hot reload': 'watching',
  debounce: 'watching',
  polling: 'watching',
  symlink: 'watching',
  'bind mount': 'watching',
  'reload of modules': 'module-reloads',
  dispose: 'module-reloads',
  TypeScript: 'modules',
  'tools of other frameworks': 'framework-tools',
  webhook: 'webhooks',
  signature: 'webhooks',
  replay: 'webhooks',
  strict: 'providers',
  'prompt cache': 'providers',
  token: 'providers',
  'tool search': 'providers',
  'tools by the words': 'search',
  embeddings: 'embedder',
  synonyms: 'search-ranking',
  'ranking of a search': 'search-ranking',
  'deferred loading': 'finder',
  'loads what it needs': 'finder',
  'code mode': 'declarations',
  'agent loop': 'agent-loops',
  'tool calling': 'agent-loops',
  'function calling': 'agent-loops',
  'OpenAI Responses': 'agent-loops',
  LangChain: 'agent-loops',
  'AI SDK': 'frameworks',
  LangGraph: 'frameworks',
  'OpenAI Agents': 'frameworks',
  'agent framework': 'frameworks',
  Mastra: 'frameworks-more',
  Strands: 'frameworks-more',
  ADK: 'frameworks-more',
  Genkit: 'frameworks-more',
  LlamaIndex: 'frameworks-more',
  'Model Context Protocol': 'mcp-server',
  stdio: 'mcp-server',
  McpLoader: 'upstreams',
  upstreams: 'upstreams',
  'credentials of each user': 'upstream-credentials',
  'user tokens': 'upstream-credentials',
  'tool poisoning': 'security-of-mcp',
  'rug pull': 'security-of-mcp',
  'DNS rebinding': 'security-of-mcp',
  'prompt injection': 'security-of-mcp',
  'Streamable HTTP': 'mcp-http',
  search_tools: 'many-tools',
  'many tools': 'many-tools',
  'MCP resources': 'resources',
  prompts: 'resources',
  completion: 'resources',
  'hosts and origins': 'mcp-http',
  'authorization of an MCP server': 'mcp-auth',
  jwtVerifier: 'mcp-auth',
  'MCP server in one command': 'serve',
  'configuration file': 'config',
  'command line': 'cli',
  'continuous integration': 'ci',
  'pull request': 'ci',
  'Claude Desktop': 'desktop-clients',
  'VS Code': 'desktop-clients',
  Cursor: 'desktop-clients',
  OpenAPI: 'documents',
  Swagger: 'documents',
  SSRF: 'documents',
  'output schema': 'output-schemas',
  'structured content': 'output-schemas',
  'success response': 'operation-outputs',
  overlay: 'choosing',
  include: 'choosing',
  'OAuth 2': 'auth',
  'client credentials': 'auth',
  'API key': 'auth',
  origin: 'auth',
  redaction: 'auth',
  validation: 'calls',
  coercion: 'calls',
  cancellation: 'calls',
  streaming: 'streaming',
  'async generator': 'streaming',
  browser: 'streaming',
  progress: 'progress',
  'log message': 'progress',
  elicitation: 'questions',
  sampling: 'questions',
  'server-sent events': 'streaming',
  multipart: 'files',
  'error code': 'errors',
  snapshot: 'registry',
  alias: 'search',
  catalog: 'filters',
  planner: 'filters',
  offer: 'filters',
  'audit log': 'audit',
  'hash chain': 'audit',
  OpenTelemetry: 'observability',
  gate: 'review',
  approval: 'review',
  'human in the loop': 'approval',
  'approval of a call': 'approval',
  'approval in LangGraph': 'approval-langgraph',
  pin: 'review',
  rollback: 'review',
  canary: 'versions',
  fallback: 'versions',
  restart: 'state',
  'JSON Schema': 'tools',
  'Standard Schema': 'tools',
  Zod: 'tools',
  'type inference': 'typescript',
  bundler: 'deployment',
  cluster: 'deployment',
  worker: 'deployment',
  Docker: 'deployment',
  Deno: 'deployment',
  'AWS Lambda': 'serverless',
  'Cloud Run': 'serverless',
  'cold start': 'serverless',
  Alpine: 'serverless',
  FastMCP: 'migrating',
  '@samchon/openapi': 'migrating',
  'hand-written loop': 'migrating',
  esbuild: 'bundlers',
  Vite: 'bundlers',
  webpack: 'bundlers',
  Next: 'bundlers',
  Express: 'web-servers',
  Fastify: 'web-servers',
  Hono: 'web-servers',
  'unit test': 'testing',
  mock: 'testing',
  'fake timers': 'testing',
  cassette: 'testing-http',
  VCR: 'testing-http',
  Vitest: 'testing',
  benchmark: 'performance',
  'known limits': 'known-limits',
  glossary: 'glossary',
}

/** Terms that have a heading, and its page: a list of headings is the first thing that a reader looks through. */
const HEADINGS = {
  'hot reload': 'watching',
  'API key': 'auth',
  'rate limit': 'limits',
  retry: 'limits',
  'circuit breaker': 'limits',
  idempotency: 'limits',
  timeout: 'limits',
  tenant: 'tenants',
  strict: 'providers',
  debounce: 'watching',
  webhook: 'webhooks',
  SSRF: 'documents',
  platform: 'deployment',
}

const headings = (page) => [...prose(page).matchAll(/^#+ .*$/gm)].map(([heading]) => heading)

/** What a search result shows of a page: its first lines and its headings. */
function shown(path) {
  const page = read(path)
  const lines = [...page.split('\n').slice(0, FIRST_LINES), ...headings(page)]
  return lines.join('\n').replace(/\s+/g, ' ').toLowerCase()
}

for (const [term, page] of Object.entries(TERMS))
  test(`a search for "${term}" finds docs/${page}.md by a heading or its first lines`, () => {
    assert.ok(shown(`docs/${page}.md`).includes(term.toLowerCase()))
  })

for (const [term, page] of Object.entries(HEADINGS))
  test(`docs/${page}.md has a heading with "${term}"`, () => {
    assert.ok(
      headings(read(`docs/${page}.md`))
        .join('\n')
        .toLowerCase()
        .includes(term.toLowerCase()),
    )
  })

test('each page opens with a heading and a sentence', () => {
  for (const path of pages) assert.match(read(path), /^# [^\n]+\n\n[A-Z`][^\n|]+\n/, path)
})
