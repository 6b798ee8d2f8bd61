// Upstream options: what `load` of a McpLoader is given, checked.

import type { Gate, ProposedChange } from '../../../index'
import { invalidOption, milliseconds, oneOf, readOption, toName, toNames } from '../../border/options'
import { isList } from '../../border/kind'
import { readSourceOptions } from '../../load/tool-sets/source-options'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import { readContentSelection } from './content-selection'
import type { SelectContent } from './content-selection'
import { ASKED_BY_DEFAULT, QUESTION_KINDS } from './question-kinds'
import type { QuestionKind } from './question-kinds'
import { ToolSelection } from './tool-selection'

/** Options of an upstream beside those of every source whose tools a program gives. */
const OWN = Object.freeze([
  'include',
  'exclude',
  'approve',
  'whenDown',
  'timeoutMs',
  'maxTimeoutMs',
  'maxName',
  'output',
  'keepTrying',
  'maxConnections',
  'questions',
  'resources',
  'prompts',
] as const)

const TIMEOUT_MS = 60_000
const MOST_TIMEOUT_MS = 600_000
const LONGEST_NAME = 64
const MOST_CONNECTIONS = 100
/** The shortest limit of a name: a hash and a part of the name have place. */
const SHORTEST_NAME = 16

/** Checked options of one upstream. */
export interface UpstreamOptions {
  readonly source: SourceOptions
  readonly selection: ToolSelection
  readonly whenDown: 'keep' | 'hide'
  readonly timeoutMs: number
  readonly maxTimeoutMs: number
  /** The longest name without the namespace. */
  readonly mostName: number
  readonly output: 'warn' | 'strict'
  /** What the server may ask. */
  readonly questions: readonly QuestionKind[]
  /** Whether the first connection is tried again where it fails. */
  readonly keepTrying: boolean
  /** The most connections of callers. */
  readonly maxConnections: number
  /** The resources and prompts that are passed on. */
  readonly resources: SelectContent
  readonly prompts: SelectContent
  /** Whether nothing of a new upstream is passed on before it was approved. */
  readonly needsApproval: boolean
}

/** What the options need of the loader. */
export interface OptionsHost {
  readonly gateTimeoutMs: number
  /** Whether a change of the source was approved or applied before. */
  readonly wasAdmitted: (source: string) => boolean
}

/** Reads the name of an upstream. */
export function toSourceName(name: unknown): string {
  const text = toName('name', name)
  if (text.trim() === '') throw invalidOption('name', 'must not be empty')
  return text
}

export function readUpstreamOptions(options: unknown, host: OptionsHost): UpstreamOptions {
  const { others, ...source } = readSourceOptions(withGate(options, host), host.gateTimeoutMs, OWN)
  if (source.watch !== undefined)
    throw invalidOption('watch', 'is not for MCP servers, which say themselves that their tools have changed')
  const { include, exclude, whenDown, timeoutMs, maxTimeoutMs, maxName = LONGEST_NAME, output, keepTrying } = others
  const { maxConnections = MOST_CONNECTIONS, questions } = others
  if (typeof maxConnections !== 'number' || !Number.isSafeInteger(maxConnections) || maxConnections < 1)
    throw invalidOption('maxConnections', 'must be a whole number above zero')
  oneOf('whenDown', whenDown, ['keep', 'hide'])
  oneOf('output', output, ['warn', 'strict'])
  if (keepTrying !== undefined && typeof keepTrying !== 'boolean')
    throw invalidOption('keepTrying', 'must be a boolean')
  const timeout = milliseconds('timeoutMs', timeoutMs, TIMEOUT_MS)
  const most = milliseconds('maxTimeoutMs', maxTimeoutMs, Math.max(MOST_TIMEOUT_MS, timeout))
  return {
    source: withTimeout(source, most),
    selection: new ToolSelection(include, exclude),
    whenDown: whenDown ?? 'keep',
    timeoutMs: Math.min(timeout, most),
    maxTimeoutMs: most,
    mostName: readLongestName(maxName, source.members.namespace),
    output: output ?? 'warn',
    keepTrying: keepTrying ?? false,
    maxConnections,
    questions: readKinds(questions),
    resources: readContentSelection('resources', others.resources),
    prompts: readContentSelection('prompts', others.prompts),
    needsApproval: others.approve !== undefined,
  }
}

function readKinds(questions: unknown): readonly QuestionKind[] {
  const kinds = toNames('questions', questions) ?? ASKED_BY_DEFAULT
  for (const kind of kinds) oneOf('questions', kind, QUESTION_KINDS)
  return kinds as readonly QuestionKind[]
}

/** The options with the gate that holds the tools of a new upstream, where `approve` asks for it. */
function withGate(options: unknown, { wasAdmitted }: OptionsHost): unknown {
  const read = checkedObject(options)
  const approve = read === undefined ? undefined : readOption('approve', () => read.approve)
  oneOf('approve', approve, ['first'])
  if (read === undefined || approve === undefined) return options
  const approveFirst: Gate = ({ source }: ProposedChange) =>
    wasAdmitted(source) ? 'apply' : { decision: 'hold', reason: 'the tools of a new MCP server wait for approval' }
  return readOption('gates', () => {
    const { gates, ...rest } = read
    if (
      gates !== undefined &&
      typeof gates !== 'string' &&
      (typeof gates !== 'object' || gates === null || isList(gates))
    )
      return { ...rest, gates }
    const policy = typeof gates === 'string' ? { preset: gates } : (gates as Record<string, unknown> | undefined)
    const custom: unknown = policy?.custom
    const others: unknown[] = custom === undefined ? [] : Array.isArray(custom) ? [...(custom as unknown[])] : [custom]
    return { ...rest, gates: { ...policy, custom: [approveFirst, ...others] } }
  })
}

function checkedObject(options: unknown): Record<string, unknown> | undefined {
  if (options === undefined || options === null || typeof options !== 'object') return undefined
  return options as Record<string, unknown>
}

/** Gives the calls of a source the deadline of a whole call: what is silent for long is ended by the connection. */
function withTimeout(source: SourceOptions, maxTimeoutMs: number): SourceOptions {
  const { callLimits = {} } = source.members
  // What is no object is refused by Rust.
  if (typeof callLimits !== 'object' || callLimits === null || isList(callLimits)) return source
  return { ...source, members: { ...source.members, callLimits: { timeoutMs: maxTimeoutMs, ...callLimits } } }
}

function readLongestName(maxName: unknown, namespace: unknown): number {
  if (typeof maxName !== 'number' || !Number.isInteger(maxName) || maxName < SHORTEST_NAME || maxName > 128)
    throw invalidOption('maxName', `must be a whole number from ${SHORTEST_NAME} to 128`)
  const most = maxName - (typeof namespace === 'string' ? namespace.length + 1 : 0)
  if (most < SHORTEST_NAME)
    throw invalidOption('namespace', `leaves less than ${SHORTEST_NAME} of ${maxName} characters`)
  return most
}
