// Provider calls: reads name and arguments of a call of each target, and calls another tool in its place.

import type { FinderTarget } from '../../index'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'

/** A call of a model, as the finder needs it. */
export interface ReadCall {
  readonly name: string
  readonly args: unknown
}

/** How the calls of a target are read and written. */
interface CallForm {
  /** What has name and arguments. */
  readonly inner: (call: Members) => unknown
  readonly name: string
  readonly args: readonly string[]
  /** The call with other members of its inner part. */
  readonly write: (call: Members, inner: Members) => Members
}

const flat = (name: string, ...args: string[]): CallForm => ({
  inner: (call) => call,
  name,
  args,
  write: (call, inner) => ({ ...call, ...inner }),
})
const within = (key: string, name: string, args: string): CallForm => ({
  inner: (call) => call[key],
  name,
  args: [args],
  write: (call, inner) => ({ ...call, [key]: { ...(call[key] as Members), ...inner } }),
})
/** A part of a message, or what it has under a key. */
const withinOrBare = (key: string, name: string, args: string): CallForm => {
  const [part, bare] = [within(key, name, args), flat(name, args)]
  const formOf = (call: Members) => (isMembers(call[key]) ? part : bare)
  return {
    inner: (call) => formOf(call).inner(call),
    name,
    args: [args],
    write: (call, inner) => formOf(call).write(call, inner),
  }
}

const responses = flat('name', 'arguments')
const chat = within('function', 'name', 'arguments')
const gemini = withinOrBare('functionCall', 'name', 'args')

const FORMS: { readonly [T in FinderTarget]: CallForm } = Object.freeze({
  openai: responses,
  'openai-responses': responses,
  'openai-chat': chat,
  mistral: chat,
  cohere: chat,
  anthropic: flat('name', 'input'),
  gemini,
  'gemini-openapi': gemini,
  bedrock: withinOrBare('toolUse', 'name', 'input'),
  'ai-sdk': flat('toolName', 'input'),
  plain: flat('name', 'arguments', 'args', 'input'),
})

/** Reads a call; nothing for a value in another form: `respond` says what is wrong with it. */
export function readCall(target: FinderTarget, call: unknown): ReadCall | undefined {
  if (!isMembers(call)) return undefined
  const form = FORMS[target]
  const inner = form.inner(call)
  if (!isMembers(inner)) return undefined
  const name = inner[form.name]
  if (typeof name !== 'string') return undefined
  const key = form.args.find((one) => inner[one] !== undefined)
  return { name, args: parsedArguments(key === undefined ? undefined : inner[key]) }
}

/** The arguments of a call: an object, or its text. Any other value stays what it is. */
export function parsedArguments(args: unknown): unknown {
  if (args === undefined || args === null) return {}
  if (typeof args !== 'string') return args
  if (args.trim() === '') return {}
  try {
    return JSON.parse(args) as unknown
  } catch {
    return args
  }
}

/** The same call, of another tool. */
export function callInstead(target: FinderTarget, call: Members, name: string, args: Members): Members {
  const form = FORMS[target]
  const [first = '', ...others] = form.args
  const none = Object.fromEntries(others.map((key) => [key, undefined]))
  // A text where the target has one.
  const inner = form.inner(call) as Members
  const written = typeof inner[first] === 'string' ? JSON.stringify(args) : args
  return form.write(call, { ...none, [form.name]: name, [first]: written })
}

/** An answer with the name of the tool that the model called, for targets whose answers repeat it. */
export function answerUnderName(answer: unknown, name: string): unknown {
  if (!isMembers(answer)) return answer
  if (typeof answer.toolName === 'string') return { ...answer, toolName: name }
  const { functionResponse } = answer
  return isMembers(functionResponse) ? { ...answer, functionResponse: { ...functionResponse, name } } : answer
}
