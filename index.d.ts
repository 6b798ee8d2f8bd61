/**
 * toolrack: the live tool registry for AI agents.
 *
 * Tools come from closures and from OpenAPI documents; each model provider gets definitions that it takes; a call goes to
 * the closure or over HTTP. Everything that fails is a {@link ToolrackError}.
 *
 * What is frozen: `definitions` for a provider, `catalog`, `tokens`, `quarantined` and `history`, which all share who ask the same of one
 * revision; events, and what a closure learns of its call. Everything else is the caller's own, to write into as they like:
 * `definitions` for `plain`, `get`, `definition`, `tools`, `list`, reports, and what a call gives.
 */

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON Schema of dialect 2020-12. */
export type JsonSchema = { [keyword: string]: unknown }

/**
 * A schema of a library by Standard Schema (standardschema.dev) that can say its JSON Schema (`StandardJSONSchemaV1`): one of Zod 4.2 or
 * later, of ArkType 2.1.28 or later, or of Valibot through `toStandardJsonSchema` of `@valibot/to-json-schema`.
 */
export interface StandardJsonSchema<Input = any, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly jsonSchema: { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> }
    /**
     * Judges the arguments of every call once the core has, by their JSON Schema; may be async, within the call's deadline. The closure
     * gets its output, which is an object. Issues are `INVALID_PARAMS` (the first 1,000); what it throws, or no answer, is `TOOL_FAILED`. Limits and
     * idempotency keys are asked with the arguments as the core judged them, and after it: what it refuses does not count.
     */
    readonly validate?: (value: unknown) => unknown
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a closure gets by its tool's schema: the output of a Standard Schema. */
export type ToolParams<Schema> = Schema extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output } ? Output : any
  : any

