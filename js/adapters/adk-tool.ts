// One tool as Google's ADK takes it: what its base class does, its call, its confirmation and the files of its result.

import { saveFiles } from './adk-artifacts'
import type { ArtifactStore } from './adk-artifacts'
import { callFailure } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** What the framework hands to a tool. */
interface ToolRun extends ArtifactStore {
  readonly functionCallId?: string
  readonly abortSignal?: AbortSignal
  /** The decision of a person, if there is one. */
  readonly toolConfirmation?: { readonly confirmed: boolean }
  readonly requestConfirmation: (question: { readonly hint: string }) => void
  readonly actions: { skipSummarization?: boolean }
}

/** A call of a tool. */
interface ToolCall {
  readonly args: Record<string, unknown>
  readonly toolContext?: ToolRun
}

/** The request of a model while it is made. */
interface ModelRequest {
  readonly toolsDict: Record<string, unknown>
  config?: { tools?: { functionDeclarations?: unknown[] }[] }
}

/** A declaration of a tool. */
interface Declaration {
  readonly name: string
  readonly description: string
}

/** Marks a tool of the framework, of any copy of it. */
const TOOL = Symbol.for('google.adk.baseTool')

export function makeTool(offered: OfferedTools<'gemini'>, declaration: Declaration) {
  const { name, description } = declaration
  const asks = offered.asksFor(name)
  const tool = {
    [TOOL]: true,
    name,
    description,
    isLongRunning: false,
    // A copy: callbacks of the framework may change the request.
    _getDeclaration: () => ({ ...declaration }),
    checkRequireConfirmation: async (args: unknown, run?: ToolRun) =>
      asks && offered.needsApproval({ name, args }, { signal: run?.abortSignal, run }),
    async runAsync({ args, toolContext: run }: ToolCall): Promise<unknown> {
      // A decision first: it is final, whatever the predicate says by now.
      const decision = run?.toolConfirmation
      const approved = asks && decision?.confirmed === true
      const isDeclined = decision !== undefined && decision.confirmed !== true
      // Outside of an agent there is nobody to ask: the call itself is refused.
      if (run !== undefined && decision === undefined && (await tool.checkRequireConfirmation(args, run)))
        return askFor(name, run)
      const call = { id: run?.functionCallId, name, args }
      const answer = await offered.respondPlainly(call, { signal: run?.abortSignal, run, approved, isDeclined })
      if (!answer.ok) throw callFailure(answer.error)
      const result: unknown = answer.value
      return answer.files === undefined ? result : { result, files: await saveFiles(answer.files, run) }
    },
    async processLlmRequest({ llmRequest }: { readonly llmRequest: ModelRequest }): Promise<void> {
      if (Object.hasOwn(llmRequest.toolsDict, name)) throw new Error(`two tools have the name "${name}"`)
      Object.defineProperty(llmRequest.toolsDict, name, {
        value: tool,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      const tools = ((llmRequest.config ??= {}).tools ??= [])
      const list = tools.find((one) => 'functionDeclarations' in one)
      if (list === undefined) tools.push({ functionDeclarations: [{ ...declaration }] })
      else (list.functionDeclarations ??= []).push({ ...declaration })
    },
  }
  return tool
}

/** Asks a person, as the framework's own tools do; what is returned stands for the result until then. */
function askFor(name: string, run: ToolRun) {
  run.requestConfirmation({ hint: `Approve or decline the call of ${name}.` })
  run.actions.skipSummarization = true
  return { error: `the call of "${name}" waits for the approval of a person` }
}
