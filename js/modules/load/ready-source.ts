// Ready source: the content of a source as a tool set, with the definitions of its tools written.

import type { Closures } from '../../closures'
import type { ToolrackError } from '../../border/error'
import { writeDefinition } from '../../definition/definition'
import { writeToolSets } from '../../load/tool-sets/tool-set-text'
import type { GivenTool, ToolSet, WrittenToolSets } from '../../load/tool-sets/tool-set-text'
import type { LoadWaits } from '../graph/load-waits'
import type { ModuleSource } from '../source/module-source'
import { contentHash } from './source-content'
import type { SourceContent } from './source-content'

/** A source that is ready for Rust. */
export interface ReadySource {
  readonly source: ModuleSource
  readonly content: SourceContent
  readonly name: string
  readonly tools: readonly GivenTool[]
  /** The names that its tools give themselves. */
  readonly toolNames: readonly string[]
  readonly toolExports: ReadonlyMap<string, string>
  /** Exports that are no tools, though they are meant as one. */
  readonly failed: readonly { readonly export: string; readonly error: ToolrackError }[]
  readonly hash: string
}

/** Writes the definitions of a source's tools. */
export function readySource(source: ModuleSource, content: SourceContent): ReadySource {
  const { recognition, files } = content
  const tools: GivenTool[] = []
  const faults = [...recognition.failed]
  for (const { export: label, tool } of recognition.tools)
    try {
      const written = writeDefinition(tool.definition)
      tools.push({ export: label, written, self: tool.self, notes: tool.notes, toModel: tool.toModel })
    } catch (error) {
      faults.push({ export: label, error: error as ToolrackError })
    }
  const named = tools.map(({ written, export: label }) => [written.name, label] as const)
  const toolExports = new Map(named.filter((entry): entry is [string, string] => typeof entry[0] === 'string'))
  const toolNames = named.map(([name]) => name).filter((name): name is string => typeof name === 'string')
  return {
    source,
    content,
    name: source.name ?? toolNames[0] ?? 'tools',
    tools,
    toolNames,
    toolExports,
    failed: faults,
    hash: contentHash(
      files,
      tools.map(({ written }) => written.text),
    ),
  }
}

/** Writes sources for Rust, and stores the closures of their tools. */
export function writeSources(all: readonly ReadySource[], closures: Closures, waits: LoadWaits): WrittenToolSets {
  return writeToolSets(all.map(toolSetOf), closures, (answer, ms, late) => waits.within(answer, ms, late))
}

function toolSetOf(ready: ReadySource): ToolSet {
  const { source, name, tools, failed, hash, content } = ready
  const { generation } = content
  return {
    name,
    location: source.location,
    options: source.options,
    onError: source.options.onError,
    replaces: source.replaces,
    version: versionOf(ready),
    hash,
    bytes: tools.reduce((sum, { written }) => sum + written.text.length, 0),
    tools,
    failed,
    keepsVersions: generation?.isDisposable !== true,
    wrap: generation?.callCounter(),
    owner: generation,
  }
}

/** The version that a module declares itself. */
function versionOf({ content: { namespace } }: ReadySource): string | undefined {
  try {
    const version: unknown = Reflect.get(namespace ?? {}, 'version')
    return typeof version === 'string' && version !== '' ? version : undefined
  } catch {
    // A getter that throws is no version.
    return undefined
  }
}