/** One argument of a tool: the keywords of JSON Schema, with `required` as a truth value. */
export interface ToolParameter {
  type?: string | readonly string[]
  description?: string
  /**
   * Whether every call has it. A list is JSON Schema's own `required` of an object's properties.
   * @default true, or false where there is a `default`
   */
  required?: boolean | readonly string[]
  /** What a call gets that leaves it out. */
  default?: unknown
  enum?: readonly unknown[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  items?: ToolParameter
  /** Parameters again, in a map. */
  properties?: Record<string, ToolParameter>
  /** Any other keyword of JSON Schema 2020-12. */
  [keyword: string]: unknown
}

/** Hints about what a tool does, in the words of MCP. They are the tool's own claim. */
export interface ToolAnnotations {
  /** It changes nothing. */
  readOnlyHint?: boolean
  /** It may destroy something. */
  destructiveHint?: boolean
  /** A second call with the same arguments changes nothing more. */
  idempotentHint?: boolean
  /** It reaches an open world of things outside. */
  openWorldHint?: boolean
}

/** What a closure learns of its call. Frozen, and no two calls share it. */
export interface CallContext {
  /** The user for whom the call is made. */
  readonly userId: any
  /** What ties the call to an audit trail. */
  readonly auditingId: any
  /** Anything else that the caller handed on; plain data is a frozen copy, the rest is as it was. */
  readonly metadata: any
  /** Aborts when the call's time is up or its caller gave it up. */
  readonly signal: AbortSignal
  /** The tool's name. */
  readonly toolName: string
  /** The revision of the registry that the call started on. */
  readonly revision: number
  /** A name that no other call has. */
  readonly callId: string
}

/**
 * What the calls of tools may cost. Said of a tool (`register`), of single operations (`overrides`), of a document (`load`) and of
 * a registry: the nearest word counts, field by field.
 */
export interface CallLimits {
  /**
   * Calls per minute, for each tool, and for each user of it where calls name one, and each tenant (`metadata.tenant`, or what
   * {@link Route.tenantKey} of the source calls it): in any 60 s no more than this and `burst` together. Others are refused with
   * `RATE_LIMITED` where the registry has `enforceRateLimits`, do not count, and hear in `details.retryAfterMs` when the next one is
   * taken. A document may ask for fewer calls than this, not for more.
   * @default no limit
   */
  rateLimit?: number
  /**
   * Calls that may come at once.
   * @default `rateLimit`, rounded up
   */
  burst?: number
  /**
   * Calls of the tool at a time; others wait, in the order in which they came. The time that they wait is part of their deadline.
   * @default no limit
   */
  concurrency?: number
  /**
   * Calls at a time of all tools of the tool's source.
   * @default no limit
   */
  sourceConcurrency?: number
  /**
   * Calls that wait at most, for the tool and for the source each; one more is refused with `BUSY`.
   * @default 100
   */
  queue?: number
  /**
   * How long a call may take, in ms (`TIMEOUT`).
   * @default the registry's `timeoutMs`
   */
  timeoutMs?: number
  /**
   * How often the request of an HTTP operation is sent again at most, 0 to 10, within the deadline: where no connection or no whole
   * answer came, or 429, 502, 503 or 504; after a pause of 100 ms or more, and never before the API's `Retry-After`. Only
   * requests that do no harm twice: GET, HEAD, OPTIONS, TRACE, PUT, DELETE, and those that have an `Idempotency-Key`.
   * @default 2
   */
  retries?: number
  /**
   * When the origin of an API is left alone (`CIRCUIT_OPEN`).
   * @default { failures: 5, windowMs: 30000, openMs: 10000 }
   */
  breaker?: BreakerRules | false
  /**
   * How long an `idempotencyKey` holds, in ms.
   * @default 86400000
   */
  idempotencyMs?: number
  /**
   * What a model is shown of a result at most, in bytes of JSON; 64 at least.
   * @default 1048576
   */
  maxResultBytes?: number
  /**
   * What is read of an API's answer at most, in bytes (`RESPONSE_TOO_LARGE`). JSON of more than 1,000,000 values is refused by the same
   * code with `details.values`, whatever its length. Lists and maps count too. A member counts for seven where no map before it had its keys
   * in that order, or its map has more than 1,020: it takes that long to read. The limit keeps the event loop for 0.25 s at most.
   * @default 16777216
   */
  maxResponseBytes?: number
  /**
   * How many calls of closures may stand in one another on one stack, 1 to 1,000: a tool that calls another one, or itself, before
   * it first waits. One more is refused with `LIMIT_EXCEEDED` (`details`: `{ what: 'call depth', limit, tool }`); the limit of the tool
   * that is called counts, over the calls of all registries of the thread. A call that is made after an `await` begins on a stack of
   * its own and is not counted: deadlines and `concurrency` bound those.
   * @default 64
   */
  depth?: number
}

/** What the calls of all tools of a registry may cost. */
export interface RegistryCallLimits extends CallLimits {
  /**
   * What outcomes kept for idempotency keys may take, in bytes of memory, what keeps them in order included. Where that is not enough
   * for those that hold, the oldest go before their time is up, and `idempotencyEvicted` tells how many; a call under a key that went
   * is made anew. An outcome that is larger than this by itself is not kept, and told so too; its call is not made again for all that:
   * another one under the key is refused with `LIMIT_EXCEEDED` (`details`: `{ tool, what, limit }`).
   * @default 33554432
   */
  idempotencyBytes?: number
}

/**
 * When the origin of an API is left alone: after so many failures (no connection, no whole answer in time, 502, 503, 504) with no
 * success between them. Then a single call tries it, and the others follow when that one succeeds.
 */
export interface BreakerRules {
  /** @default 5 */
  failures?: number
  /**
   * Within how long, in ms.
   * @default 30000
   */
  windowMs?: number
  /**
   * For how long, in ms.
   * @default 10000
   */
  openMs?: number
}

/**
 * A tool as you define it. All but `execute`, and but a Standard Schema, is plain data: functions, symbols, maps and constructors
 * (`type: String`) are refused with `INVALID_DEFINITION`, as are keys that are not of this list.
 */
export interface ToolDefinition<Schema extends JsonSchema | StandardJsonSchema = any> {
  /** 1 to 128 of `A–Z a–z 0–9 _ . : / -`. Each provider gets one that it takes, and it finds its way back. */
  name: string
  /** A name for people. */
  title?: string
  /** What it does, for the model. Not empty. */
  description: string
  /** One word that an orchestrator picks by. */
  category?: string
  /** More of them. */
  tags?: readonly string[]
  /** What it takes, one key for each argument; no other arguments are taken. Not beside `inputSchema`. */
  parameters?: Record<string, ToolParameter>
  /**
   * What it takes, as a JSON Schema with `type: 'object'`, or as a Standard Schema, whose own `validate` runs too. Types that JSON does not
   * have (`Date`, `bigint`) are refused with what to use. Not beside `parameters`.
   */
  inputSchema?: Schema
  /** Its version; a semantic one can be chosen by range. */
  version?: string
  /**
   * Whether a call needs a `userId` in its context (`MISSING_CONTEXT` otherwise): a text in which something is seen, or a number
   * that is not zero. Blanks, control characters and characters of no width alone are no user; rate limits and shares of routes
   * count them as nobody too.
   * @default false
   */
  requiresAuth?: boolean
  /**
   * {@link CallLimits.rateLimit}, of which orchestrators are told too. Not beside one in `callLimits`.
   * @default no limit
   */
  rateLimit?: number
  /** What its calls may cost. @default what the registry says */
  callLimits?: CallLimits
  /** @default false */
  deprecated?: boolean
  annotations?: ToolAnnotations
  /**
   * Carries a call out. What it returns or resolves with is the result; what it throws fails the call with `TOOL_FAILED`: `cause` is the
   * very thing that was thrown, `details` its `name`, `message`, `code` and `stack` as texts (a message of 8,192 characters at most, a
   * stack of 16,384).
   *
   * An async generator (or a stream of Node or of the web) answers piece by piece to {@link Snapshot.stream}; any other caller gets what
   * the generator returns, or, where it returns nothing, its texts joined, its bytes joined, or the last of its pieces. What is joined is
   * 67,108,864 characters or bytes and 1,000,000 pieces at most; more is `TOOL_FAILED`. Between pieces that need no waiting the event
   * loop has its turn every few ms, so that the deadline holds.
   */
  execute: (params: ToolParams<Schema>, context: CallContext) => unknown
}

/** A tool as the registry knows it. */
export interface RegisteredTool {
  readonly name: string
  readonly title?: string
  readonly description: string
  readonly category?: string
  readonly tags: readonly string[]
  readonly inputSchema: JsonSchema
  readonly version?: string
  readonly requiresAuth: boolean
  readonly rateLimit?: number
  /** What is said of it and of its source, but for the rate. */
  readonly callLimits?: Readonly<CallLimits>
  readonly deprecated: boolean
  readonly annotations?: ToolAnnotations
  /** Whether it is shown and can be called. */
  readonly enabled: boolean
  /** The name of the document it comes from; `code` for a tool that was registered by itself. */
  readonly source: string
  readonly namespace?: string
  /** SHA-256 in hex over what a model sees of it. The order of keys does not count. */
  readonly schemaHash: string
  /** Why the tool is what it was, where its operation cannot be read any more; since when, in ms since 1970. */
  readonly stale?: { readonly since: number; readonly code: string; readonly pointer: string; readonly reason: string }
  /** When it was first registered, in ms since 1970. */
  readonly registeredAt: number
  /** When it became what it is, in ms since 1970. */
  readonly changedAt: number
  /** The revision in which it became what it is. */
  readonly revision: number
}

/** Which tools are meant: every condition that is given holds. */
export interface ToolFilter {
  /** One of these categories. */
  category?: string | readonly string[]
  /** Any of these tags. */
  tags?: string | readonly string[]
  /** All of these tags. */
  allTags?: string | readonly string[]
  /** One of these sources; one without a label means all of its versions. */
  source?: string | readonly string[]
  /** One of these namespaces. */
  namespace?: string | readonly string[]
  /** A range of versions as npm writes it: `^1.2`, `>=1 <3`, `1.x || 2.x`. */
  version?: string
  requiresAuth?: boolean
  deprecated?: boolean
  /** @default true */
  enabled?: boolean
  /** Whether the tool is what it was because its operation cannot be read any more. */
  stale?: boolean
  /** A glob over names: `crm_*`. */
  name?: string
  /** One of these names. Names that no tool has are no error. */
  names?: string | readonly string[]
  /**
   * Asked of the tools that meet all other conditions. It answers true or false at once; one that throws or answers anything else
   * (a promise, too) fails the call that asked, with `INVALID_OPTIONS`. A revision is asked about once for each function: give the same
   * function again, not a new one for each call.
   */
  predicate?: (tool: RegisteredTool) => boolean
}

/** What a planner's catalog is made of. */
export interface CatalogOptions {
  /**
   * `externalOnly`: tools of category `external`, or tagged `external` or `client`.
   * @default 'all'
   */
  mode?: 'all' | 'externalOnly'
  filter?: ToolFilter
}

/** A tool as a planner reads it. */
export interface CatalogEntry {
  readonly name: string
  readonly description: string
  readonly category: string | null
  readonly tags: readonly string[]
  /** The input schema. */
  readonly parameters: JsonSchema
  /** What showing this entry to a model costs: an estimate, one token for each four bytes of JSON. See `tokens` for a target. */
  readonly tokens: number
}

/** What showing tools to a model costs: an estimate. */
export interface TokenCount {
  /** `openai` for its other names too. */
  readonly target: Target
  /** Tokens are the bytes of the compact definition that the target is sent, divided by 4 and rounded up. */
  readonly rule: 'bytes/4'
  /** All tools together. */
  readonly total: number
  /** Each of them, in the order of registration. */
  readonly tools: readonly ToolTokens[]
}

/** What showing one tool to a model costs. */
export interface ToolTokens {
  readonly name: string
  readonly tokens: number
}

/** How many tools there are. */
export interface RegistrySummary {
  revision: number
  tools: number
  disabled: number
  sources: Record<string, number>
  categories: Record<string, number>
}

/** What one revision changed. A tool stands in one list at most. */
export interface ChangeSet {
  readonly revision: number
  /** The document that changed, where one did. */
  readonly source?: string
  readonly added: readonly string[]
  readonly updated: readonly string[]
  readonly removed: readonly string[]
  /** Tools that are what they were because their operation cannot be read any more. */
  readonly stale: readonly string[]
}

/** A JSON Schema of an object. */
export interface ObjectSchema { type: 'object'; properties?: unknown; required?: string[]; [keyword: string]: unknown }

/** A definition as OpenAI's Responses API takes it. */
export interface OpenAiTool {
  type: 'function'
  name: string
  description: string
  parameters: Record<string, unknown>
  strict: boolean
  /** That the tool search finds it when it is needed: with `deferLoading`. */
  defer_loading?: true
}

/** A definition as OpenAI's Chat Completions takes it, and Mistral. */
export interface ChatTool {
  type: 'function'
  function: { name: string; description: string; parameters: Record<string, unknown>; strict: boolean }
}

/** A definition as Cohere's Chat takes it: whether tools are strict is said once, for the request. */
export interface CohereTool {
  type: 'function'
  function: { name: string; description: string; parameters: Record<string, unknown> }
}

/** A definition as Anthropic's Messages API takes it. */
export interface AnthropicTool {
  name: string
  description: string
  input_schema: ObjectSchema
  strict: boolean
  /** That the tool search finds it when it is needed: with `deferLoading`. */
  defer_loading?: true
  /** On the last tool that is not deferred: with `cache`. */
  cache_control?: { type: 'ephemeral' }
}

/** A list of definitions as Gemini's API takes it in `config.tools`. */
export interface GeminiTool {
  functionDeclarations: { name: string; description: string; parametersJsonSchema: unknown }[]
}

/** The same with Gemini's own schemas, for the Live API and older models. */
export interface GeminiOpenApiTool {
  functionDeclarations: { name: string; description: string; parameters: Record<string, unknown> }[]
}

/** A definition as Bedrock's Converse API takes it in `toolConfig.tools`, or where its cache ends: with `cache`. */
export type BedrockTool =
  | { toolSpec: { name: string; description?: string; inputSchema: { json: Record<string, Json> }; strict: boolean } }
  | { cachePoint: { type: 'default' } }

/** A tool as a `tools/list` result of the Model Context Protocol has it. */
export interface McpTool {
  name: string
  title?: string
  description: string
  inputSchema: ObjectSchema & { properties?: Record<string, Record<string, Json>> }
  annotations?: ToolAnnotations
}

/**
 * A tool as the AI SDK's providers take it. The SDK's own `tool` or `dynamicTool` wants `jsonSchema(inputSchema)` and an `execute` that hands
 * `abortSignal` on as `signal`, and that throws where the `output` of an answer is an error: its result then has a `tool-error`.
 */
export interface AiSdkTool {
  type: 'function'
  name: string
  description: string
  inputSchema: Record<string, unknown>
  strict: boolean
}

/** A tool in no provider's words. Its schema keeps to what all providers take, and is the caller's own: frameworks may write into it. */
export interface PlainTool {
  name: string
  description: string
  inputSchema: Record<string, unknown>
}

/** What each target takes. `openai` is short for `openai-responses`. */
export interface TargetDefinitions {
  openai: OpenAiTool[]
  'openai-responses': OpenAiTool[]
  'openai-chat': ChatTool[]
  anthropic: AnthropicTool[]
  gemini: GeminiTool[]
  'gemini-openapi': GeminiOpenApiTool[]
  bedrock: BedrockTool[]
  mcp: McpTool[]
  'ai-sdk': AiSdkTool[]
  mistral: ChatTool[]
  cohere: CohereTool[]
  plain: PlainTool[]
}

/** A model provider's way to take tools. */
export type Target = keyof TargetDefinitions

/** One tool as a target takes it. */
export type TargetTool<T extends Target> = TargetDefinitions[T] extends { functionDeclarations: (infer D)[] }[]
  ? D
  : Exclude<TargetDefinitions[T][number], { cachePoint: unknown }>

/** How a target is served. What it has no word for changes nothing. */
export interface TargetOptions {
  /**
   * Whether tools go out in the provider's strict mode. With `true` one that cannot goes out without, with `'auto'` also one
   * that would lose something there. `explain` says why.
   * @default false
   */
  strict?: boolean | 'auto'
  /** The revision of the Model Context Protocol. @default '2025-11-25' */
  revision?: '2025-06-18' | '2025-11-25' | '2026-07-28'
}

/** How tools are handed to a target. */
export interface DefinitionOptions extends TargetOptions {
  /**
   * Which tools the provider's tool search finds when they are needed, by name, category, tag or whatever a filter knows; of
   * several filters any. For Anthropic and OpenAI's Responses; one tool at least must not be deferred.
   * @default none
   */
  deferLoading?: ToolFilter | readonly ToolFilter[]
  /** Whether the provider is told to cache the tools: for Anthropic and Bedrock. @default false */
  cache?: boolean
  /**
   * What becomes of more tools than the provider takes in one request (OpenAI 128, Gemini 512, Anthropic 10,000): refused
   * with `NOT_REPRESENTABLE`, the last left out, or all handed out because you choose among them.
   * @default 'throw'
   */
  overLimit?: 'throw' | 'trim' | 'send'
}

/** How one tool is explained: as part of the request that `definitions` makes of the same filter and options. */
export interface ExplainOptions extends DefinitionOptions {
  /** Which tools the request has. One that it does not have is explained as if it were alone. @default all */
  filter?: ToolFilter
}

/** One change that a target's definition needed. */
export interface Diagnostic {
  /**
   * What kind of change. For `gemini-openapi` `RECURSION_UNROLLED` (NARROWER) says where a schema that contains itself is cut:
   * the property or branch is left out. `SCHEMA_TO_JSON_TEXT` (SHIFT, and WIDER where the schema says something of the value)
   * says that the value is a string that holds JSON, which `respond` parses: `5` is a number and `"5"` a string, also where the
   * tool takes both. A string that is no JSON stays one, as does a whole number beyond 64 bits.
   */
  code: string
  /** What it does to the values that are taken: the same, more, fewer, or written in another way. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** Where in the schema: a JSON pointer. */
  pointer: string
  message: string
}

/** One rule of a target that a definition breaks. */
export interface Finding {
  code: string
  /** `refused`: the provider refuses the whole request. `disputed`: some were refused for it. `advised`: its publisher advises otherwise. */
  weight: 'advised' | 'disputed' | 'refused'
  /** Where: a JSON pointer into the schema, or into the definition for what is wrong beside the schema. */
  pointer: string
  message: string
  /** Who says so, and when. */
  source: string
}

/** One tool as a target takes it. */
export interface Rendering {
  /** The tool's own name: that of calls, rate limits, events and the audit log. */
  name: string
  /** The name that providers are told. */
  wireName: string
  /** What goes out; `null` where the target would refuse it. */
  definition: unknown
  /** Whether it goes out in strict mode. */
  strict: boolean
  /** What was changed. */
  diagnostics: Diagnostic[]
  /** What is wrong with what goes out without being refused, or why nothing does. */
  findings: Finding[]
  /** Why it does not go out in strict mode, where that was asked for. */
  downgraded: Finding[]
}

/** What goes out to a target in one request, and what becomes of the tools on the way. */
export interface Offer<T extends Target = Target> {
  revision: number
  /** What `definitions` gives. */
  definitions: TargetDefinitions[T]
  /** Names of the tools that go out in strict mode. */
  strict: string[]
  /** Tools that go out without, though it was asked for: for their schemas, or for the provider's budget of strict tools. */
  downgraded: Quarantined[]
  /** Tools that the provider would refuse. */
  quarantined: Quarantined[]
  /** Names of the tools that `overLimit: 'trim'` left out. */
  trimmed: string[]
  /** The limits of one request that these tools break. */
  findings: Finding[]
}

/** What changed for a target between two revisions. Tools are told apart by the names that the provider knows. */
export interface Delta<T extends Target = Target> {
  from: number
  revision: number
  /** What goes out and did not, in the order of registration. */
  added: DeltaTool<T>[]
  /** What goes out otherwise than it did, to the byte. */
  changed: DeltaTool<T>[]
  /** What went out and does not. */
  removed: { name: string; wireName: string }[]
}

/** A tool that goes out: its own name, the name that the provider knows, and one of the `definitions`. */
export interface DeltaTool<T extends Target = Target> {
  name: string
  wireName: string
  definition: TargetTool<T>
}

/** A tool that does not go out to a target, or not in strict mode. */
export interface Quarantined {
  name: string
  /** Why. */
  findings: Finding[]
}

/** A tool call as `OpenAI`'s Responses API sends it. */
export interface OpenAiCall { type?: 'function_call'; call_id: string; name: string; arguments: string }
/** A tool call as OpenAI's Chat Completions sends it, and Cohere. */
export interface ChatCall { id?: string | undefined; type?: 'function' | undefined; function?: { name?: string | undefined; arguments?: unknown } | undefined }
/** A tool call as Mistral's Chat Completions sends it. */
export interface MistralCall { id?: string | undefined; type?: string | undefined; function: { name: string; arguments?: unknown } }
/** A tool call as Anthropic's Messages API sends it. */
export interface AnthropicCall { type?: 'tool_use'; id: string; name: string; input: unknown }
/** A tool call as Gemini's API sends it: a part, or what stands in its `functionCall`. */
export type GeminiCall = { functionCall?: GeminiFunctionCall | undefined } | GeminiFunctionCall
/** What stands in a `functionCall` of Gemini's API. */
export interface GeminiFunctionCall { id?: string | undefined; name?: string | undefined; args?: Record<string, unknown> | undefined }
/** A tool call as Bedrock sends it: a content block, or what stands in its `toolUse`. */
export type BedrockCall = { toolUse?: BedrockToolUse | undefined } | BedrockToolUse
/** What stands in a `toolUse` of Bedrock. */
export interface BedrockToolUse { toolUseId?: string | undefined; name?: string | undefined; input?: unknown }
/** A `tools/call` request of the Model Context Protocol, or its `params`. */
export type McpCall = { params: McpCallParams } | McpCallParams
/** The `params` of a `tools/call` request. */
export interface McpCallParams { name: string; arguments?: Record<string, unknown> | undefined; _meta?: Record<string, unknown> | undefined }
/** A tool call of the AI SDK. */
export interface AiSdkCall { type?: 'tool-call'; toolCallId: string; toolName: string; input?: unknown }

/** A tool call in no provider's words: `arguments` is a map, or JSON text of one. `args` and `input` mean the same. */
export interface PlainCall { id?: string | undefined; name: string; arguments?: unknown; args?: unknown; input?: unknown }

/** What each target sends. */
export interface TargetCalls {
  openai: OpenAiCall
  'openai-responses': OpenAiCall
  'openai-chat': ChatCall
  anthropic: AnthropicCall
  gemini: GeminiCall
  'gemini-openapi': GeminiCall
  bedrock: BedrockCall
  mcp: McpCall
  'ai-sdk': AiSdkCall
  mistral: MistralCall
  cohere: ChatCall
  plain: PlainCall
}

/** What a Chat Completions API takes as the answer to a call. */
export interface ChatAnswer { role: 'tool'; tool_call_id: string; content: string }
/** The same as the SDKs of Mistral and Cohere take it; on the wire the id is `tool_call_id`. */
export interface SdkChatAnswer { role: 'tool'; toolCallId: string; content: string }
/** What Gemini's API takes as the answer to a call. */
export interface GeminiAnswer { functionResponse: { id?: string; name: string; response: { output: unknown } | { error: unknown }; parts?: { inlineData: { mimeType: string; data: string } }[] } }

/** What OpenAI's Responses API takes as the answer to a call; a list where files came with it. */
export interface OpenAiAnswer { type: 'function_call_output'; call_id: string; output: string | OpenAiPart[] }
/** A part of such a list. */
export type OpenAiPart = { type: 'input_text'; text: string } | { type: 'input_image'; image_url: string } | { type: 'input_file'; filename: string; file_data: string }
/** A part of an answer for Anthropic with which files came. */
export type AnthropicPart =
  | { type: 'text'; text: string }
  | { type: 'image'; source: { type: 'base64'; media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'; data: string } }
  | { type: 'document'; source: { type: 'base64'; media_type: 'application/pdf'; data: string } }
/** A part of an answer for Bedrock. */
export type BedrockPart =
  | { json: any }
  | { text: string }
  | { image: { format: 'png' | 'jpeg' | 'gif' | 'webp'; source: { bytes: Uint8Array } } }
  | { document: { format: 'pdf'; name: string; source: { bytes: Uint8Array } } }
/** A part of an answer for an MCP client. */
export type McpPart =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType: string; blob: string } }
/** What the AI SDK takes as an answer. */
export type AiSdkOutput =
  | { type: 'text' | 'json' | 'error-text' | 'error-json'; value: any }
  | { type: 'content'; value: ({ type: 'text'; text: string } | { type: 'image-data'; data: string; mediaType: string } | { type: 'file-data'; data: string; mediaType: string; filename: string })[] }

/** What went wrong with a call, in words for a model. */
export interface PlainError {
  code: ErrorCode
  message: string
  /** What the model can do about it. */
  next?: string
  /** Everything that is wrong with the arguments. */
  problems?: Problem[]
  /** Names that may have been meant. */
  nearest?: string[]
  /** When to call again, in ms from now. */
  retryAfterMs?: number
  /** What an API answered. */
  status?: number
  body?: any
  /** Its length and what was kept of it, in bytes of JSON, where it was longer than `callLimits.maxResultBytes`. */
  truncated?: { bytes: number; keptBytes: number }
}
/** The answer to a call in no provider's words. Files of a result stand beside it, their bytes in base64. */
export type PlainAnswer =
  | { ok: true; value: any; files?: { mediaType: string; name: string; data: string }[] }
  | { ok: false; error: PlainError }

/**
 * What each target takes as the answer to a call. Files in a result (bytes, a `Blob`, `{ mediaType, data }`) go to the model as images
 * and documents where the target has them, else as a line that says what they are.
 */
export interface TargetAnswers {
  openai: OpenAiAnswer
  'openai-responses': OpenAiAnswer
  'openai-chat': ChatAnswer
  anthropic: { type: 'tool_result'; tool_use_id: string; content: string | AnthropicPart[]; is_error?: true }
  gemini: GeminiAnswer
  'gemini-openapi': GeminiAnswer
  bedrock: { toolResult: { toolUseId: string; content: BedrockPart[]; status: 'success' | 'error' } }
  mcp: { content: McpPart[]; structuredContent?: Record<string, unknown>; isError?: true }
  'ai-sdk': { type: 'tool-result'; toolCallId: string; toolName: string; output: AiSdkOutput }
  mistral: SdkChatAnswer
  cohere: SdkChatAnswer
  plain: PlainAnswer
}

/**
 * What a caller says of a call. Each option is read once, when the call is made. A call that has to wait, and one whose tool has a schema
 * with its own validation, copies the lists and maps among its arguments as they were judged; whatever else is among them (an instance of
 * a class, bytes) is handed on as it is.
 */
export interface CallOptions {
  /**
   * Who calls. Where it is given it is the only source of identity: `userId`, `auditingId` and `__metadata` among the
   * arguments are dropped and told by a `spoofAttempt` event. Where it is not, `execute` takes them from the arguments.
   */
  context?: { userId?: unknown; auditingId?: unknown; metadata?: unknown }
  /** Gives the call up (`CANCELLED`). All calls that share a signal share one listener of it. */
  signal?: AbortSignal
  /**
   * How long it may take, in ms (`TIMEOUT`).
   * @default the tool's `callLimits.timeoutMs`, else the registry's `timeoutMs`
   */
  timeoutMs?: number
  /**
   * Makes a second call the same one: while the key holds (`callLimits.idempotencyMs`), a call of the same tool for the same user
   * of the same tenant (`metadata.tenant`, or what {@link Route.tenantKey} of the source calls it) with the same arguments is not
   * made again and has the same outcome, a failure that may have had an effect as well. It waits for the first one where that is
   * under way; with other arguments it is refused (`IDEMPOTENCY_MISMATCH`). A call that was refused, or whose API was not reached
   * or answered 401 or 429, frees its key. HTTP operations send the key as `Idempotency-Key`, unless the document has a parameter
   * for that. 1 to 255 characters of well-formed text without control characters. Outcomes are kept as JSON in this process, 100,000
   * of them and `callLimits.idempotencyBytes` of the registry (32 MiB) at most, the newest. Not for `stream`.
   *
   * A `userId` and a tenant beside it are texts, finite numbers, bigints or booleans, and compared as they are: `7` is not `'7'`
   * (`INVALID_OPTIONS` otherwise). Arguments are compared as JSON, but that -0 is not 0 to a closure; what JSON cannot hold (NaN, a
   * Map, undefined in a list, half of a surrogate pair) is refused with `INVALID_PARAMS`. An instance of a class is compared by its own
   * members, or by what its `toJSON` says; one with nothing but private fields is refused.
   * @default every call is another one
   */
  idempotencyKey?: string
}

/** An argument that was read as another type: `"5"` for an integer. See {@link RegistryOptions.coerce}. */
export interface Coerced {
  /** Where it stands, as a JSON pointer. */
  readonly pointer: string
  /** The type that it has now. */
  readonly to: 'integer' | 'number' | 'boolean' | 'string' | 'null' | 'array' | 'object'
}

/** What a call came to. */
export interface CallResult<T = any> {
  /** What {@link Snapshot.execute} resolves with. */
  value: T
  toolName: string
  /** A name that no other call has; the closure's context, events and the audit log have it too. */
  callId: string
  /** The revision that the call was made on. */
  revision: number
  /** The source of the tool. */
  source: string
  /** SHA-256 over what a model saw of the tool, in hex. */
  schemaHash: string
  /** From the call to its result, in ms. */
  durationMs: number
  /** Arguments that were read as another type. */
  coerced: readonly Coerced[]
  /** The HTTP status, where an API answered. */
  status?: number
  /** Headers of the API's answer that say more than its body, by names in lower case: `link`, `etag`, `retry-after` … */
  headers?: Record<string, string>
  /** The media type of a file. */
  mediaType?: string
}

/** A call that is over, as the event `call` tells it: no argument and no result is in it. */
export interface CallEvent {
  readonly callId: string
  readonly toolName: string
  readonly revision: number
  /** The source and the schema hash of the tool, where there is such a tool. */
  readonly source?: string
  readonly schemaHash?: string
  /** `ok`, or the code of the error. */
  readonly outcome: 'ok' | ErrorCode
  /** In ms. */
  readonly durationMs: number
  readonly coerced: readonly Coerced[]
  /** The provider whose model asked for it, where it came by `respond`. */
  readonly target?: Target
  readonly userId?: unknown
  readonly auditingId?: unknown
  /** The HTTP status, where an API answered. */
  readonly status?: number
}

/** For whom a version of a source is chosen, and which versions are asked for whoever it is. */
export interface VersionOptions {
  /** Who calls: what routes choose by. */
  context?: { userId?: unknown; auditingId?: unknown; metadata?: unknown }
  /**
   * Versions by source, before any route: a label (`'2'` for `crm@2`), the name of a version (`'crm@2'`) or a range (`'^2'`), of
   * which the newest version counts. `UNKNOWN_SOURCE` for a source that there is not, `INVALID_OPTIONS` where no version meets it.
   * @default what routes say
   */
  versions?: Readonly<Record<string, string>>
}

/** What a snapshot holds, and for whom it is. */
export interface SnapshotOptions extends VersionOptions {
  /**
   * Which tools are in it. To every door of the snapshot no other tool exists: what is outside is `UNKNOWN_TOOL`, is in no list, and is
   * never among the nearest names.
   * @default all tools
   */
  filter?: ToolFilter
  /**
   * Who calls: what routes choose by, and the caller of every call that is made on the snapshot. It is copied; a change of it
   * afterwards changes nothing. A call may add to it; one that names another `userId`, another `metadata.tenant`, or another value of a key that
   * routes look at is refused (`INVALID_OPTIONS`). `userId`, `auditingId` and `__metadata` among the arguments of a call are dropped
   * and told by a `spoofAttempt` event.
   * @default each call says who calls
   */
  context?: { userId?: unknown; auditingId?: unknown; metadata?: unknown }
}

/**
 * Who is shown which version of a source. What was asked for comes first (`versions`), then the tenant, then the share of the
 * users, then `use`. Each version is named as in {@link VersionOptions.versions}.
 */
export interface Route {
  /**
   * The version that stands: everybody is shown it of whom nothing else is said. A range takes each newer version that is loaded.
   * @default the first that was loaded; where that one is unloaded, the newest
   */
  use?: string
  /**
   * Versions of tenants, by what the context's metadata says under `tenantKey` (a text or a number).
   * @default none
   */
  tenants?: Readonly<Record<string, string>>
  /**
   * The key of the metadata that names the tenant, for limits and idempotency keys too.
   * @default 'tenant'
   */
  tenantKey?: string
  /**
   * Shares of the users by version, from 0 to 1 and together at most 1: `{ '2.x': 0.1 }`. A user stays where they are, in every
   * process. A share that grows takes users from what is behind it and from nobody before it. Who has no `userId` has no share.
   * @default none
   */
  shares?: Readonly<Record<string, number>>
  /**
   * Another text shares the users otherwise, so that not the same ones try everything out.
   * @default ''
   */
  salt?: string
  /** When a version is left for the one that stands without a route: no rule leads to it then, until a route is set again. */
  fallback?: Fallback
}

/**
 * How many calls may fail. What counts is a version's own fault: no answer (`CIRCUIT_OPEN` too), none in time, or one of HTTP's 3xx, 5xx, 400, 405, 406,
 * 408, 415 and 422, since arguments were judged by its own document. Other 4xx say something of the caller, and calls that are
 * given up say nothing.
 */
export interface Fallback {
  /**
   * The share of calls that may fail, from 0 to below 1.
   * @default 0.2
   */
  failureRate?: number
  /**
   * How far back calls count, in ms.
   * @default 60000
   */
  windowMs?: number
  /**
   * How many calls there must be in that time.
   * @default 20
   */
  minCalls?: number
}

/** A source with more than one version, or a route. */
export interface RouteStatus {
  source: string
  /** The version that stands. */
  standing: string
  /** In the order in which they were loaded. */
  versions: VersionStatus[]
  /** The route with its defaults, where there is one. */
  route?: Route
}

/** A version of a source. */
export interface VersionStatus {
  /** `crm@2` */
  source: string
  /** Its number for ranges: the document's version where that is of its label, else the label. */
  version?: string
  standing: boolean
  /** It failed too often: no rule leads to it. */
  returned: boolean
}

/** What a caller says of a call of the registry. */
export interface RegistryCallOptions extends CallOptions, VersionOptions {}

/** What a caller says of a call that a model asks for: how the target was served, where `definitions` were asked for so. */
export interface RespondOptions extends CallOptions, TargetOptions {}

/** The same for the registry. */
export interface RegistryRespondOptions extends RegistryCallOptions, TargetOptions {
  /** The tools that the model was offered: any other one is `UNKNOWN_TOOL`. @default all tools */
  filter?: ToolFilter
}

/** Which operation has which name. Plain JSON, sorted: a file of it changes where names do. */
export interface SavedNames {
  format: 1
  names: SavedName[]
}

/** The name of an operation of a document, which may be gone by now. */
export interface SavedName {
  /** The document's name. */
  source: string
  namespace?: string
  /** In capitals. */
  method: string
  path: string
  operationId?: string
  name: string
  /** An override gave it. It stands beside the one that the operation has without, and both stay the operation's. */
  given?: boolean
}

/** How a registry works. */
export interface RegistryOptions {
  /**
   * What happens to a name that is in use: the new tool is refused with `NAME_TAKEN`, or takes the old one's place. A name
   * that differs from another one by `-` and `_` or by case alone is always refused.
   * @default 'refuse'
   */
  onConflict?: 'refuse' | 'replace'
  /**
   * Where identity comes from when a call has no `context`: from the arguments, or from nowhere (`INVALID_PARAMS`).
   * @default 'params'
   */
  contextFrom?: 'params' | 'caller'
  /**
   * Whether the arguments of closures are judged by their schema, and by a Standard Schema's own `validate`. Those of HTTP operations
   * always are.
   * @default true
   */
  validate?: boolean
  /**
   * How long a call may take, in ms.
   * @default 60000
   */
  timeoutMs?: number
  /** What the calls of all tools may cost that say nothing else. */
  callLimits?: RegistryCallLimits
  /** What the registry may hold. */
  limits?: {
    /**
     * Bytes of the definition of one tool as JSON. A closure's that is longer is refused with `LIMIT_EXCEEDED` (`details`: `{ tool, pointer,
     * what, limit }`, where `pointer` names its longest member); an operation of a document is skipped with that code. A definition of
     * 1 MB holds the thread for 50 (values) to 200 ms (properties) the first time that each target is asked for it. @default 2097152
     */
    definitionBytes?: number
  }
  /**
   * How much `respond` tells a model of what somebody's code threw: a closure (`TOOL_FAILED`), the `validate` of a schema, a function of
   * `auth`, an own `fetch`; also why an API was not reached. `'message'`: the message, of at most 64 KiB, with credentials masked as `[redacted]`: in URLs, behind the name
   * of a secret (`api_key=…`, `"password": …`, `authorization: …`), and keys by their shape. `'generic'`: `the tool failed`. Or a function that
   * gives the text, at once, of what was thrown (or of the {@link ToolrackError}, where a key tells a call again and where Rust asked); where it
   * throws or gives none, the text is the generic one. The message of a {@link ToolError} goes as it is.
   * Stacks, causes and other members never go. Callers of `execute` get what was thrown as `cause`, whatever this says.
   * @default 'message'
   */
  toolErrors?: 'message' | 'generic' | ((error: unknown, call: ToolErrorCall) => string)
  /**
   * Whether calls over a tool's `rateLimit` are refused (`RATE_LIMITED`). Otherwise it is information for orchestrators.
   * @default false
   */
  enforceRateLimits?: boolean
  /**
   * Whether an argument of another type is read as what it says where its schema wants that: `"5"` as 5, `"true"` as true, `5` as
   * `"5"`, `"[1]"` as a list. A text that says it in another way (`"5.0"` for an integer, `"yes"`) is refused as ever. What was read so
   * stands in `coerced` of {@link CallResult} and {@link CallEvent}.
   * @default false
   */
  coerce?: boolean
  /**
   * What becomes of characters in results that people do not see and models read: tags, bytes in variation selectors, zero-width and
   * bidirectional characters, but for those that writing needs. `respond` takes them out (`'strip'`), or leaves them where they are and
   * tells the model (`'flag'`: `{ hiddenCharacters, warning, value }`).
   * @default 'flag'
   */
  hiddenUnicode?: 'keep' | 'flag' | 'strip'
  /**
   * Spans and metrics of OpenTelemetry for every call: `true` and `false`, or the API to use and whether arguments are recorded
   * (`gen_ai.tool.call.arguments`). Names are those of the semantic conventions for generative AI (`execute_tool <name>`,
   * `gen_ai.execute_tool.duration`); for `respond('mcp', …)` those of MCP (`tools/call <name>`, `mcp.server.operation.duration`), and
   * the span goes on where the client's `_meta.traceparent` says.
   * @default on where `@opentelemetry/api` is installed beside toolrack and a provider is registered; arguments are not recorded
   */
  telemetry?: boolean | { api?: object; content?: boolean }
  /**
   * What `names()` of an earlier registry told: operations have the names they had there. Where it is wrong in places,
   * `details.problems` of the `INVALID_OPTIONS` has them all.
   * @default no operation was ever named
   */
  names?: { readonly format: number; readonly names: readonly Readonly<SavedName>[] }
  /**
   * A file in which every change is written down, and calls where that is asked for: one JSON line for each, chained by hashes.
   * A path, or a path with more. Throws `AUDIT_BROKEN` for a file that is not what was written, `AUDIT_UNWRITABLE` for one that
   * cannot be opened or that another registry writes.
   * @default nothing is written down
   */
  audit?: string | AuditOptions
}

/** Whose error a function of `toolErrors` is asked about. */
export interface ToolErrorCall {
  readonly toolName: string
  /** As its event `call` has it; where somebody looks at calls. */
  readonly callId?: string | undefined
  /** The user of the call's context. */
  readonly userId?: unknown
}

/** How the audit log is kept. */
export interface AuditOptions {
  /** The file. It is made where there is none, and continued where there is one: its chain is verified first, in about 3 s for 1 GB. */
  path: string
  /**
   * Whether calls are written down too, each once it is over: its `callId`, tool, revision and schema hash, `userId` and
   * `auditingId`, the code of its error or `ok`, and ms. Of its arguments the SHA-256 of their JSON with sorted keys, and no value.
   * @default false
   */
  calls?: boolean
  /**
   * When records are on the disk for sure. A process that ends, however suddenly, loses none whatever is chosen; this is about the
   * machine. `'none'`: when the system likes. `'interval'`: within a second. `'each'`: before anything goes on, so that every change
   * and call waits for the disk.
   * @default 'interval'
   */
  sync?: 'none' | 'interval' | 'each'
  /**
   * What becomes of a file that is not what was written: it is refused with `AUDIT_BROKEN`, or put aside as
   * `PATH.broken-<ms>` and a new one begun that says so.
   * @default 'refuse'
   */
  onBroken?: 'refuse' | 'begin'
}

/** How the audit log is doing. */
export interface AuditStatus {
  readonly path: string
  /** The number of the newest record. */
  readonly seq: number
  /** Its hash. Kept somewhere else, both are an `anchor` for {@link verifyAudit}. */
  readonly hash: string
  /** How many records could not be written since the log was opened. */
  readonly missing: number
}

/** What came of verifying an audit log. */
export interface AuditVerdict {
  /** Whether every record is what was written. A torn end is none. */
  ok: boolean
  /** How many records there are before the first bad one. */
  records: number
  /** The first bad one: its line from 1, what it says its number is, and what is wrong. */
  bad: { line: number; seq: number | null; reason: string } | null
  /** How many bytes at the end are of a record that was not written to its end. */
  torn: number
  /** The newest good record. */
  last: { seq: number; hash: string }
}

/**
 * Reads an audit log, one line in memory at a time, and says whether its chain holds. With an `anchor`, a record that is known
 * from elsewhere, it also finds an end that was cut off and a chain that was made anew. Rejects with `SOURCE_UNREADABLE`.
 *
 * On the command line: `npx toolrack audit verify FILE`.
 */
export function verifyAudit(path: string, options?: { anchor?: { readonly seq: number; readonly hash: string } }): Promise<AuditVerdict>

/** The events of a registry. */
export interface RegistryEvents {
  /** A new revision, once it can be read. */
  change: ChangeSet
  /** A call is over, whether it succeeded, failed or was refused. */
  call: CallEvent
  /** A watched document changed, or one that a webhook told of, and its tools are in the registry. */
  reloaded: LoadReport
  /**
   * A watched document, or one that a webhook told of, cannot be read any more, or a gate refused it; its tools are what they were.
   * Of a watched one told once for each content, and for each fault of a server, until it is well again. `source` is the path of a
   * file in a directory that another file has the name of.
   */
  reloadFailed: { readonly source: string; readonly error: ToolrackError }
  /** The file of a watched document is gone; its tools are what they were, or go by `onMissing`. Told once, until it is back. */
  sourceMissing: { readonly source: string; readonly location: string }
  /** A change waits for somebody's word: `loader.approve(id)`, `loader.reject(id)`. Told once for each change. */
  held: HeldChange
  /** A held change waits no more. `superseded`: a newer reading of the document took its place. */
  settled: HeldChange & { readonly outcome: 'approved' | 'rejected' | 'expired' | 'superseded' }
  /** The version of a document went down. */
  downgrade: { readonly source: string; readonly from: string; readonly to: string }
  /** Targets that a load names would refuse some of its tools, or do not take them in strict mode. */
  quarantined: { readonly source: string; readonly quarantined: readonly TargetJudgement[]; readonly downgraded: readonly TargetJudgement[] }
  /** The system gives no file events; watched files are looked at once in each interval instead. */
  watchPolling: { readonly reason: string; readonly intervalMs: number }
  /**
   * A watched file is a mount of its own, as with Kubernetes' `subPath` or a bind mount of one file: it stays what it is when it is
   * replaced outside, and nothing can see that. Mount its directory. Told once for each file.
   */
  watchBlind: { readonly source: string; readonly location: string }
  /**
   * Records of the audit log cannot be written (the disk is full) or put on the disk; everything else goes on. Told once, until
   * they can again. The next one that can be written comes after one of kind `gap`, which says how many are missing.
   */
  auditFailed: { readonly path: string; readonly reason: string; readonly missing: number }
  /** A version of a source failed too often: no rule leads to it any more, and `to` stands. Calls are those of the last `windowMs`. */
  versionReturned: { readonly revision: number; readonly source: string; readonly from: string; readonly to: string; readonly calls: number; readonly failures: number; readonly windowMs: number }
  /** Rules of a source's route that no version meets any more, by their pointers in it: the next rule decides. */
  versionMissing: { readonly revision: number; readonly source: string; readonly unmet: readonly { readonly rule: string; readonly version: string }[] }
  /**
   * The state file of a loader cannot be written, or was broken and put aside; everything else goes on. Told once for each reason,
   * until a write goes well.
   */
  stateFailed: { readonly path: string; readonly reason: string }
  /** Context keys were among the arguments of a call whose caller gave its context. `userId` is the caller's. */
  spoofAttempt: { readonly toolName: string; readonly keys: readonly string[]; readonly userId: unknown }
  /**
   * Outcomes kept for idempotency keys were let go before their time, because there was no room for newer ones: so many `keys` since this was
   * told last. Calls under them are made anew, but those whose outcome was larger than `idempotencyBytes` by itself: they are refused with
   * `LIMIT_EXCEEDED` as long as the key holds. Told at the first one, and then once a minute at most.
   */
  idempotencyEvicted: { readonly keys: number; readonly idempotencyBytes: number }
  /**
   * The thread was busy for so long that events had to be dropped, the oldest first: more than 1,024 waited for it. Whoever keeps
   * what they tell reads it anew.
   */
  missed: { readonly missed: number }
  /** A listener threw or rejected; or, as the event `webhook`, the function `source` of a webhook did. */
  listenerFailed: { readonly event: string; readonly error: unknown }
}

/** What can be asked of one revision. */
interface Reading {
  /** The revision's number; each is greater than the one before it. */
  readonly revision: number
  /** How many tools there are, disabled ones included. */
  readonly size: number
  /** Whether there is a tool of that name, enabled or not: its own name, or the one that providers are told. */
  has(name: string): boolean
  /**
   * The tool of a name: its own name, or the one that providers are told. A tool's own name comes first; no name means two tools. It is a
   * copy of the caller's own, with a schema that a framework may write into (LangChain does).
   */
  get(name: string): RegisteredTool | undefined
  /**
   * The registry's name of the tool that a provider knows by a name: that of rate limits, events and the audit log. `undefined` where there
   * is none.
   * @param target only the name that this provider was told counts; without it the tool's own name does too
   */
  resolve(wireName: string, target?: Target): string | undefined
  /**
   * The tool that a call was made on, by the name and `schemaHash` that an event `call` or an audit record has: as it stands, as it was
   * as far as {@link Snapshot.history} goes, or as it stands in another version of its source.
   */
  definition(name: string, schemaHash: string): RegisteredTool | undefined
  /**
   * What the tool of a name was, the newest first, as far as it is remembered: of all tools 8 MiB. Throws `UNKNOWN_TOOL`
   * where nothing is.
   */
  history(name: string): readonly ToolVersion[]
  /** Names in the order of registration. */
  list(filter?: ToolFilter): string[]
  /** Tools in the order of registration; copies of the caller's own, as of `get`. Of a thousand tools `list` is the cheap one. */
  tools(filter?: ToolFilter): RegisteredTool[]
  /**
   * What a provider takes, in the order of registration; frozen, and the same array for one revision, filter and options (for
   * `gemini-openapi` the caller's own, because Google's SDK writes into the declarations). For a framework
   * that writes into schemas there is `plain`, which is the caller's own too.
   * A tool that the provider would refuse is left out and stands in `quarantined`. Throws `NOT_REPRESENTABLE` where there are
   * more than the provider takes in one request.
   */
  definitions<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): TargetDefinitions[T]
  /** The same with what becomes of the tools on the way: nothing is left out silently. Over a limit it says so and does not throw. */
  offer<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): Offer<T>
  /**
   * What changed in `definitions` since a revision, for whoever keeps a list. Throws `STALE_REVISION` for one too long ago (the
   * last 8 MiB of definitions that were replaced or removed are remembered): read `definitions` again then.
   */
  delta<T extends Target>(fromRevision: number, target: T, filter?: ToolFilter, options?: DefinitionOptions): Delta<T>
  /** The tools that a provider would refuse, for which it would refuse the whole request; frozen. */
  quarantined(target: Target, options?: TargetOptions): readonly Quarantined[]
  /**
   * One tool as a provider takes it, under both of its names, with all that was changed on the way. It is what `definitions`
   * has of it for the same filter and options, `strict` too: where Anthropic's budget of strict tools is spent on others, `downgraded`
   * says so (`ANTS_TOO_MANY_STRICT`, `ANTS_OPTIONAL_BUDGET`, `ANTS_UNION_BUDGET`). Throws `UNKNOWN_TOOL`.
   */
  explain(name: string, target: Target, options?: ExplainOptions): Rendering
  /**
   * What showing tools to a model costs, in the order of registration; frozen. An estimate: providers count with tokenizers
   * of their own. Beside OpenAI's (o200k) it says 15 % too much for GitHub's 1,223 operations together.
   */
  tokens(target: Target, filter?: ToolFilter): TokenCount
  /** What a planner reads; frozen. */
  catalog(options?: CatalogOptions): readonly CatalogEntry[]
  /** How many tools there are, by source and by category. */
  summary(): RegistrySummary
  /**
   * Calls a tool by its own name, or by the one that providers are told. Resolves with what its closure returned, or with the body of the API's answer (JSON where it is JSON,
   * text otherwise, null where there is none).
   *
   * Rejects with `UNKNOWN_TOOL`, `INVALID_PARAMS`, `MISSING_CONTEXT`, `TIMEOUT`, `CANCELLED`, `TOOL_FAILED` (`cause` is
   * what the closure threw), `HTTP_FAILED`, `RESPONSE_TOO_LARGE`, `INVALID_OPTIONS` or `CLOSED`.
   */
  execute<T = any>(name: string, params?: object, options?: CallOptions): Promise<T>
  /** The same with all that is known of the call beside its value. */
  call<T = any>(name: string, params?: object, options?: CallOptions): Promise<CallResult<T>>
  /**
   * The same piece by piece: what an async generator yields, as it yields it, and one piece from every other tool. Nothing begins
   * before the first piece is asked for. The deadline is over the whole of it; whoever leaves the loop gives the call up, the closure's
   * `signal` aborts and its `finally` runs. Throws `UNKNOWN_TOOL` at once, and all else from the loop. Pieces are not bounded in number.
   */
  stream<T = any>(name: string, params?: object, options?: CallOptions): AsyncIterableIterator<T>
  /**
   * Carries out what a model asked for, and answers in the provider's own words. A tool is found by the name that the provider was told,
   * and by no other. A failure is an answer too, one that the model can act on; only `CLOSED`, `INVALID_OPTIONS`, `INTERNAL` and
   * a `call` over a limit (`LIMIT_EXCEEDED`) reject. No answer is longer than `callLimits.maxResultBytes`. Several calls are carried
   * out side by side.
   *
   * A closure's result is written as JSON. A `Map` is an object, or a list of pairs where a key is no text; a `Set` and a typed array are
   * lists; a `BigInt` is a number where it is exact, else its digits; an invalid `Date`, `NaN` and infinities are `null`; an `Error` is
   * `{ name, message, code? }`; an object with `toJSON` is what it says; an instance of a class is its own enumerable properties, or its
   * class in brackets where it has none. Bytes, a `Blob` and `{ mediaType, data }` are files. A circle, and more than 500 levels, are
   * `TOOL_FAILED`; more than 1,000,000 values, 1,000 files or 256 MiB of files are `LIMIT_EXCEEDED`.
   *
   * On a snapshot with a `filter` a model can call what it was offered and nothing else.
   */
  respond<T extends Target>(target: T, call: TargetCalls[T], options?: RespondOptions): Promise<TargetAnswers[T]>
  respond<T extends Target>(target: T, calls: readonly TargetCalls[T][], options?: RespondOptions): Promise<TargetAnswers[T][]>
}

