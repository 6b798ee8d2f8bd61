// Resumed call: the state of a call that has asked, with answers → the call that is made anew.

import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { copyMembers } from '../border/given-members'
import { nearestName } from '../border/nearest'
import { invalidOption, ownJson, readOption } from '../border/options'
import { openState } from './call-state'
import type { CallState, Sealing, StatedCall } from './call-state'
import { RESPOND_OPTIONS } from './option-names'
import { ProgramAsk } from './questions'
import { readAnswer, readFormSchema } from './questions'
import type { Question } from './questions'

/** A call that is made anew, with its options. */
interface ResumedCall {
  readonly call: Exclude<StatedCall, { kind: 'execute' }> | (StatedCall & { readonly kind: 'execute'; tool: string })
  readonly rest: object
}

/** What a program gives. */
interface GivenAnswers {
  readonly state: unknown
  readonly answers: unknown
  readonly options: unknown
}

/** Reads a state with answers. Throws `INVALID_OPTIONS` before anything is called. */
export function readResumed(sealing: Sealing, { state: sealed, answers, options = {} }: GivenAnswers): ResumedCall {
  const state = openState(sealing, sealed)
  const given = readAnswers(state, answers)
  if (options === null || typeof options !== 'object') throw invalidOption('options', 'must be an object')
  const read = readOption('options', () => copyMembers(options, RESPOND_OPTIONS))
  const ask = new ProgramAsk(read.ask, { ...state, answers: { ...given, ...state.answers } })
  const { call, tool } = state
  if (call.kind === 'execute') return { call: { ...call, tool }, rest: { ...read, ask } }
  // The same definitions as before.
  const ofTarget = call.options === undefined ? {} : (JSON.parse(call.options) as object)
  return { call, rest: { ...read, ...ofTarget, ask } }
}

/** Checks the answers to what was asked. What is not answered is asked again. */
function readAnswers({ asked }: CallState, answers: unknown): Members {
  const given = ownJson('answers', answers)
  if (!isMembers(given)) throw invalidOption('answers', 'must be an object of answers, by the keys of the questions')
  const read = Object.entries(given).map(([key, one]): [string, Members] => {
    const question = Object.hasOwn(asked, key) ? asked[key] : undefined
    if (question === undefined) {
      const nearest = nearestName(key, Object.keys(asked))
      const advice = nearest === undefined ? '' : `; nearest: "${nearest}"`
      throw invalidOption('answers', `"${key}" was not asked${advice}`)
    }
    const { answer, problem } = readAnswer(withForm(question, key), one)
    if (problem !== undefined) throw invalidOption('answers', `"${key}" ${problem}`)
    return [key, answer]
  })
  return Object.fromEntries(read)
}

function withForm(question: CallState['asked'][string], key: string): Question {
  const { requestedSchema } = question.params
  if (!isMembers(requestedSchema)) return { ...question, key }
  return { ...question, key, form: readFormSchema(requestedSchema, question.from !== undefined) }
}
