// HTTP tools: tools that call one endpoint of an API, without a document.
import type { Credential } from './auth'
import type { ToolRegistry } from './registry'
import type { JsonSchema, ToolParameters } from './schema'
import type { ToolDefinition } from './tool'

/** The HTTP method of a tool. */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * The place of a parameter in the request. `body` is a member of the JSON object or of the form; of a text or of bytes
 * it is the whole body.
 */
export type HttpPlace = 'path' | 'query' | 'header' | 'cookie' | 'body'

/**
 * The definition of an HTTP tool: plain data, except a credential function in `auth`. Rust sends the request, as it
 * does for an operation of a document: with escaping, credentials, retry, limits, redaction and the guard against
 * private addresses. A wrong definition is `INVALID_DEFINITION` with all problems.
 * @see [HTTP tools](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md)
 */
export interface HttpToolDefinition extends Pick<
  ToolDefinition,
  | 'name'
  | 'title'
  | 'description'
  | 'category'
  | 'tags'
  | 'aliases'
  | 'version'
  | 'scopes'
  | 'rateLimit'
  | 'callLimits'
  | 'deprecated'
> {
  /**
   * The arguments, by name. A parameter that fills the path must be required, or have a default.
   * @default no arguments
   */
  parameters?: ToolParameters
  /** The arguments, as a JSON Schema that names each in `properties`. Not together with `parameters`. */
  inputSchema?: JsonSchema
  /**
   * The results, as a JSON Schema. It judges what `response` selects. A result that does not match fails the call with
   * `OUTPUT_INVALID`.
   * @default results are not validated
   */
  outputSchema?: JsonSchema
  /**
   * Whether a call needs a `userId` in its context. A call without one fails with `MISSING_CONTEXT`.
   * @default true where a request has `{context.userId}`, else false
   */
  requiresAuth?: boolean
  /**
   * Whether a person has to approve a call before it is made.
   * @default false
   */
  requiresApproval?: boolean
  /**
   * Hints about the effects of the tool, for clients and reviewers.
   * @default each hint by the method, as for an operation of a document
   */
  annotations?: ToolDefinition['annotations']
  /**
   * The `http` or `https` URL, with variables: `https://crm.example.com/customers/{customerId}?expand=owner`. A
   * parameter fills each variable, or the context of the call does: `{context.userId}`. Variables of RFC 6570 are
   * known. A host that is private, such as `localhost`, must be among `network.hosts` of the options.
   */
  endpoint: string
  /**
   * The HTTP method.
   * @default 'POST' where a parameter, `body` or `contentType` makes a body, else 'GET'
   */
  method?: HttpMethod
  /**
   * Where parameters go: a place, or one with another name in the request: `{ org: { in: 'header', name: 'X-Org' } }`.
   * Lists in the query are `tag=a&tag=b`, as OpenAPI has it by default.
   * @default 'path' for one that the endpoint names, 'body' with POST, PUT and PATCH, else 'query'
   */
  in?: Readonly<Record<string, HttpPlace | { readonly in: HttpPlace; readonly name?: string }>>
  /** Query parameters of each request, which no model sees. Texts may have placeholders. */
  query?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>
  /**
   * Headers of each request, which no model sees. Placeholders stand for the caller's context, never for arguments:
   * `{context.userId}`, `{context.auditingId}`, `{context.metadata.KEY}`. A call whose context lacks the value fails
   * with `MISSING_CONTEXT`, and nothing is sent.
   * @see [identity](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md#identity)
   */
  headers?: Readonly<Record<string, string>>
  /** Members of each body, which no model sees. Texts at the top may have placeholders. */
  body?: Readonly<Record<string, unknown>>
  /**
   * The media type of the body: JSON, a form (`application/x-www-form-urlencoded`, `multipart/form-data`), a text or
   * bytes.
   * @default 'application/json'
   */
  contentType?: string
  /**
   * The credential. Environment variables are read at the registration. Tools with an equal `auth` share its tokens.
   * @default no credential
   * @see [credentials](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md#credentials)
   */
  auth?: Credential
  /**
   * Where the credential goes: `Authorization: Bearer …`, `Authorization: Basic …`, or the place of an API key.
   * @default 'basic' for a user name and a password, else 'bearer'
   */
  authScheme?: 'bearer' | 'basic' | { readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  /**
   * What the model sees of the answer: a JSONPath (RFC 9535), or fields of an object or of each object of a list
   * (`['id', 'owner.email']`, at most 1,000). It comes before `outputSchema` and truncation. An answer that is no JSON
   * is then `HTTP_FAILED`.
   * @default the whole answer
   * @see [response](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md#response)
   */
  response?: string | readonly string[]
}

/** The options of HTTP tools. A definition cannot set them, so that it does not allow itself private hosts. */
export interface HttpToolOptions {
  /** Which hosts calls may reach. */
  network?: {
    /**
     * The private hosts that endpoints may name: `localhost:3000`, `10.0.0.7`. Without a port all ports count.
     * @default none: calls reach the public internet alone
     */
    hosts?: readonly string[]
  }
}

/** What {@link registerHttpTools} changed: the names of tools. */
export interface HttpToolChange {
  /** The newest revision. */
  readonly revision: number
  /** New tools. */
  readonly added: readonly string[]
  /** Changed tools. */
  readonly updated: readonly string[]
  /** Removed tools: they were of the source, and have no definition any more. */
  readonly removed: readonly string[]
  /** Tools that are the same; their definitions keep their bytes. A tool with a credential function is never one. */
  readonly unchanged: readonly string[]
}

/**
 * Registers one HTTP tool. Its source is `code`, as that of `register`; `registry.unregister(name)` removes it.
 * Throws `INVALID_DEFINITION`, `NAME_TAKEN`, `LIMIT_EXCEEDED`, `INVALID_OPTIONS` or `CLOSED`.
 * @see [HTTP tools](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md)
 */
export function registerHttpTool(
  registry: ToolRegistry<any>,
  definition: HttpToolDefinition,
  options?: HttpToolOptions & {
    /**
     * What happens to a tool of the same name: the new one is refused with `NAME_TAKEN`, or replaces it.
     * @default the registry's `onConflict`
     */
    onConflict?: 'refuse' | 'replace'
  },
): void

/**
 * Replaces all tools of a source by HTTP tools, in one revision; with an empty list the source is gone. A fault changes
 * nothing: problems have the index of their definition (`/3/endpoint`).
 * Throws `INVALID_DEFINITION`, `NAME_TAKEN` (a tool or the source), `LIMIT_EXCEEDED`, `INVALID_OPTIONS` or `CLOSED`.
 * @see [many tools](https://github.com/toolrack/toolrack/blob/main/docs/http-tools.md#many-tools)
 */
export function registerHttpTools(
  registry: ToolRegistry<any>,
  definitions: readonly HttpToolDefinition[],
  options: HttpToolOptions & {
    /** The name of the source. No document and no module may have it, and `code` is that of single tools. */
    source: string
  },
): HttpToolChange