/**
 * The tools of an agent, and the way to call them. Whatever it is asked, it answers of its newest revision. A registry is of one thread and
 * one copy of toolrack: `structuredClone` and `postMessage` throw a `DataCloneError` for it, and a loader of another copy refuses it.
 */
export interface ToolRegistry extends Reading {}
export class ToolRegistry {
  constructor(options?: RegistryOptions)
  /** Registers a tool. Throws `INVALID_DEFINITION` with everything that is wrong with it, `NAME_TAKEN`, or `LIMIT_EXCEEDED` where it is too long. */
  register<Schema extends JsonSchema | StandardJsonSchema = any>(definition: ToolDefinition<Schema>): ToolHandle
  /** Puts a tool in the place of the one of its name, whosever it is. Throws `UNKNOWN_TOOL` where there is none. */
  replace<Schema extends JsonSchema | StandardJsonSchema = any>(definition: ToolDefinition<Schema>): ToolHandle
  /** Takes a tool away; whether there was one. */
  unregister(name: string): boolean
  /** Takes all tools of a source away, in one revision; their names. A version (`crm@2`) goes alone. */
  unregisterSource(source: string): string[]
  /**
   * The names of all operations that were ever loaded, for the option `names` of another registry. An operation is known by
   * source, namespace, method, path and operationId; it keeps its name through every reload, and no other operation gets
   * the name, even once it is gone. It can be asked of a closed registry too.
   */
  names(): SavedNames
  /**
   * Releases the names that no tool bears now, so that other operations can have them; how many.
   * @param source release those of this document alone
   */
  forgetNames(source?: string): number
  /** How the documents of all its loaders are doing. */
  sources(): SourceStatus[]
  /**
   * Says which version of a source is shown to whom from now on, in one revision; `null` takes the route away. Versions that
   * were left because they failed are chosen again. Throws `UNKNOWN_SOURCE`, or `INVALID_OPTIONS` with everything that is wrong
   * with the route and each rule that no version meets.
   * @param source `crm` for the versions `crm`, `crm@1` and `crm@2`
   */
  route(source: string, route: Route | null): void
  /** Sources with more than one version, or a route. */
  routes(): RouteStatus[]
  /**
   * The newest revision, for one turn of an agent: what it lists it can call, whatever the registry does meanwhile. With a
   * `filter` it holds the tools that the filter means and no others: offer and answer from the same one. With a context or versions
   * it has the version of each source that is chosen for them; with a context it is for that caller.
   */
  snapshot(options?: SnapshotOptions): Snapshot
  /** As every revision does, with the version of each source that is chosen for the call. */
  execute<T = any>(name: string, params?: object, options?: RegistryCallOptions): Promise<T>
  /** As every revision does, with the version of each source that is chosen for the call. */
  call<T = any>(name: string, params?: object, options?: RegistryCallOptions): Promise<CallResult<T>>
  /** As every revision does, with the version of each source that is chosen for the call. */
  stream<T = any>(name: string, params?: object, options?: RegistryCallOptions): AsyncIterableIterator<T>
  /** Results of closures that came after their call was over, by deadline or by its caller, and went to nobody. */
  readonly lateResults: number
  /** As every revision does, with the version of each source that is chosen for the call. */
  respond<T extends Target>(target: T, call: TargetCalls[T], options?: RegistryRespondOptions): Promise<TargetAnswers[T]>
  respond<T extends Target>(target: T, calls: readonly TargetCalls[T][], options?: RegistryRespondOptions): Promise<TargetAnswers[T][]>
  /**
   * Every rule of a target that a definition breaks which somebody else wrote: one tool as the provider takes it, a list of
   * them, or a request that holds one. A tool that says `strict: true` is held to that.
   */
  validate(definition: unknown, target: Target, options?: TargetOptions): Finding[]
  /** Listens to every new revision, in order; call what it returns to stop. */
  onChange(listener: (change: ChangeSet) => void): () => void
  /**
   * Every new revision, in order, from now on: `for await (const change of registry.changes())`. It ends with its `signal`, with
   * the loop, and with the registry. Of what the loop does not come to take the oldest is dropped beyond 1,024; the change after
   * that says in `missed` how many were.
   */
  changes(options?: { signal?: AbortSignal }): AsyncIterableIterator<ChangeSet & { readonly missed?: number }>
  /** Listens to an event; call what it returns to stop. */
  on<E extends keyof RegistryEvents>(event: E, listener: (event: RegistryEvents[E]) => void): () => void
  /** How the audit log is doing, where there is one. */
  audit(): AuditStatus | undefined
  /**
   * Lets go of every tool and loader, and ends the audit log; a second time does nothing. Whatever is asked afterwards throws or rejects
   * with `CLOSED`, `list()` and `size` too; `names`, `audit`, `revision` and `lateResults` still answer. Calls that are under way come to
   * their end, and snapshots that were taken before go on until they are released.
   */
  close(): void
}

