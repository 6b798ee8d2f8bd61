// Questions of a call: what a closure asks its caller.
import type { RegistryRespondOptions } from './call'
import type { JsonSchema } from './schema'
import type { RegistryTypes } from './tool'

/** A form for a person. */
export interface FormQuestion {
  /** What the person is asked. */
  message: string
  /** The fields: an object schema of strings, numbers, booleans and choices, without nesting, as clients of MCP show it. */
  schema: JsonSchema
}

/** A page for a person to visit, such as one that takes a secret which no client may see. */
export interface UrlQuestion {
  /** Why. */
  message: string
  /** An http or https URL. */
  url: string
}

/** A text of the client's model: the params of `sampling/createMessage` of MCP. */
export interface SamplingQuestion {
  sampling: { messages: readonly object[]; maxTokens: number; [member: string]: unknown }
}

/** The roots of the client: folders that it works in. */
export interface RootsQuestion {
  roots: true
}

/** What a person has done with a form. `content` matches the schema, and has its fields alone. */
export type FormAnswer<Content = any> = { action: 'accept'; content: Content } | { action: 'decline' | 'cancel' }

/** What a person has done with a page: `accept` says that they have gone there. */
export interface UrlAnswer {
  action: 'accept' | 'decline' | 'cancel'
}

/** What the client's model has written: the result of `sampling/createMessage`. */
export interface SamplingAnswer {
  role: string
  content: any
  model?: string
  stopReason?: string
}

/** The roots of the client. */
export interface RootsAnswer {
  roots: { uri: string; name?: string }[]
}

/** An answer, in the form of its question. */
export type QuestionAnswer = FormAnswer | UrlAnswer | SamplingAnswer | RootsAnswer

/** Asks who has made a call. A key has 1 to 128 characters; another value, and a wrong request, are `INVALID_OPTIONS`. */
export interface AskCaller {
  <Content = any>(key: string, question: FormQuestion): Promise<FormAnswer<Content>>
  (key: string, question: UrlQuestion): Promise<UrlAnswer>
  (key: string, question: SamplingQuestion): Promise<SamplingAnswer>
  (key: string, question: RootsQuestion): Promise<RootsAnswer>
}

/** A question of one of the four kinds. `from` is the source whose server asks; absent: the tool itself does. */
export type CallQuestion = (FormQuestion | UrlQuestion | SamplingQuestion | RootsQuestion) & {
  readonly key: string
  readonly from?: string
}

/** A question as the option `ask` of a call gets it: the question, and which call asks. */
export type AskedQuestion = CallQuestion & {
  readonly toolName: string
  readonly callId: string
  /** Aborts when the call is over. */
  readonly signal: AbortSignal
}

/** Answers the questions of a call, in the form of the question. `undefined`: it has no answer now (`INPUT_REQUIRED`). */
export type AskFunction = (
  question: AskedQuestion,
) => QuestionAnswer | undefined | PromiseLike<QuestionAnswer | undefined>

/** Questions that wait for answers. */
export interface WaitingQuestions {
  /**
   * Continues the call, by `registry.resume`: sealed text, for ten minutes. Absent where the arguments of `execute` or the
   * caller cannot be JSON.
   */
  readonly state?: string
  /** The questions, by their keys. */
  readonly requests: Readonly<Record<string, CallQuestion>>
}

/**
 * The questions for which an answer of `respond`, or the error `INPUT_REQUIRED` of another call, waits; `undefined` for
 * another value. It knows the object itself, not a copy.
 * @see [continue a call](https://github.com/toolrack/toolrack/blob/main/docs/questions.md#continue-a-call)
 */
export function questionsOf(answerOrError: unknown): WaitingQuestions | undefined

/** A registry, where it continues calls. */
export interface Resuming<Types extends RegistryTypes = {}> {
  /**
   * Makes a call anew that has asked, with answers by the keys of its questions: the closure runs from its start. Resolves
   * with what the call gives: a result, or the answer to a model. Options as for that call, with the same caller; those of
   * its target are kept. Rejects with `INVALID_OPTIONS` (`details.option`: `state` or `answers`), and like the call.
   */
  resume<Result = any>(
    state: string,
    answers: Readonly<Record<string, QuestionAnswer>>,
    options?: RegistryRespondOptions<Types>,
  ): Promise<Result>
}
