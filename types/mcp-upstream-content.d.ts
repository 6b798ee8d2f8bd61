// Resources and prompts of other MCP servers, as a McpLoader has them.

/** A resource as its server lists it. Nothing of it is checked but `uri`. */
export interface McpListedResource {
  readonly uri: string
  readonly name: string
  /** The name of the source. */
  readonly source: string
  readonly [member: string]: unknown
}

/** A resource template as its server lists it. Nothing of it is checked but `uriTemplate`. */
export interface McpListedTemplate {
  readonly uriTemplate: string
  readonly name: string
  /** The name of the source. */
  readonly source: string
  readonly [member: string]: unknown
}

/** What the servers of a loader have to read. */
export interface McpListedResources {
  readonly resources: readonly McpListedResource[]
  readonly resourceTemplates: readonly McpListedTemplate[]
}

/** A prompt as its server lists it. Nothing of it is checked but `name`. */
export interface McpListedPrompt {
  /** The server's own name. */
  readonly name: string
  /** The name under which a server with `passThrough` has it. */
  readonly servedName: string
  /** The name of the source. */
  readonly source: string
  readonly [member: string]: unknown
}

/** The result of `resources/read`, as a server has sent it. */
export interface McpResourceResult {
  readonly contents: readonly { readonly uri: string; readonly [member: string]: unknown }[]
  readonly [member: string]: unknown
}

/** The result of `prompts/get`, as a server has sent it. */
export interface McpPromptMessages {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
  readonly [member: string]: unknown
}

/** What is passed on of a server. */
export interface McpUpstreamContent {
  readonly resources: number
  readonly resourceTemplates: number
  readonly prompts: number
  /** What is not passed on, and why: an item without a name, a name or a URI that is taken, one that is too large. */
  readonly skipped: readonly {
    readonly kind: 'resource' | 'resourceTemplate' | 'prompt'
    readonly key: string
    readonly reason: string
  }[]
}