/** One revision of a registry. It never changes. */
export interface Snapshot extends Reading {}
export class Snapshot {
  private constructor()
  /** Lets go of the revision before the garbage collector does; whatever is asked of it afterwards, but for `revision`, throws `CLOSED`. */
  release(): void
}

/** A hold on one registered tool. It means that tool, not whatever has its name by now. */
export class ToolHandle {
  private constructor()
  /** The tool's name. */
  readonly name: string
  /** Puts another definition in the tool's place, under a new name too. */
  update<Schema extends JsonSchema | StandardJsonSchema = any>(definition: ToolDefinition<Schema>): void
  /** Hides the tool and refuses calls of it. */
  disable(): void
  /** Shows it again. */
  enable(): void
  /** Takes the tool away; whether it was there. */
  remove(): boolean
}

/** Registers a tool, as `registry.register` does, for users who know it by this name. */
export function registerDynamicTool<Schema extends JsonSchema | StandardJsonSchema = any>(registry: ToolRegistry, definition: ToolDefinition<Schema>): void

/**
 * Where an API document stands: a path, an http, https or file URL, the text of it (a string with a line break or one that
 * starts with `{`), its bytes, or the document as an object.
 */
export type SpecSource = string | URL | Uint8Array | ArrayBuffer | object

/** Some operations: all that is given holds, of each list any. At least one of them is given. */
export interface OperationChoice {
  /** Tags as the document has them. */
  tags?: readonly string[]
  /** Their case does not count. */
  methods?: readonly string[]
  /**
   * Patterns over paths as the document writes them: `*` is any text in a segment, `**` any text, `**` with a `/` behind
   * it any segments or none. Braces are braces: `/users/{id}`. At most 1000 characters each.
   */
  paths?: readonly string[]
  /** Patterns over operation ids, in which `*` is any text. At most 1000 characters each. */
  operationIds?: readonly string[]
}

