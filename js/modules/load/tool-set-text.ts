// Tool set text: the content of a source as Rust reads it, with its closures in slots.

import type { ClosureFunction, ModelOutput } from '../../call/interfaces'
import type { Closures, StoreClosure } from '../../closures'
import { jsonText } from '../../border/json'
import type { ToolrackError } from '../../border/error'
import { writeDefinition } from '../../definition/definition'
import type { WrittenDefinition } from '../../definition/definition'
import type { SplitGates, Wait } from '../../load/custom-gates'
import type { LoadWaits } from '../graph/load-waits'
import { writeMembers } from '../source/module-options'
import type { SourceOptions } from '../source/module-options'
import type { ModuleSource } from '../source/module-source'
import { contentHash } from './source-content'
import type { SourceContent } from './source-content'

/** Extra time for the answer of custom gates after their deadline, in ms. */
const GRACE_MS = 5_000

/** A source that is ready for Rust. */
export interface ReadySource {
  readonly source: ModuleSource
  readonly content: SourceContent
  readonly name: string
  readonly tools: readonly WrittenTool[]
  /** The names that its tools give themselves. */
  readonly toolNames: readonly string[]
  readonly toolExports: ReadonlyMap<string, string>
  /** Exports that are no tools, though they are meant as one. */
  readonly failed: readonly { readonly export: string; readonly error: ToolrackError }[]
  readonly hash: string
}

interface WrittenTool {
  readonly export: string
  readonly written: WrittenDefinition
  readonly self: object
  readonly notes: readonly unknown[]
  readonly toModel: ModelOutput | undefined
}

/** Writes the definitions of a source's tools. */
export function readySource(source: ModuleSource, content: SourceContent): ReadySource {
  const { recognition, files } = content
  const tools: WrittenTool[] = []
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

/** Sources as Rust reads them, with the different options that they have. */
export interface WrittenToolSets {
  readonly sets: readonly string[]
  readonly options: readonly string[]
}

/** Writes sources for Rust, and stores the closures of their tools. Sources with common options share what these hold. */
export function writeToolSets(all: readonly ReadySource[], closures: Closures, waits: LoadWaits): WrittenToolSets {
  return closures.storeAll((store) => {
    const options = new OptionTexts(store, (answer, ms, late) => waits.within(answer, ms, late))
    const sets = all.map((ready) => writeToolSet(ready, store, options))
    return { sets, options: options.texts }
  })
}

/** The options of a batch, each written once: thousands of sources have those of one call. */
class OptionTexts {
  readonly texts: string[] = []
  readonly #store: StoreClosure
  readonly #wait: Wait
  readonly #known = new Map<SourceOptions['members'], WrittenOptions>()

  constructor(store: StoreClosure, wait: Wait) {
    this.#store = store
    this.#wait = wait
  }

  /** Members of a set that stand for the options of its source. Each call reads members of its own. */
  membersOf(options: SourceOptions, keepsVersions: boolean): string {
    let known = this.#known.get(options.members)
    if (known === undefined) {
      known = { gates: this.#writeGates(options.gates), indices: new Map() }
      this.#known.set(options.members, known)
    }
    const index = known.indices.get(keepsVersions) ?? this.#writeIndex(writeMembers(options, keepsVersions))
    known.indices.set(keepsVersions, index)
    return index + known.gates
  }

  #writeIndex(written: string | undefined): string {
    return written === undefined ? '' : `"options":${this.texts.push(written) - 1},`
  }

  #writeGates({ ask, timeoutMs }: SplitGates): string {
    if (ask === undefined) return ''
    const slot = this.#store(({ change }) => ask(change, this.#wait), ask)
    return `"gates":${text({ slot, timeoutMs: timeoutMs + GRACE_MS })},`
  }
}

interface WrittenOptions {
  readonly gates: string
  /** By whether versions are kept by default. */
  readonly indices: Map<boolean, string>
}

function writeToolSet(ready: ReadySource, store: StoreClosure, options: OptionTexts): string {
  const { source, name, tools, failed, hash, content } = ready
  const { generation } = content
  const count = generation?.callCounter() ?? ((execute) => execute)
  const storeTool: StoreTool = ({ written, self, toModel }) => {
    const { execute, guard, approval, decisionGuard, output } = written
    const checks = { guard, decisionGuard, output, approval: approval && count(approval) }
    return store(count(execute as ClosureFunction), self, checks, generation, toModel)
  }
  const members = [
    `"name":${text(name)}`,
    `"location":${text(source.location)}`,
    `"onError":"${source.options.onError}"`,
    ...(source.replaces === undefined ? [] : [`"replaces":${text(source.replaces)}`]),
    ...versionOf(ready),
    `"hash":"${hash}"`,
    `"bytes":${tools.reduce((sum, { written }) => sum + written.text.length, 0)}`,
    `"tools":[${tools.map((tool) => writeTool(tool, storeTool)).join()}]`,
    `"failed":[${failed.map(({ export: label, error }) => text({ export: label, code: error.code, message: error.message })).join()}]`,
  ]
  return `{${options.membersOf(source.options, generation?.isDisposable !== true)}${members.join()}}`
}

/** Stores the closure of a tool; returns its slot. */
type StoreTool = (tool: WrittenTool) => number

function writeTool(tool: WrittenTool, store: StoreTool): string {
  const { export: label, written, notes } = tool
  const slot = store(tool)
  const problems = written.unsaid === undefined ? '' : `,"problems":${written.unsaid}`
  const noted = notes.length === 0 ? '' : `,"notes":${text(notes)}`
  return `{"export":${text(label)},"slot":${slot},"definition":${written.text}${problems}${noted}}`
}

/** The version that a module declares itself. */
function versionOf({ content: { namespace } }: ReadySource): string[] {
  try {
    const version: unknown = Reflect.get(namespace ?? {}, 'version')
    return typeof version === 'string' && version !== '' ? [`"version":${text(version)}`] : []
  } catch {
    // A getter that throws is no version.
    return []
  }
}

/** JSON of plain data. */
function text(value: unknown): string {
  return String(jsonText(value))
}
