// Tools of agent frameworks: what `register` takes beside definitions, by the members that tell such a tool.
import type { ToolDefinition } from './tool'

/**
 * Options beside a tool that is registered. They win over what the tool says of itself.
 * @see [tools of frameworks](https://github.com/toolrack/toolrack/blob/main/docs/framework-tools.md)
 */
export interface ToolOptions extends Partial<
  Pick<
    ToolDefinition,
    | 'name'
    | 'title'
    | 'description'
    | 'category'
    | 'tags'
    | 'aliases'
    | 'version'
    | 'requiresAuth'
    | 'requiresApproval'
    | 'scopes'
    | 'rateLimit'
    | 'callLimits'
    | 'deprecated'
    | 'annotations'
  >
> {}

/**
 * A tool of an agent framework: AI SDK, LangChain, OpenAI Agents, Mastra, Strands, Google ADK, Genkit or LlamaIndex.
 * A tool of MCP too: what `registerTool` of an MCP server returns, or `{ name, handler }`. A tool of the AI SDK and one
 * that `registerTool` returned need the option `name`.
 * @see [tools of frameworks](https://github.com/toolrack/toolrack/blob/main/docs/framework-tools.md)
 */
export type FrameworkTool =
  | { name?: undefined; inputSchema: unknown; execute?: ToolFunction | undefined }
  | { id: string; description: string; execute?: ToolFunction | undefined }
  | { name: string; schema: unknown; invoke: ToolFunction }
  | { type: 'function'; name: string; parameters: unknown; invoke: ToolFunction }
  | { toolSpec: { name: string; inputSchema?: unknown }; stream: ToolFunction }
  | { name: string; runAsync: ToolFunction }
  | { metadata: { name: string; parameters?: unknown }; call?: ToolFunction }
  | { name?: string | undefined; handler: object; inputSchema?: unknown }
  | (ToolFunction & { __action: object })

type ToolFunction = (...call: any[]) => unknown

/**
 * The type of the arguments of a framework's tool, for its handle. `any`: its types do not say it. Those of the AI SDK and
 * of Mastra say what its schema makes of the arguments (transforms, defaults), not what it takes.
 */
export type FrameworkInput<Tool> = Tool extends { __action: object } ? AnyIfNever<InputOf<Tool>> : any

/** The type of the result of a framework's tool, for its handle. `any`: its types do not say it. */
export type FrameworkResult<Tool> = AnyIfNever<ResultOf<CallOf<Tool>>>

/** The function of a tool whose types say its arguments and its result. */
type CallOf<Tool> = [Tool] extends [{ execute?: unknown }]
  ? Tool['execute']
  : Tool extends { __action: object }
    ? Tool
    : never
type InputOf<Call> = Call extends (input: infer Input, ...rest: any[]) => unknown ? Input : never
type ResultOf<Call> = Call extends (...call: any[]) => infer Result ? LastPiece<Result> : never
/** Of a stream of results the last one is the result. */
type LastPiece<Result> = Result extends AsyncIterable<infer Piece> ? Piece : Awaited<Result>
type AnyIfNever<Type> = [Type] extends [never] ? any : Type
