// Tool set text: the tools that a program gives for a source, as Rust reads them, with their closures in slots.

import type { ClosureFunction, ClosureOwner, ModelOutput, ResultCheck } from '../../call/interfaces'
import type { Closures, StoreClosure } from '../../closures'
import { jsonText } from '../../border/json'
import type { WrittenDefinition } from '../../definition/definition'
import type { SplitGates, Wait } from '../custom-gates'
import { writeMembers } from './source-options'
import type { OnError, SourceOptions } from './source-options'

/** Extra time for the answer of custom gates after their deadline, in ms. */
const GRACE_MS = 5_000

/** The tools of one source. */
export interface ToolSet {
  readonly name: string
  readonly location: string
  readonly options: SourceOptions
  readonly onError: OnError
  /** Whether a name belongs to its export, so that it never comes to mean another one. Otherwise it is the code's. */
  readonly namesExports?: boolean
  /** The location whose source it takes over. */
  readonly replaces?: string | undefined
  /** The version that it declares itself. */
  readonly version?: string | undefined
  /** SHA-256 of its content, in hex. */
  readonly hash: string
  /** The length of its content, in bytes. */
  readonly bytes: number
  readonly tools: readonly GivenTool[]
  /** Exports that are no tools, though they are meant as one. */
  readonly failed: readonly FailedExport[]
  /** The closures of the tools of a list that Rust has read. */
  readonly listed?: ListedClosures
  /** Whether versions are kept by default. */
  readonly keepsVersions: boolean
  /** Wraps each function that the source gives. */
  readonly wrap?: ((execute: ClosureFunction) => ClosureFunction) | undefined
  readonly owner?: ClosureOwner | undefined
}

/** A tool of a set. */
export interface GivenTool {
  readonly export: string
  readonly written: WrittenDefinition
  readonly self: object
  /** What its closure does, where a later one does the same: a reload then leaves the tool unchanged. */
  readonly identity?: string
  readonly notes: readonly unknown[]
  readonly toModel: ModelOutput | undefined
  /** What its results are asked; by default what its definition says. */
  readonly output?: ResultCheck | undefined
}

/** The closures of the tools of a list, in its order. */
export interface ListedClosures {
  /** Stands before the own name of a tool in the identity of its closure. */
  readonly instance: string
  readonly closures: readonly ListedClosure[]
}

/** A closure without a definition of its own. */
export interface ListedClosure {
  readonly execute: ClosureFunction
  readonly output: ResultCheck | undefined
  readonly toModel: ModelOutput | undefined
}

/** An export that could not become a tool. */
export interface FailedExport {
  readonly export: string
  readonly error: { readonly code: string; readonly message: string }
}

/** Sources as Rust reads them, with the different options that they have. */
export interface WrittenToolSets {
  readonly sets: readonly string[]
  readonly options: readonly string[]
}

/** Writes sources for Rust, and stores the closures of their tools. Sources with common options share what these hold. */
export function writeToolSets(all: readonly ToolSet[], closures: Closures, wait: Wait): WrittenToolSets {
  return closures.storeAll((store) => {
    const options = new OptionTexts(store, wait)
    const sets = all.map((set) => writeToolSet(set, store, options))
    return { sets, options: options.texts }
  })
}

/** Sources as the batch that Rust loads. */
export function writeBatch({ sets, options }: WrittenToolSets, trigger: string, onError: OnError): string {
  return `{"trigger":"${trigger}","onError":"${onError}","options":[${options.join()}],"sets":[${sets.join()}]}`
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

function writeToolSet(set: ToolSet, store: StoreClosure, options: OptionTexts): string {
  const { wrap = (execute) => execute, owner } = set
  const storeTool: StoreTool = ({ written, self, toModel, output = written.output }) => {
    const { execute, guard, approval, decisionGuard } = written
    const checks = { guard, decisionGuard, output, approval: approval && wrap(approval) }
    return store(wrap(execute as ClosureFunction), self, checks, owner, toModel)
  }
  const members = [
    `"name":${text(set.name)}`,
    `"location":${text(set.location)}`,
    `"onError":"${set.onError}"`,
    ...(set.namesExports === true ? ['"names":"export"'] : []),
    ...(set.replaces === undefined ? [] : [`"replaces":${text(set.replaces)}`]),
    ...(set.version === undefined ? [] : [`"version":${text(set.version)}`]),
    `"hash":"${set.hash}"`,
    `"bytes":${set.bytes}`,
    `"tools":[${set.tools.map((tool) => writeTool(tool, storeTool)).join()}]`,
    `"failed":[${set.failed.map(({ export: label, error }) => text({ export: label, code: error.code, message: error.message })).join()}]`,
    ...(set.listed === undefined ? [] : [`"listed":${writeListed(set.listed, store)}`]),
  ]
  return `{${options.membersOf(set.options, set.keepsVersions)}${members.join()}}`
}

function writeListed({ instance, closures }: ListedClosures, store: StoreClosure): string {
  const slots = closures.map(({ execute, output, toModel }) =>
    store(execute, NO_SELF, { ...NO_CHECKS, output }, undefined, toModel),
  )
  return `{"instance":${text(instance)},"slots":[${slots.join()}]}`
}

const NO_SELF = Object.freeze({})
const NO_CHECKS = Object.freeze({ guard: undefined, approval: undefined, decisionGuard: undefined })

/** Stores the closure of a tool; returns its slot. */
type StoreTool = (tool: GivenTool) => number

function writeTool(tool: GivenTool, store: StoreTool): string {
  const { export: label, written, notes, identity } = tool
  const slot = store(tool)
  const same = identity === undefined ? '' : `,"identity":${text(identity)}`
  const problems = written.unsaid === undefined ? '' : `,"problems":${written.unsaid}`
  const noted = notes.length === 0 ? '' : `,"notes":${text(notes)}`
  return `{"export":${text(label)},"slot":${slot}${same},"definition":${written.text}${problems}${noted}}`
}

/** JSON of plain data. */
function text(value: unknown): string {
  return String(jsonText(value))
}