/** An operation of a document, as a `filter` is told of it. Frozen. */
export interface SpecOperation {
  readonly operationId?: string
  /** In capitals. */
  readonly method: string
  readonly path: string
  readonly tags: readonly string[]
  readonly summary?: string
  readonly deprecated: boolean
}

/** What you say of one operation on top of what its document says. */
export interface OperationOverride {
  /**
   * The tool's whole name, without the namespace: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`. It is the operation's own from then on,
   * as every name is (`registry.names()`); where another operation or tool has it, or had it, the operation is skipped with
   * `NAME_TAKEN`. Without the override the tool has its first name again.
   */
  name?: string
  /** What it does, in place of the document's summary and description. */
  description?: string
  /** Comes before the option `category`. */
  category?: string
  /** In place of the operation's own; those of the option `tags` come on top. */
  tags?: readonly string[]
  /** Whether a call needs a `userId` in its context, as {@link ToolDefinition.requiresAuth}. @default false */
  requiresAuth?: boolean
  /** {@link CallLimits.rateLimit}, of which orchestrators are told too. Not beside one in `callLimits`. */
  rateLimit?: number
  /** What its calls may cost. Yours to say, not the document's. @default what `load` says */
  callLimits?: CallLimits
  /** Whether the operation is left out. @default false */
  exclude?: boolean
  /**
   * By the argument's name (`id`, or `id__path` where it was suffixed) or by place and name in the API: `path/id`, `query/…`,
   * `header/…`, `cookie/…`, `body/…`. A name that several arguments could mean is refused with `INVALID_OPTIONS`; place and
   * name mean one argument whatever else the document declares.
   */
  parameters?: Readonly<Record<string, ParameterOverride>>
}

/** What you say of one argument. `value` and `hidden` count as one: whoever says either of them decides. */
export interface ParameterOverride {
  description?: string
  /**
   * Goes with every request. The model does not see the argument and cannot set it. It must be what the argument takes, or
   * `INVALID_OPTIONS` says where it is not; it stands in no event, error or report.
   */
  value?: unknown
  /** Leaves the argument out, which must be optional. @default false */
  hidden?: boolean
}

/** How a document is watched. All times in ms, a month at most; what is wrong is `INVALID_OPTIONS`. */
export interface WatchOptions {
  /**
   * A file: how often it is looked at where no event tells of a change. An address: how often its server is asked, with ETag and
   * Last-Modified, so that a document that has not changed is neither sent nor read. A server that fails is asked after twice the
   * time, then four times …, ten minutes at most (or `pollMs`, where that is more), each up to half shorter by chance; `Retry-After`
   * counts where it is longer, up to a day. An answer may take 30 s. At least 100. @default 2000 for files, 60000 for addresses
   */
  pollMs?: number
  /** Files: how long new content must stay the same before it counts. A write that is not finished waits. @default 150 */
  stabilityMs?: number
  /**
   * Files: how long new content of a file that never stays the same is held back, and an empty file. At least `stabilityMs`.
   * @default 1000, or `stabilityMs` where that is more
   */
  maxWaitMs?: number
  /**
   * Files: how long content that looks truncated must stay before it counts, because its writer may be about to go on: it begins as the
   * file did before and is shorter, or takes away only what stood last in the document. What stays is applied and told by `truncated`
   * in the report, so that operations removed at the end go later than others. `reload` by hand waits for nothing. @default 2000
   */
  truncationMs?: number
  /**
   * Files: what becomes of the tools when the file is gone. `'keep'`: they stay. `'remove'`: they go in one revision once it has
   * been missing for `stabilityMs`; `removeAfterMs`: once it has been for so long. The source stays known, and its tools are back
   * when the file is. `sourceMissing` is told in any case. @default 'keep'
   */
  onMissing?: 'keep' | 'remove' | { removeAfterMs: number }
}

/** What came of loading a directory. */
export interface DirectoryReport {
  /** Of the documents that are loaded, by the names of their files. */
  reports: LoadReport[]
  /** The files that are not. */
  failed: { location: string; error: ToolrackError }[]
}

