// Loop turn: the tools of one turn of an agent loop without a framework, and the answers to the calls of a response.

import type { Target, TargetAnswers, TargetDefinitions } from '../../index'
import { kindOf } from '../border/kind'
import { checkOptions, invalidOption, readOption } from '../border/options'
import { offerTools } from './offered-tools'
import type { FrameworkCall } from './offered-tools'

/** Finds the calls in a response; nothing if it is none. Members of the response may throw. */
type FindCalls = (response: Readonly<Record<string, unknown>>) => unknown[] | undefined

/** A provider's API, as a loop uses it. */
export interface LoopApi<T extends Target> {
  readonly target: T
  /** What `answer` takes, for the error of another value. */
  readonly takes: string
  readonly findCalls: FindCalls
  /** Whether an item of a list of calls is one that the tools of a registry can answer. Members may throw. */
  readonly isCall?: (item: unknown) => boolean
  /** Options of definitions that the target has. */
  readonly options?: readonly ('cache' | 'deferLoading')[]
}

/** Tools of one turn, and the answers to its calls. */
export class LoopTurn<T extends Target> {
  readonly tools: TargetDefinitions[T]
  readonly revision: number
  /** Answers all calls of a response, in their order. None: the model has made no call. */
  readonly answer: (response: unknown, options?: unknown) => Promise<TargetAnswers[T][]>

  constructor(api: LoopApi<T>, source: unknown, options: unknown) {
    const { tools } = offerTools(source, api.target, options, api.options)
    this.tools = tools.definitions
    this.revision = tools.snapshot.revision
    this.answer = async (response, given) => {
      const call = checkOptions(given, ['signal', 'onPiece'])
      // `respond` checks both.
      return tools.respondAll(readCalls(api, response), call as FrameworkCall)
    }
  }
}

/** The calls of a response, or a list of calls. */
function readCalls({ takes, findCalls, isCall = () => true }: LoopApi<Target>, response: unknown): unknown[] {
  const calls = readOption('response', () => {
    if (Array.isArray(response)) return Array.from(response as unknown[]).filter(isCall)
    if (response === null || typeof response !== 'object') return undefined
    return findCalls(response as Readonly<Record<string, unknown>>)
  })
  if (calls === undefined)
    throw invalidOption('response', `must be ${takes}, or a list of calls, is ${kindOf(response)}`)
  return calls
}

/** The items of a list that have a value under a key; nothing if there is no list. */
export function itemsWith(list: unknown, key: string, value?: unknown): unknown[] | undefined {
  if (!Array.isArray(list)) return undefined
  return (list as unknown[]).filter((item) => {
    const found = (item as Readonly<Record<string, unknown>> | null | undefined)?.[key]
    return value === undefined ? found !== undefined && found !== null : found === value
  })
}

/** A member of a value that may be anything. */
export function memberOf(value: unknown, key: string | number): unknown {
  return (value as Readonly<Record<string | number, unknown>> | null | undefined)?.[key]
}
