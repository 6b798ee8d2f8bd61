// Resources, prompts and completion of an MCP server.
import type { CallContext, RegistryTypes } from './tool'

/** What functions of resources and prompts get about a request: the caller, and the ways to its client. */
export interface McpContentContext<Types extends RegistryTypes = {}> extends Pick<
  CallContext<Types>,
  'userId' | 'auditingId' | 'metadata' | 'signal' | 'callId' | 'progress' | 'log' | 'ask'
> {}

/** A picture that clients may show beside an item. */
export interface McpIcon {
  readonly src: string
  readonly mimeType?: string
  readonly sizes?: readonly string[]
  readonly theme?: 'light' | 'dark'
}

/** What all items of lists have. */
export interface McpContentItem {
  /** The name: that of a prompt tells it apart. */
  readonly name: string
  /** The title for people. */
  readonly title?: string
  readonly description?: string
  readonly icons?: readonly McpIcon[]
  /**
   * The OAuth scopes that a caller needs, on a server with `auth`.
   * @default []
   */
  readonly scopes?: readonly string[]
  /** Metadata for clients, which nothing here reads. */
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** For whom an item is, and how much it matters. */
export interface McpAnnotations {
  readonly audience?: readonly ('user' | 'assistant')[]
  /** From 0 to 1. */
  readonly priority?: number
  /** A time of ISO 8601. */
  readonly lastModified?: string
}

/** Contents of a resource: a text, or bytes (as they are, or as base64). */
export type McpContents = { readonly uri?: string; readonly mimeType?: string; readonly _meta?: object } & (
  { readonly text: string } | { readonly blob: Uint8Array | string }
)

/** What `read` returns. Nothing, or an empty list: there is no such resource. */
export type McpReadResult =
  string | Uint8Array | McpContents | readonly (string | Uint8Array | McpContents)[] | null | undefined

/** A resource that clients may read. */
export interface McpResource<Types extends RegistryTypes = {}> extends McpContentItem {
  readonly uri: string
  readonly mimeType?: string
  /** The size, in bytes. */
  readonly size?: number
  readonly annotations?: McpAnnotations
  read(uri: string, context: McpContentContext<Types>): McpReadResult | Promise<McpReadResult>
}

/** Values for an argument: texts, of which 100 are sent at most. */
export type McpCompletion =
  | readonly string[]
  | { readonly values: readonly string[]; readonly total?: number; readonly hasMore?: boolean }
  | null
  | undefined

/** Completes an argument by what was typed so far; `others` are the arguments that have a value. */
export type McpComplete<Types extends RegistryTypes = {}> = (
  value: string,
  context: McpContentContext<Types>,
  others: Readonly<Record<string, string>>,
) => McpCompletion | Promise<McpCompletion>

/** Resources whose URIs are made of variables. */
export interface McpResourceTemplate<Types extends RegistryTypes = {}> extends McpContentItem {
  /** RFC 6570: `{name}`, a part without `/`, `?` and `#`, and `{+name}`, which may have them. */
  readonly uriTemplate: string
  readonly mimeType?: string
  readonly annotations?: McpAnnotations
  /** `variables` are percent-decoded texts of the client: `..` and `/` too. */
  read(
    uri: string,
    variables: Readonly<Record<string, string>>,
    context: McpContentContext<Types>,
  ): McpReadResult | Promise<McpReadResult>
  /** Completes variables, by their names. */
  readonly complete?: Readonly<Record<string, McpComplete<Types>>>
}

/** An argument of a prompt. Its value is a text. */
export interface McpPromptArgument<Types extends RegistryTypes = {}> {
  readonly name: string
  readonly title?: string
  readonly description?: string
  /** @default false */
  readonly required?: boolean
  readonly complete?: McpComplete<Types>
}

/** A message of a prompt: a text is one of the user. Bytes in `data` and `resource.blob` become base64. */
export type McpPromptMessage =
  | string
  | {
      readonly role?: 'user' | 'assistant'
      readonly content: string | { readonly type: string; readonly [member: string]: unknown }
    }

/** What `get` returns. */
export type McpPromptResult =
  | string
  | readonly McpPromptMessage[]
  | { readonly description?: string; readonly messages: readonly McpPromptMessage[] }

/** A prompt that people choose in their client. */
export interface McpPrompt<Types extends RegistryTypes = {}> extends McpContentItem {
  readonly arguments?: readonly McpPromptArgument<Types>[]
  get(
    args: Readonly<Record<string, string>>,
    context: McpContentContext<Types>,
  ): McpPromptResult | Promise<McpPromptResult>
}

/** The lists of a server that are no tools. */
export interface McpContentLists<Types extends RegistryTypes = {}> {
  /**
   * The resources that clients may read.
   * @default none, and clients are told that there are none
   * @see [resources and prompts](https://github.com/toolrack/toolrack/blob/main/docs/resources.md)
   */
  resources?: readonly McpResource<Types>[]
  /**
   * Resources whose URIs are made of variables.
   * @default none
   */
  resourceTemplates?: readonly McpResourceTemplate<Types>[]
  /**
   * The prompts that clients offer to people.
   * @default none, and clients are told that there are none
   */
  prompts?: readonly McpPrompt<Types>[]
}