/** What you say of a document. */
export interface LoadOptions {
  /** The source's name. `crm@2` is a version of `crm`, see {@link ToolRegistry.route}. @default the file's name without its ending, else the document's title */
  name?: string
  /** What stands before each tool's name, with a `_` between. In another namespace a document's operations are named anew. */
  namespace?: string
  /** The version of the tools. @default the document's */
  version?: string
  /** The category of the tools. @default the first tag of each operation */
  category?: string
  /** Tags on top of those that operations have. */
  tags?: string[]
  /** Where the API is: it may be any address, of this machine and of a private network too. @default the document's first server */
  baseUrl?: string
  /**
   * Hosts, `name` or `name:port`, that calls may reach though their address is private and a document of the network names them.
   * The servers of a document that was given as a file, a text, bytes or an object may be anywhere. Those of one that came from
   * an http or https address are that of the address itself (on this machine: any port of it) and those of the public internet,
   * by name and by each address that the name has; a call of any other is `ADDRESS_FORBIDDEN`, and nothing is sent.
   * @default []
   */
  hosts?: string[]
  /**
   * Headers that go with every call, such as `authorization`. They stand in no event, error or report, and what an API echoes of
   * them is masked as it is for `auth` (but for headers that are no secrets: `accept…`, `content-…`, `user-agent`, versions).
   * They go where the operations of the document were when it was loaded; a document that names another origin later gets
   * `AUTH_FAILED`, see `authOrigins`.
   */
  headers?: Record<string, string>
  /**
   * What there is to show, by the names of the document's security schemes (`components.securitySchemes`,
   * `securityDefinitions`): API keys in headers, queries and cookies, HTTP Basic and Bearer, OAuth 2 and OpenID Connect. Of the
   * alternatives of an operation the first is shown of which every scheme has a credential, here or among `headers`; where none
   * has and the document does not allow to go without, the call fails with `AUTH_FAILED`, `details.schemes` says for which, and
   * nothing is sent. `security: []` shows nothing.
   *
   * The report tells each scheme that lacks a credential once, with its tools (`AUTH_NOT_CONFIGURED`); their calls are
   * `AUTH_FAILED`. `false` sends calls without credentials, whatever the document asks for. Without this option calls are sent
   * where something else may answer: `{}` among the alternatives, a header among `headers` that may be a credential, a user or
   * a query in `baseUrl`, a fixed argument where an API key goes, or a `fetch` of the loader's own. Any of these answers every
   * scheme.
   *
   * A credential counts over whatever the model sets in its place, and a parameter that it covers is no argument. It goes to the
   * origin of `baseUrl` or, without that, of the server that the document named when it was loaded, to the `authOrigins`, and
   * nowhere else: no redirect, no server that a reload brings. It stands in no event, error, report, audit log, history or state
   * file; where an API echoes it (values of 8 characters or more; also percent-encoded, in base64 or as JSON escapes it),
   * results and errors have `[redacted]` instead, also for a number that is one. JSON stays JSON; where a credential is a part of its
   * structure, the call is `HTTP_FAILED`.
   * A `rollback` brings tools back with the credentials that they had.
   * @default nothing is shown
   */
  auth?: Readonly<Record<string, Credential>> | false
  /**
   * Origins (`https://api.example.com`) that credentials and `headers` may go to beside the API's own, and that the document may
   * name as token endpoints later. A directory whose documents get credentials needs them, or a `baseUrl`. @default []
   */
  authOrigins?: readonly string[]
  /** Whether deprecated operations become tools. @default 'skip' */
  deprecated?: 'skip' | 'include'
  /** The operations that become tools: those that any of these means. @default all */
  include?: OperationChoice | readonly OperationChoice[]
  /** The operations that do not, though they are included: those that any of these means. @default none */
  exclude?: OperationChoice | readonly OperationChoice[]
  /**
   * Is asked of each operation that is left whether it becomes a tool: at the load, at each `reload` and when a watched file
   * changes. It may take the registry's `timeoutMs` for all operations together (`TIMEOUT`). One that throws, rejects or says
   * anything but true or false fails the load with `TOOL_FAILED`; nothing changes then. It is let go with its document.
   */
  filter?: (operation: SpecOperation) => boolean | Promise<boolean>
  /**
   * What you say of operations, by `operationId` or by `METHOD /path`, which comes before the id. What fits nothing is a note
   * `OVERRIDE_UNUSED`. A document may say the same of its operations under `x-toolrack`, and of a parameter what
   * {@link ParameterOverride} has; what you say comes before that, key by key. A document may ask for a user, not do without
   * one; its `name` is a wish that counts as an operation id does; it fixes no header, no cookie and no argument called as a
   * key of the context; `x-toolrack: false` leaves an operation out. What it may not say, or misspells, is a note
   * `EXTENSION_IGNORED`.
   */
  overrides?: Readonly<Record<string, OperationOverride>>
  /**
   * Documents of the Overlay Specification 1.0, laid over the document in their order before it is read, and read again with
   * each reload: paths, addresses, texts, bytes or objects. An action that changes nothing is a note `OVERLAY_UNUSED`, a number
   * beyond 64 bits that comes in their way a note `NUMBER_ROUNDED`; an `x-toolrack` in one counts as the document's. What is wrong in one is `INVALID_SPEC` with its place
   * (`overlay.yaml#/actions/0/target`). @default none
   */
  overlays?: readonly SpecSource[]
  /**
   * Reload whenever one of its files changes (its own, those that references lead to, overlays), or its server has another
   * document. Files and addresses, not texts. Does not keep the process alive. @default false
   */
  watch?: boolean | WatchOptions
  /**
   * How arguments stand side by side. `'flat'`: parameters and the properties of the body in one object; a parameter whose
   * name something else bears is `name__location`. `'grouped'`: an object for each of `path`, `query`, `header`, `cookie` and
   * `body`. @default 'flat'
   */
  arguments?: 'flat' | 'grouped'
  /**
   * Where references (`$ref`) may lead that lead out of the document. Files below its folder and addresses of its own origin
   * always may. Private, link-local and metadata addresses never may, but for the `hosts`; nor may a document read by http
   * refer to files, nor one read by https to http. What may not be read costs the operations that refer to it, and no others.
   */
  references?: {
    /** Files outside of the document's folder. @default false */
    outsideFolder?: boolean
    /** Public addresses of other hosts. @default true */
    internet?: boolean
    /** Hosts, `name` or `name:port`, that may be asked though their address is private. @default [] */
    hosts?: string[]
  }
  /** What calls of its tools may cost. @default what the registry says */
  callLimits?: CallLimits
  /** How large the document may be. The defaults let every document through that we know of. */
  limits?: {
    /**
     * Bytes of the document and of those it refers to, each decompressed; texts that YAML repeats by aliases count each time. The tools of
     * the load may hold as many bytes besides what they share (descriptions, schemas, notes, tags, servers), and 64 MiB at least. Their
     * definitions together may have as many, or 16 times the bytes of the document. An operation beyond that is skipped with
     * `LIMIT_EXCEEDED`. @default 67108864
     */
    bytes?: number
    /** Levels of maps and lists; 120 at most. @default 120 */
    depth?: number
    /** Values, those that YAML repeats by aliases, and an object by sharing its parts, each time. @default 3000000 */
    nodes?: number
    /** Aliases of YAML. @default 200000 */
    aliases?: number
    /** @default 50000 */
    operations?: number
    /** Other documents that references lead to. @default 1000 */
    documents?: number
    /**
     * Bytes of the definition of one tool as JSON: its input schema with the definitions that it reaches, and its description. An
     * operation beyond that is skipped with `LIMIT_EXCEEDED`. @default the registry's `limits.definitionBytes`
     */
    definitionBytes?: number
    /** A key that stands twice in one map: refuse the document, or take the last value and note it. @default 'refuse' */
    duplicateKeys?: 'refuse' | 'last'
  }
  /**
   * What the tools may cost a model. The report says what they cost, and has a note `TOKENS_OVER_BUDGET` for each tool that
   * costs more and for the document; all tools stay.
   * @default nothing is counted
   */
  tokenBudget?: TokenBudget
  /**
   * Which changes of a reload enter, which wait and which are refused. Of a first load only `pins` and `custom` are asked.
   * @default 'development'
   */
  gates?: GatePreset | GatePolicy
  /**
   * Of how many versions the tools are kept, so that `rollback` can go back to them.
   * @default 10
   */
  keepVersions?: number
  /**
   * What becomes of hidden characters (tags, zero-width characters, bidirectional controls) in what a model reads of the document:
   * summaries, descriptions, titles, tags, and the names and values of arguments. What a script or an emoji needs is not hidden.
   * - `'strip'`: a model reads them without. Calls send the names and values as the document has them; a program may write either
   *   spelling. An argument in whose schema two names or values become equal is left out with a note; where it is required, the
   *   operation is skipped with `HIDDEN_UNICODE`. A `pattern` with hidden characters is left out.
   * - `'flag'`: they stay, and each place is a note `HIDDEN_UNICODE`, of one tool the first 50.
   * - `'keep'`: they stay.
   *
   * Texts of `overrides` are yours and stay as they are; overlays and `x-toolrack` count as the document.
   * @default 'strip' where any part of the document came over the network, 'flag' for files, texts and objects
   */
  definitionUnicode?: 'strip' | 'flag' | 'keep'
  /**
   * Targets that the report is to speak of: what they would refuse, and what they do not take in strict mode. Each takes about
   * as long as the load, and its `definitions` are there at once afterwards.
   * @default none
   */
  targets?: readonly (Target | (TargetOptions & { target: Target }))[]
}

/** A text, or the name of an environment variable that has it. The variable is read at the load; one that is not set is `AUTH_FAILED` at the call. */
export type SecretText = string | { env: string }

/**
 * What there is to show for one security scheme: an API key, a token or a Bearer value as it is; a login for HTTP Basic; what
 * a token endpoint gives tokens for; or a function that is asked at each call.
 */
export type Credential = SecretText | LoginCredential | ClientCredential | RefreshCredential | CredentialFunction

/** A user and a password, for HTTP Basic. */
export interface LoginCredential {
  /** Without a `:`. */
  username: SecretText
  password: SecretText
}

/** How a token endpoint is asked. */
export interface TokenRequest {
  /**
   * Where tokens are given. @default the scheme's `tokenUrl` (or `refreshUrl`), or what its provider says of itself
   * (`openIdConnectUrl`, `oauth2MetadataUrl`), which must be the issuer that it should be. A document may name the API's own
   * origin, and others by https on the public internet.
   */
  tokenUrl?: string
  /** @default what each operation asks for; with a refresh token none, which means all that was granted */
  scopes?: readonly string[]
  /** The API that the token is for, where the server wants to hear it. @default none */
  audience?: string
  /** Whether the client shows its secret in the header `Authorization` or in the body. @default as the provider says, else 'basic' */
  clientAuth?: 'basic' | 'body'
}

/**
 * OAuth 2 client credentials. A token is kept until a tenth of its life, 30 s at most, before its end; calls at once ask for one;
 * an API that answers 401 is asked once more with a fresh one.
 */
export interface ClientCredential extends TokenRequest {
  clientId: SecretText
  clientSecret: SecretText
}

/** An OAuth 2 refresh token. One that the server gives in its place is used from then on, and kept in memory alone. */
export interface RefreshCredential extends TokenRequest {
  refreshToken: SecretText
  clientId: SecretText
  /** @default none: a public client */
  clientSecret?: SecretText
}

/**
 * Is asked at each call for whom the token is. It may take the registry's `timeoutMs` and no longer than the call, when
 * `context.signal` aborts. One that throws, gives nothing of use or comes late fails the call with `AUTH_FAILED`, and nothing is
 * sent. What it gives is kept by nobody, but for `{ token, expiresAt }`: that serves the same `userId` with the same `metadata`.
 * An API that answers 401 is asked once more with what it then gives, where that is another token.
 * @param context that of the call; `metadata` must be plain data here
 */
export type CredentialFunction = (context: CallContext, request: CredentialRequest) => GivenCredential | Promise<GivenCredential>

/** What a function gives: a value, a login, or a token with its end as a date or in ms since 1970. */
export type GivenCredential = string | { token: string; expiresAt?: number | Date } | { username: string; password: string }

/** What a function is asked for. */
export interface CredentialRequest {
  /** The name of the security scheme. */
  readonly scheme: string
  readonly type: 'apiKey' | 'basic' | 'bearer' | 'oauth2' | 'openIdConnect'
  /** What the operation asks for, sorted. */
  readonly scopes: readonly string[]
  /** Where the credential goes: `https://api.example.com`. */
  readonly origin: string
  /** Whether the API answered 401 to what was shown before. */
  readonly isRefused: boolean
}

/** What the tools of a document may cost a model. */
export interface TokenBudget {
  /** @default 'openai' */
  target?: Target
  /** What one tool may cost. @default no bound */
  tool?: number
  /** What all tools of the document may cost together. @default no bound */
  document?: number
}

/** What the tools of a document cost a model: an estimate by the rule of {@link TokenCount}. */
export interface TokenCost {
  target: Target
  total: number
  /** The five most expensive ones, or all where there are fewer; the first of them first. */
  largest: ToolTokens[]
}

/** How a document is doing. */
export interface SourceStatus {
  /** The name under which it was loaded. */
  name: string
  /** Where it stands: a path, an address, or what there is to say of a text. */
  location: string
  version?: string
  /** What it is among the versions of its source (`crm` for `crm@2`), where there are others or a route. */
  family?: { name: string; version?: string; standing: boolean }
  /** SHA-256 of the content that its tools are made of, in hex. */
  hash: string
  /** The revision that the last load made or found. */
  revision: number
  /** When that load was, in ms since 1970. */
  loadedAt: number
  /**
   * When the content was last known to be that of its address, because the server sent it again or said that nothing has changed;
   * in ms since 1970. Of addresses only: how old it may be is `Date.now() - checkedAt`.
   */
  checkedAt?: number
  /** How many tools it has. */
  tools: number
  /** How many of them are what they were because their operation cannot be read any more. */
  stale: number
  /** What a change that is held is approved or rejected by. */
  held?: string
  /** Whether its tools are those of an older content, because somebody went back to it. */
  rolledBack: boolean
  /** Why the newest reading changed nothing, where it went wrong; since when, in ms since 1970. */
  fault?: { since: number; code: ErrorCode; pointer: string; message: string }
}

/** A tool that a target would refuse, or does not take in its strict mode. */
export interface TargetJudgement {
  /** `openai` for its other names too. */
  target: Target
  name: string
  findings: Finding[]
}

