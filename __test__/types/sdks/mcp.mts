// What the SDK of the Model Context Protocol takes and what it sends. Compiled, never run.
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { CallToolRequest, CallToolResult, ListToolsResult, Tool } from '@modelcontextprotocol/sdk/types.js'
import { ToolRegistry } from 'toolrack'

const registry = new ToolRegistry()

// A server as a user writes it.
const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: { listChanged: true } } })
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: registry.definitions('mcp') }))
server.setRequestHandler(CallToolRequestSchema, (request, { signal }) => registry.respond('mcp', request, { signal }))
registry.onChange(() => void server.sendToolListChanged())

// The same, type by type: calls come as requests or as their parameters.
const taken: ListToolsResult['tools'] = registry.definitions('mcp', {}, { revision: '2025-06-18' })
const one: Tool[] = registry.definitions('mcp')
const answer = async (request: CallToolRequest): Promise<CallToolResult> => registry.respond('mcp', request)
const answers = async (calls: CallToolRequest['params'][]): Promise<CallToolResult[]> => registry.respond('mcp', calls)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error a tool has an inputSchema
const anthropic: ListToolsResult['tools'] = registry.definitions('anthropic')
// @ts-expect-error the content of a result is a list
const text: CallToolResult = { content: 'words' }
void [taken, one, answer, answers, anthropic, text]
