// Adapter for Google's ADK: the tools of a snapshot as its tools, and a toolset that follows a registry. Imports nothing
// of the framework.

import type { PlainAnswer } from '../../index'
import { describeFile } from './file-text'
import { callFailure, followTools, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** What the framework hands to a tool. */
interface ToolRun {
  readonly functionCallId?: string
  readonly abortSignal?: AbortSignal
  readonly invocationContext: { readonly artifactService?: unknown }
  readonly saveArtifact: (name: string, part: unknown) => Promise<number>
}

/** A call of a tool. */
interface ToolCall {
  readonly args: Record<string, unknown>
  readonly toolContext: ToolRun
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

type Files = NonNullable<Extract<PlainAnswer, { ok: true }>['files']>

/** Mark a tool and a toolset of the framework, of any copy of it. */
const TOOL = Symbol.for('google.adk.baseTool')
const TOOLSET = Symbol.for('google.adk.baseToolset')

export function adkTools(source: unknown, options?: unknown) {
  return makeTools(offerTools(source, 'gemini', options).tools)
}

export function adkToolset(source: unknown, options?: unknown) {
  const { newest } = followTools(source, 'gemini', options)
  return {
    [TOOLSET]: true,
    toolFilter: [],
    // Asked for each step of an agent.
    getTools: async () => makeTools(newest()),
    processLlmRequest: async () => {},
    isToolSelected: () => true,
    // The registry is its owner's.
    close: async () => {},
  }
}

function makeTools(offered: OfferedTools<'gemini'>) {
  return offered.definitions.flatMap(({ functionDeclarations }) =>
    functionDeclarations.map((declaration) => makeTool(offered, declaration)),
  )
}

function makeTool(offered: OfferedTools<'gemini'>, declaration: Declaration) {
  const { name, description } = declaration
  const tool = {
    [TOOL]: true,
    name,
    description,
    isLongRunning: false,
    // A copy: callbacks of the framework may change the request.
    _getDeclaration: () => ({ ...declaration }),
    checkRequireConfirmation: async () => false,
    async runAsync({ args, toolContext }: ToolCall): Promise<unknown> {
      const { abortSignal: signal, functionCallId: id } = toolContext
      const answer = await offered.respondPlainly({ id, name, args }, { signal, run: toolContext })
      if (!answer.ok) throw callFailure(answer.error)
      const result: unknown = answer.value
      return answer.files === undefined ? result : { result, files: await saveFiles(answer.files, toolContext) }
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

/** Saves files as artifacts, which the model can load by their names; without a service it reads what they are. */
async function saveFiles(files: Files, run: ToolRun): Promise<string[]> {
  if (run.invocationContext.artifactService === undefined) return files.map(describeFile)
  await Promise.all(
    files.map(({ name, mediaType, data }) => run.saveArtifact(name, { inlineData: { mimeType: mediaType, data } })),
  )
  return files.map(({ name }) => name)
}
