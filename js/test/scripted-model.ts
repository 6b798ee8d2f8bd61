// Scripted model: answers the requests of an agent by a script, in the format of its target.

import { reasonOf } from '../border/error'
import { invalidOption, readOption } from '../border/options'
import { isPlainArray } from '../border/realm'
import { noneOf } from '../border/nearest'
import type { ScriptedModel as PublicScriptedModel, ScriptedRequest, ScriptedTarget } from '../../types/test'
import { toArguments, toTarget } from './call-of'
import { readRequest } from './http-exchange'
import { languageModel } from './language-model'
import { member, text as textIn } from './json-members'
import { FORMATS } from './model-formats'
import type { ModelAnswer, ModelFormat } from './model-formats'
import { STREAMS, eventText } from './model-streams'
import { plainCopy } from './plain-copy'

/** A step of the script: an answer, or a function that gives one. */
type Step = (sent: ScriptedRequest) => unknown

/** An answer of the script, checked. */
interface ReadAnswer {
  readonly text: string | undefined
  readonly calls: readonly { readonly name: string; readonly args: object }[]
  readonly mustBeOffered: boolean
}

class ScriptedModel implements PublicScriptedModel {
  readonly requests: unknown[] = []
  readonly #target: ScriptedTarget
  readonly #format: ModelFormat
  readonly #steps: readonly Step[]
  readonly #refusals: unknown[] = []
  #answers = 0
  #calls = 0
  #languageModel: object | undefined

  constructor(target: unknown, steps: unknown) {
    this.#target = toTarget(target, Object.keys(FORMATS) as ScriptedTarget[]) as ScriptedTarget
    this.#format = FORMATS[this.#target]
    this.#steps = readSteps(steps)
    // An agent and an SDK take the functions without the model.
    this.respond = this.respond.bind(this)
    this.fetch = this.fetch.bind(this)
  }

  async respond(request: unknown): Promise<object> {
    return this.#format.write(await this.#keepRefusal(() => this.#answer(request)))
  }

  async fetch(input: unknown, init?: unknown): Promise<Response> {
    const { url, body } = await readRequest(input, init)
    try {
      return await this.#keepRefusal(() => this.#respondTo(url, body))
    } catch (thrown) {
      // A status that no SDK retries, with the message where each of them looks for it.
      const message = reasonOf(thrown)
      const error = { type: 'invalid_request_error', code: 400, message }
      return Response.json({ type: 'error', error, message }, { status: 400 })
    }
  }

  /** The response to a request of HTTP: whole, or as server-sent events. */
  async #respondTo(url: string, body: Buffer): Promise<Response> {
    const request: unknown = JSON.parse(body.toString())
    // Gemini says it in the URL.
    const isStream = member(request, 'stream') === true || url.includes(':streamGenerateContent')
    const stream = isStream ? STREAMS[this.#target] : undefined
    if (isStream && stream === undefined) throw new Error(`a scripted model of ${this.#target} does not stream`)
    const answer = await this.#answer(request)
    const whole = this.#format.write(answer)
    if (stream === undefined) return Response.json(whole)
    return new Response(eventText(stream(answer, whole)), { headers: { 'content-type': 'text/event-stream' } })
  }

  get languageModel(): object {
    if (this.#target !== 'ai-sdk') throw invalidOption('target', `"${this.#target}" has no language model: give ai-sdk`)
    return (this.#languageModel ??= languageModel((request) => this.respond(request)))
  }

  done(): void {
    if (this.#refusals.length > 0) throw this.#refusals[0]
    const left = this.#steps.length - this.#answers
    if (left > 0)
      throw new Error(
        `${countOf(left, 'step')} of the model's script ${left === 1 ? 'is' : 'are'} left: it was asked ${countOf(this.#answers, 'time')}`,
      )
  }

  /** Keeps what a request is refused with, for `done`. */
  async #keepRefusal<T>(answer: () => Promise<T>): Promise<T> {
    try {
      return await answer()
    } catch (thrown) {
      this.#refusals.push(thrown)
      throw thrown
    }
  }

  async #answer(request: unknown): Promise<ModelAnswer> {
    // A copy: an agent goes on with its messages.
    this.requests.push(plainCopy(request))
    const number = this.requests.length
    const step = this.#steps[this.#answers]
    if (step === undefined)
      throw new Error(
        `the script of the model is over: it has ${countOf(this.#steps.length, 'step')}, and this is request ${number}`,
      )
    this.#answers++
    const tools = this.#format.toolsOf(request)
    const answer = readAnswer(await step({ request, tools, results: this.#format.resultsOf(request) }))
    for (const { name } of answer.calls)
      if (answer.mustBeOffered && !tools.includes(name))
        throw new Error(
          tools.length === 0
            ? `the model calls "${name}", but it was offered no tools`
            : `the model calls "${name}", which ${noneOf(name, tools)}`,
        )
    return {
      text: answer.text,
      // A copy: an agent may change the arguments that it got, and a step may be used again.
      calls: answer.calls.map(({ name, args }) => ({ name, args: plainCopy(args), id: `call_${++this.#calls}` })),
      number,
      model: textIn(member(request, 'model')) ?? 'scripted',
    }
  }
}

/** A number with its noun: `1 step`, `2 steps`. */
function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function readSteps(steps: unknown): Step[] {
  return readOption('steps', () => {
    if (!Array.isArray(steps)) throw invalidOption('steps', 'must be a list')
    return (steps as unknown[]).map((step, i) => {
      if (typeof step === 'function') return step as Step
      // Checked now: a mistake of the test is no answer of the model.
      readAnswer(step, `steps/${i}`)
      const kept = plainCopy(step)
      return () => kept
    })
  })
}

function readAnswer(answer: unknown, option = 'steps'): ReadAnswer {
  if (typeof answer === 'string') return { text: answer, calls: [], mustBeOffered: true }
  if (answer === null || typeof answer !== 'object' || isPlainArray(answer))
    throw invalidOption(
      option,
      'must be a text, { text }, { call: [name, args] }, { calls }, or a function that returns one',
    )
  return readOption(option, () => {
    const { text, call, calls = [], offered = true, ...others } = answer as { readonly [key: string]: unknown }
    for (const key of Object.keys(others))
      throw invalidOption(option, `"${key}" ${noneOf(key, ['text', 'call', 'calls', 'offered'])}`)
    if (text !== undefined && typeof text !== 'string') throw invalidOption(option, 'text must be a string')
    if (!Array.isArray(calls)) throw invalidOption(option, 'calls must be a list of [name, args]')
    const all = [...(call === undefined ? [] : [call]), ...(calls as unknown[])]
    if (text === undefined && all.length === 0) throw invalidOption(option, 'has neither a text nor a call')
    return { text, calls: all.map((one) => readCall(one, option)), mustBeOffered: offered !== false }
  })
}

function readCall(call: unknown, option: string): { readonly name: string; readonly args: object } {
  const [name, args, ...others] = Array.isArray(call) ? (call as unknown[]) : []
  if (typeof name !== 'string' || others.length > 0) throw invalidOption(option, 'a call must be [name, args]')
  return { name, args: toArguments(args) }
}

/** Makes a model that answers by a script. */
export function scriptedModel(target: unknown, steps: unknown): ScriptedModel {
  return new ScriptedModel(target, steps)
}
