// attachMcp: the tools of a registry on an MCP server that exists.
import type { ToolFilter } from './filter'
import type { ToolRegistry } from './registry'
import type { ContextOf, RegistryTypes } from './tool'

/** The options of `attachMcp`. */
export interface McpAttachOptions<Types extends RegistryTypes = {}> {
  /**
   * The tools that are added: a filter, or a function that returns one for each caller.
   * @default all tools
   */
  filter?:
    | ToolFilter
    | ((caller: { readonly context: ContextOf<Types> }) => ToolFilter | undefined | Promise<ToolFilter | undefined>)
  /**
   * The context of calls: an object, or a function that returns it. The function gets what the SDK hands to its
   * handlers: `extra` of SDK 1, `ctx` of SDK 2.
   * @default no user
   */
  context?: ContextOf<Types> | ((extra: any) => ContextOf<Types> | Promise<ContextOf<Types>>)
  /** How the list is cut into pages. */
  page?: {
    /**
     * The size of a page, in bytes.
     * @default 4194304 (4 MiB)
     */
    bytes?: number
  }
}

/**
 * Adds the tools of a registry to a `Server` or `McpServer` of `@modelcontextprotocol/sdk` 1 or
 * `@modelcontextprotocol/server` 2. Its own tools stay, and win over those with their names. Attach before the server
 * connects, if it has no tools itself. Throws `INVALID_OPTIONS`, and `CLOSED` for a closed registry.
 * @returns a function that takes the tools away
 */
export function attachMcp<Types extends RegistryTypes = {}>(
  registry: ToolRegistry<Types>,
  server: object,
  options?: McpAttachOptions<Types>,
): () => void