/** What came of a load: each operation is a tool, skipped with a reason, or excluded by the options. */
export interface LoadReport {
  source: string
  version?: string
  /** The revision of the registry that has the tools. */
  revision: number
  /** How many operations the document has. */
  operations: number
  added: string[]
  updated: string[]
  removed: string[]
  unchanged: string[]
  /** Tools that are what they were because their operation, which is among the skipped ones by now, cannot be read any more. */
  stale: string[]
  /** Tools that are what they were, or not there, because their change is held. */
  held: string[]
  /** What the held change is approved or rejected by. */
  holdId?: string
  /** Tools that are what they were, or not there, because the same change was rejected before. */
  rejected: string[]
  /** What differs from what was there, tool by tool; left out where nothing was. */
  changes?: ToolChanges
  /** Operations that are no tools, and why. */
  skipped: SkippedOperation[]
  /** Whether a watched file lost its end and no more came for `truncationMs`; there only where that is so. */
  truncated?: true
  /** How many operations the options left out. */
  excluded: {
    /** For being deprecated. */
    deprecated: number
    /** By `include`, `exclude`, `filter`, an override, or `x-toolrack` in the document. */
    filtered: number
  }
  /** What the operations that are tools declare, and what became of it: `declared` is `exposed` and `reported` together. */
  inputs: LoadInputs
  /** What is in no tool and in no note. There is none, or toolrack has a fault: please report it. */
  lost: { tool: string; pointer: string; name: string }[]
  /** Tools that a target would refuse, where `targets` were given. */
  quarantined?: TargetJudgement[]
  /** Tools that a target does not take in strict mode, where `targets` ask for that. */
  downgraded?: TargetJudgement[]
  /** What the tools cost a model, where `tokenBudget` was given. */
  tokens?: TokenCost
  /** What tools say differently from the document, each once. */
  notes: LoadNote[]
  /** The document's length. */
  bytes: number
  /** SHA-256 of the document, in hex. */
  hash: string
  /**
   * Where the source was in a state file: it was what it had been, and then the document was read. `error` is there where that
   * changed nothing because the document cannot be read (all tools are `stale` then) or a gate refuses it.
   */
  restored?: { savedAt: number; error?: { code: ErrorCode; pointer: string; message: string } }
}

/**
 * What a change means to a model that calls the tool, from the mildest: nothing; more calls are taken, or there are more
 * tools; other words; calls go elsewhere or are written in another way; callers must show something else; a call that was
 * right may not be any more.
 */
export type ChangeClass = 'none' | 'widening' | 'wording' | 'endpoint' | 'auth' | 'breaking'

/** One difference between two versions of a tool. */
export interface ChangeFinding {
  /** What programs branch on: `PROPERTY_REMOVED`, `MAXIMUM_LOWERED`, `DESCRIPTION_CHANGED`, `PATH_CHANGED` … */
  code: string
  class: ChangeClass
  /** Into the definition: into its schema below `/inputSchema`, into where its calls go below `/endpoint`. */
  pointer: string
  message: string
}

/** What differs of one tool. */
export interface ToolChange {
  tool: string
  /** The worst class of its findings. */
  class: ChangeClass
  findings: ChangeFinding[]
}

/** What differs of all tools. */
export interface ToolChanges {
  /** The worst class of them all. */
  class: ChangeClass
  /** Those that differ. */
  tools: ToolChange[]
}

/** What becomes of a change: it enters, it waits for somebody's word, or nothing of the load that has it enters. */
export type GateDecision = 'apply' | 'hold' | 'refuse'

/** What a gate says against a change. */
export interface GateObjection {
  /** A {@link ChangeClass}, `removal`, `downgrade`, `pin`, or the name of your own function. */
  gate: string
  decision: GateDecision
  /** The tool that it is about; the whole change where there is none. */
  tool?: string
  reason: string
}

/** A change that waits: all that it would change stays as it is until it is approved. A source has one at most. */
export interface HeldChange {
  /** A digest of what it would change: the same change has the same id. */
  readonly id: string
  readonly source: string
  readonly version?: string
  /** SHA-256 of the document that has it, in hex. */
  readonly hash: string
  /** In ms since 1970. */
  readonly heldAt: number
  /** In ms since 1970; for ever where there is none. */
  readonly expiresAt?: number
  readonly added: readonly string[]
  readonly updated: readonly string[]
  readonly removed: readonly string[]
  /** Why it is held. */
  readonly objections: readonly GateObjection[]
  /** What it would change of each tool. */
  readonly changes: readonly ToolChange[]
}

/** What came of approving a held change, or of going back to another version. */
export interface ChangeReport {
  source: string
  /** The version that is in use now. */
  version?: string
  /** SHA-256 of its document, in hex. */
  hash: string
  revision: number
  added: string[]
  updated: string[]
  removed: string[]
  /** Tools that another source's tool stands in the way of. */
  refused: { tool: string; code: ErrorCode; reason: string }[]
}

/** What a load would come to: its report, and what the gates would make of it. `added`, `updated` and `removed` are what would enter. */
export interface CheckReport extends LoadReport {
  decision: GateDecision
  objections: GateObjection[]
}

/** One version of a document that was in use. */
export interface SourceVersion {
  /** Each is greater than the one before it. */
  number: number
  version?: string
  /** SHA-256 of the document, in hex. */
  hash: string
  /** When it came into use, in ms since 1970. */
  at: number
  /** The revision that had it first. */
  revision: number
  /** What made it the one in use. */
  trigger: 'load' | 'reload' | 'watch' | 'poll' | 'webhook' | 'approve' | 'rollback'
  /** The number of the version that a rollback went back to. */
  backTo?: number
  /** The worst class of its changes. */
  class: ChangeClass
  added: string[]
  updated: string[]
  removed: string[]
  /** Whether its tools are kept, so that a rollback can go back to it: see `keepVersions`. */
  kept: boolean
  /** Whether it is the one in use. */
  active: boolean
}

/** What a tool was for some revisions. */
export interface ToolVersion {
  /** The revision that had it first. */
  readonly revision: number
  /** The revision that had it no more; none for what the tool is. */
  readonly until?: number
  /** When it became that, in ms since 1970. */
  readonly at: number
  readonly source: string
  readonly version?: string
  /** SHA-256 over what a model saw of it, in hex. */
  readonly schemaHash: string
  readonly enabled: boolean
  /** The worst class of what differs from the one before. */
  readonly class: ChangeClass
  /** What is said of it in another way than before. Where calls go is not remembered. */
  readonly findings: readonly ChangeFinding[]
}

/** What is said of a tool, in a registry or before it is in one. */
export type ProposedTool = Omit<RegisteredTool, 'enabled' | 'stale' | 'registeredAt' | 'changedAt' | 'revision'>

/** A change as your own gates are told of it. Frozen. */
export interface ProposedChange {
  readonly source: string
  /** Whether nothing of the source was there before. */
  readonly isFirst: boolean
  /** The version that it has. */
  readonly from: string | null
  /** The version that it would have. */
  readonly to: string | null
  /** How many tools the source has. */
  readonly toolsBefore: number
  readonly class: ChangeClass
  /** The tools that differ; `before` is null for a new one, `after` for one that would be gone. */
  readonly tools: readonly (ToolChange & { readonly before: ProposedTool | null; readonly after: ProposedTool | null })[]
}

/** What a gate of yours says. Nothing is `apply`. With `tools` it is about these alone. */
export type GateAnswer = GateDecision | { decision: GateDecision; reason?: string; tools?: readonly string[] } | undefined | void

/**
 * A gate of your own. It is asked of every change, of a source's first load too. One that throws, says something else or
 * takes longer than `timeoutMs` holds the change.
 */
export type Gate = (change: ProposedChange, options: { readonly signal: AbortSignal }) => GateAnswer | Promise<GateAnswer>

/** The gates of a source by name. `development` applies everything but large removals; `production` refuses what breaks, and holds words, endpoints, auth and downgrades. */
export type GatePreset = 'development' | 'production'

/** Which changes of a source enter. All that is said against a change is collected; the hardest decision counts. */
export interface GatePolicy {
  /** What holds where nothing else is said. @default 'development' */
  preset?: GatePreset
  /** More calls are taken, or there are more tools. */
  widening?: GateDecision
  /** Something is said in other words. */
  wording?: GateDecision
  /** Calls go elsewhere, or are written in another way. */
  endpoint?: GateDecision
  /** Callers must show something else. */
  auth?: GateDecision
  /** A call that was right may not be any more. */
  breaking?: GateDecision
  /**
   * A change that would take more than a share of the source's tools away, and more than `least`: it looks like a document
   * that is half written, and is held whole.
   * @default { share: 0.3, least: 3, decision: 'hold' }
   */
  removal?: GateDecision | { share?: number; least?: number; decision?: GateDecision }
  /** The document's version goes down, where both versions have an order. An event says so in any case. */
  downgrade?: GateDecision
  /** Tools and the `schemaHash` that each may have: a change to any other is held. `loader.pin` pins what is there. */
  pins?: Record<string, string>
  /** How long a held change waits, in ms. @default for ever */
  holdMs?: number
  /** What becomes of it then. @default 'reject' */
  onExpiry?: 'reject' | 'approve'
  /** Gates of your own, of `load` alone. */
  custom?: Gate | readonly Gate[]
  /** How long each of them may take, in ms. @default the registry's `timeoutMs` */
  timeoutMs?: number
}

/**
 * The inputs of operations, counted in the document itself. An operation that is skipped or excluded takes its own with it.
 */
export interface LoadInputs {
  /** Parameters in path, query, header and cookie. */
  parameters: InputTally
  /**
   * Properties of bodies, those that `allOf` brings included, and fields of forms. A body without any counts as one. What
   * stands below them, or in the branches of a union, is not counted.
   */
  bodyProperties: InputTally
}

/** How many inputs there are, and what became of them. */
export interface InputTally {
  /** How many the document has. */
  declared: number
  /** How many a model can set. */
  exposed: number
  /** How many a note names instead: dropped, ignored, read-only, fixed, declared twice, part of a body that is one text. */
  reported: number
}

/** Something that tools say differently from the document. Mere changes of spelling (`nullable`) make none. */
export interface LoadNote {
  code: NoteCode
  /** Of the values that are taken: the same, more, fewer, or the same written in another way. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** Where in the document: a JSON pointer, behind the name of the file where it is another one. */
  pointer: string
  message: string
  /** The tools that it is true of; none where it is true of the document. */
  tools: string[]
}

/** What a {@link LoadNote} can be. */
export type NoteCode =
  /** An argument has another name than the parameter, because another one bears that name. */
  | 'ARG_SUFFIXED'
  /** A security scheme has no credential: calls of these tools are `AUTH_FAILED`. Give one in `auth`, or say `auth: false`. */
  | 'AUTH_NOT_CONFIGURED'
  /** `auth` has credentials for a scheme that the document does not declare. */
  | 'AUTH_UNUSED'
  /** A body of no media type cannot be sent. */
  | 'BODY_IN_PARAMETERS'
  | 'BODY_MEDIA_TYPE_REPLACED'
  | 'BODY_MEDIA_TYPE_UNUSED'
  | 'BODY_WITHOUT_MEDIA_TYPE'
  /** The body is one argument, because its parts cannot stand beside the parameters. */
  | 'BODY_WHOLE'
  /** A body that is no JSON is one text. */
  | 'BODY_AS_TEXT'
  /** An argument is named as a key of the caller's context. */
  | 'CONTEXT_KEY_IS_ARGUMENT'
  /** A default that its own schema refuses is left out. */
  | 'DEFAULT_DROPPED'
  /** A key stood twice in a map; the last value counts. */
  | 'DUPLICATE_KEY'
  /** What `x-toolrack` says in a document cannot be meant, or is not the document's to say. */
  | 'EXTENSION_IGNORED'
  /** A long example is left out. */
  | 'EXAMPLE_DROPPED'
  /** A filter of `include` or `exclude` matches no operation of the document. */
  | 'FILTER_UNUSED'
  /** A text, a name or a value has hidden characters. A model does not read them, unless the load wants it to: see `definitionUnicode`. */
  | 'HIDDEN_UNICODE'
  /** A keyword that cannot hold what it holds is left out. */
  | 'KEYWORD_DROPPED'
  /** Neither the document nor `baseUrl` says where the API is; or, with tools, a server of their own that is not usable. */
  | 'NO_PATHS'
  | 'NO_SERVER'
  /** A number beyond 64 bits became the nearest that they hold, or was left out where that is infinite. */
  | 'NUMBER_ROUNDED'
  /** Bytes are given as base64. */
  | 'OAS_BINARY'
  /** The tag of a union is required and names its branch. */
  | 'OAS_DISCRIMINATOR_APPLIED'
  /** A header is the client's to set, not the model's. */
  | 'OAS_HEADER_IGNORED'
  /** `nullable` in a dialect that has no such keyword is taken as meant. */
  | 'OAS31_NULLABLE'
  /** Null is taken though the enum does not list it. */
  | 'OAS_NULLABLE_ENUM'
  /** Null is taken beside a union or a reference. */
  | 'OAS_NULLABLE_NO_TYPE'
  /** A property that is only read is not sent. */
  | 'OAS_READONLY_REMOVED'
  /** A property that is only written does not come back. */
  | 'OAS_WRITEONLY_REMOVED'
  /** A webhook is a request that the API sends: no tool. */
  | 'OAS_WEBHOOK_SKIPPED'
  /** `x-nullable`, a word of some publishers, is taken as meant. */
  | 'OAS_X_NULLABLE'
  /** An action of an overlay changes nothing in the document. */
  | 'OVERLAY_UNUSED'
  /** What the caller says of an operation or a parameter fits none in the document. */
  | 'OVERRIDE_UNUSED'
  /** The caller or the document gave a parameter a fixed value; the model does not see it. */
  | 'PARAMETER_FIXED'
  /** The caller or the document leaves a parameter out; the model does not see it. */
  | 'PARAMETER_HIDDEN'
  /** A parameter is declared twice; the first counts. */
  | 'PARAMETER_TWICE'
  | 'PARAMETER_UNUSABLE'
  /** A fragment of a path is never sent and is left out. */
  | 'PATH_FRAGMENT_DROPPED'
  /** A path parameter has no place in the path. */
  | 'PATH_PARAMETER_DROPPED'
  /** A path that does not begin with `/` gets one. */
  | 'PATH_SLASH_ADDED'
  | 'PATH_SLASHES_DROPPED'
  /** A pattern that is no regular expression is left out. */
  | 'PATTERN_DROPPED'
  /** No parameter declares a variable of the path; it takes any text. */
  | 'PATH_VARIABLE_UNDECLARED'
  | 'REF_OPENED'
  | 'REF_SIBLINGS_DROPPED'
  /** The document's server has a variable without a value. */
  | 'SERVER_UNUSABLE'
  /** Something that is no schema is taken for one that takes anything. */
  | 'SCHEMA_REPLACED'
  /** A style that a parameter cannot have there is the default one. */
  | 'STYLE_REPLACED'
  /** Members are parted by tabs, for which OpenAPI 3 has no style. */
  | 'SWAGGER_TSV_NO_OAS3_STYLE'
  /** A definition costs a model more than the caller's budget. */
  | 'TOKENS_OVER_BUDGET'

/** An operation that is no tool. */
export interface SkippedOperation {
  operationId?: string
  /** In capitals; `*` for a whole path item. */
  method: string
  path: string
  /** Where in the document the fault is: a JSON pointer. */
  pointer: string
  code: ErrorCode
  reason: string
}

/** How a loader works. */
export interface LoaderOptions {
  /**
   * A file in which names, histories, pins, rejected changes and the documents themselves outlive the process: a path, or a path
   * with more. Throws `STATE_BROKEN` for a file that is not what was written or of a newer format, `STATE_LOCKED` for one that
   * another loader has, `STATE_UNWRITABLE` where its folder takes no files.
   * @default nothing is saved
   */
  state?: string | StateOptions
  /**
   * Carries the requests of this loader: documents, what they refer to, and the calls of their tools. For proxies, own TLS, and
   * tests. It is called as the global one is, with `redirect: 'manual'`, a `signal` that fires when nobody waits any more, and a body
   * that is a Buffer; it answers with a `Response`. Where redirects lead, which URLs are out of reach and how long an answer may be
   * stays toolrack's to decide; which address a name has is then its own. One that throws is `HTTP_FAILED`, or
   * `SOURCE_UNREADABLE` for a document. It may show credentials of its own: calls of documents with `security` are then sent
   * without the option `auth`.
   * @default a client of toolrack's own, which needs no JavaScript
   */
  fetch?: (url: string, init: FetchInit) => Promise<Response> | Response
}

/** What an own `fetch` is called with: it fits the global one. */
export interface FetchInit {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: Buffer<ArrayBuffer>
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** Where and how a loader saves what it knows. */
export interface StateOptions {
  /** The file. It is made where there is none, for its user alone; beside it stands `<path>.lock`. */
  readonly path: string
  /**
   * What becomes of a file that is broken: an error, or it becomes `<path>.broken`, `stateFailed` tells of it, and everything
   * begins anew, past all gates.
   * @default 'refuse'
   */
  readonly onBroken?: 'refuse' | 'begin'
}

/** Loads API documents into a registry and keeps them there. Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2, JSON and YAML. */
export class SpecLoader {
  constructor(registry: ToolRegistry, options?: LoaderOptions)
  /**
   * Reads a document and puts its tools into the registry, in one revision. The same place under the same name again is a
   * reload with new options. So is one that the state file has: it is restored first, and where its document cannot be read or is
   * refused the promise resolves all the same, see `restored` of the report.
   *
   * Rejects, and changes nothing, with `SOURCE_UNREADABLE`, `SOURCE_FORBIDDEN`, `INVALID_SPEC`, `UNSUPPORTED_SPEC`, `LIMIT_EXCEEDED`,
   * `NAME_TAKEN` (the source's name), `TOOL_FAILED` or `TIMEOUT` (of `filter`), `GATE_REFUSED`, `INVALID_OPTIONS` or `CLOSED`.
   */
  load(source: SpecSource, options?: LoadOptions): Promise<LoadReport>
  /**
   * Loads every `*.json`, `*.yaml` and `*.yml` directly in a directory, in the order of their names, each as a source that is named
   * by its file without the ending. A file that cannot be loaded is in `failed` and costs the others nothing. Hidden files are left
   * out. Of two files that want one name the first keeps it, until it is unloaded.
   *
   * With `watch`, a file that appears is loaded (`reloaded`), one that changes is reloaded, and one that goes is missing. One that
   * could not be loaded is tried again when it changes.
   *
   * Rejects with `SOURCE_UNREADABLE` where the directory cannot be read, `INVALID_OPTIONS` or `CLOSED`.
   */
  loadDirectory(directory: string | URL, options?: Omit<LoadOptions, 'name'>): Promise<DirectoryReport>
  /**
   * Reads a document again. A failure leaves its tools as they are. `gates` are for this once, in place of its own: so a
   * change enters that they refuse. Rejects as `load` does, and with `UNKNOWN_SOURCE`.
   */
  reload(source: string, options?: { gates?: GatePreset | Omit<GatePolicy, 'custom' | 'timeoutMs'> }): Promise<LoadReport>
  /**
   * What a reload of a source, or a load of a document that is none yet, would come to; nothing changes. What the tools cost
   * a model is told too. A text that is the name of a source means that one, whose options are kept but for `gates`; one that is in
   * the state file alone is none yet.
   * Rejects as `load` does, but not with `GATE_REFUSED`: that is `decision`.
   */
  check(source: SpecSource, options?: LoadOptions): Promise<CheckReport>
  /** All changes that wait, by source. */
  held(): HeldChange[]
  /** Lets a held change in, in one revision; pins of its tools move along. Throws `UNKNOWN_CHANGE`. */
  approve(id: string): ChangeReport
  /** Keeps a held change out, until it would make something else of its tools. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** The versions that a document had, the newest first: at most 100. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /**
   * Goes back to another version's tools, in one revision: to the newest of a `version` (its text, or 8 characters of its hash
   * at least), or to the one before that in use. They stay until the document has new content, or is reloaded. No gate is
   * asked. Throws `UNKNOWN_VERSION`.
   */
  rollback(source: string, version?: string): ChangeReport
  /** Pins tools to what they are, all of the source or these: a change of what a model is told is held. All pins, to be given as `gates.pins`. */
  pin(source: string, tools?: readonly string[]): Record<string, string>
  /** Releases pins, all of the source or these; those that are left. */
  unpin(source: string, tools?: readonly string[]): Record<string, string>
  /** How the documents are doing that are loaded, by name. It waits for none that is being loaded. */
  sources(): SourceStatus[]
  /** Takes a document and its tools away, out of the state file too; the names of the tools. They are kept for its operations, see `forgetNames`. */
  unload(source: string): string[]
  /**
   * Resolves when what is known now is in the state file, on the disk; at once where there is none. Every change is written by
   * itself, soon after. Rejects with `STATE_UNWRITABLE` or `CLOSED`.
   */
  save(): Promise<void>
  /** Takes a source that nobody has loaded out of the state file; whether it was there. Its next load is its first, past all gates. */
  forget(source: string): boolean
  /** Reloads a document whenever one of its files changes, or its server has another one. Options take the place of earlier ones. */
  watch(source: string, options?: WatchOptions): void
  /**
   * Leaves a document as it is from now on; or, by its path as it was given, a directory with all documents in it.
   */
  unwatch(source: string): void
  /**
   * A request handler that reloads documents when a sender that knows a secret says they changed: for `node:http` as it is, for
   * Express as a route's handler, for Fastify with `request.raw` and `reply.raw`. It takes Standard Webhooks (`webhook-id`,
   * `webhook-timestamp`, `webhook-signature`) and GitHub's (`x-hub-signature-256`, `x-github-delivery`), and never throws.
   *
   * It answers 200 with a {@link WebhookReport}, or with `{ sources }`, a list of them, where `source` gives no single name; with
   * `{ error: { code, message } }` and 400 (headers), 401 (signature or time), 404 (no such document), 405, 413, 500 (a body
   * parser has left no bytes), 503 (the loader is closed); and where the load was refused 409 or 422, 502 for a document that
   * cannot be read.
   *
   * Deliveries for one document that come while it is read wait together for one more reload. A delivery that comes again is
   * answered with `duplicate: true` and no reload, unless it failed; where the first answer was long, with `source`, `revision` and
   * `hash` of it alone.
   */
  webhook(options: WebhookOptions): WebhookHandler
  /** Ends every watch, and writes what is left to the state file, for 5 s at most. The tools stay in the registry. */
  close(): void
}

/** What a webhook may do. */
export interface WebhookOptions {
  /**
   * What senders sign with; several while one is replaced. A text that begins with `whsec_` is base64 for Standard Webhooks;
   * anything else is taken as it is.
   */
  secrets: string | Uint8Array | readonly (string | Uint8Array)[]
  /**
   * Which document changed: its name, or what tells the names from the headers and the JSON of the body (`undefined` where that
   * is no JSON). Names of none, or nothing, reload nothing.
   * @default all documents that are watched; all of the loader where none is
   */
  source?: string | ((headers: Readonly<Record<string, string | string[] | undefined>>, body: any) => WebhookNames | Promise<WebhookNames>)
  /** Whether the answer comes once the reload is decided, or at once as 202 with `{ accepted }`. @default 'decided' */
  respond?: 'decided' | 'immediately'
  /**
   * How far a delivery's time may be from now, in ms; its id is remembered for twice as long, of 10,000 deliveries. GitHub
   * signs neither: what somebody has read there and sends again under another id is one more reload.
   * @default 300000
   */
  toleranceMs?: number
  /** How long a body may be, in bytes. @default 1048576 */
  bodyLimit?: number
  /** The time in ms since 1970, for tests. @default Date.now */
  now?: () => number
}

/** Names of documents. */
export type WebhookNames = string | readonly string[] | null | undefined

/** What a webhook answers of one document. */
export interface WebhookReport {
  source: string
  revision: number
  version?: string
  hash: string
  added: string[]
  updated: string[]
  removed: string[]
  stale: string[]
  /** Tools whose change waits for somebody's word. */
  held: string[]
  /** How many tools are what they were. */
  unchanged: number
  /** How many operations are no tools. */
  skipped: number
  /** Whether the delivery was answered before. */
  duplicate?: true
}

/** A request as `node:http` has it. A body parser may have put the bytes into `rawBody` or `body`. */
export interface WebhookRequest {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  on(event: string, listener: (...values: any[]) => void): unknown
  pause(): unknown
}

/** A response as `node:http` has it. */
export interface WebhookResponse {
  writeHead(status: number, headers: Record<string, string | number>): unknown
  end(text: string): unknown
}

/** Resolves once it has answered, and never rejects. */
export type WebhookHandler = (request: WebhookRequest, response: WebhookResponse) => Promise<void>

/** What a {@link ToolrackError} can be. */
export type ErrorCode =
  | 'INVALID_SPEC'
  | 'UNSUPPORTED_SPEC'
  | 'UNRESOLVED_REF'
  | 'HIDDEN_UNICODE'
  | 'LIMIT_EXCEEDED'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_FORBIDDEN'
  | 'INVALID_DEFINITION'
  | 'NAME_TAKEN'
  | 'UNKNOWN_TOOL'
  | 'UNKNOWN_SOURCE'
  | 'INVALID_PARAMS'
  | 'MISSING_CONTEXT'
  | 'RATE_LIMITED'
  | 'BUSY'
  | 'CIRCUIT_OPEN'
  | 'IDEMPOTENCY_MISMATCH'
  | 'AUTH_FAILED'
  | 'ADDRESS_FORBIDDEN'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'TOOL_FAILED'
  | 'HTTP_FAILED'
  | 'RESPONSE_TOO_LARGE'
  | 'INVALID_OPTIONS'
  | 'NOT_REPRESENTABLE'
  | 'STALE_REVISION'
  | 'GATE_REFUSED'
  | 'UNKNOWN_CHANGE'
  | 'UNKNOWN_VERSION'
  | 'AUDIT_BROKEN'
  | 'AUDIT_UNWRITABLE'
  | 'STATE_BROKEN'
  | 'STATE_LOCKED'
  | 'STATE_UNWRITABLE'
  | 'CLOSED'
  | 'INTERNAL'

/** One thing that is wrong at one place. */
export interface Problem {
  /** A JSON pointer; empty for the whole. */
  pointer: string
  message: string
  expected?: string
  got?: string
}

/**
 * Everything that toolrack throws or rejects with. Branch on `code`. An error of another copy of toolrack, or of another realm (Jest, `node:vm`),
 * is an `instanceof` too.
 */
export class ToolrackError extends Error {
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>, options?: ErrorOptions)
  readonly name: 'ToolrackError'
  readonly code: ErrorCode
  /** The data of the error: `problems` of a definition, of arguments or of saved names, `nearest` names, `status` and `body` of an API's answer … */
  readonly details: Record<string, any>
}

/**
 * An error whose message is meant for the model: thrown by a closure, it reaches the model as it is, whatever `toolErrors` says. It is known
 * by a mark, `Symbol.for('toolrack.ToolError')`, in every realm; `details.forModel` of the `TOOL_FAILED` says that it was one.
 */
export class ToolError extends Error {
  constructor(message?: string, options?: ErrorOptions)
  /** `ToolError`; a class of your own may have another one. */
  name: string
}
