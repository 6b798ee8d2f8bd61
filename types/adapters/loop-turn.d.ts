// Turns of an agent loop without a framework.
import type { RespondOptions } from '../call'
import type { Target } from '../targets'
import type { TargetAnswers } from '../target-answers'
import type { TargetCalls } from '../target-calls'
import type { TargetDefinitions } from '../target-definitions'

/** The options of the calls of one response. */
export interface AnswerOptions extends Pick<RespondOptions, 'signal' | 'onPiece'> {}

/**
 * One turn of an agent loop: tools of one revision for the request, and the answers to the calls of its response.
 * `Response` is what the provider's SDK returns.
 */
export interface LoopTurn<T extends Target, Response> {
  /** The tools for the request. */
  readonly tools: TargetDefinitions[T]
  /** The number of the revision. */
  readonly revision: number
  /**
   * Executes the calls of a response, in parallel, and returns their tool results in the order of the calls.
   * The list is empty if the model has made no call. An error of a call is a result too. Rejects like `respond`.
   */
  answer(response: Response | readonly TargetCalls[T][], options?: AnswerOptions): Promise<TargetAnswers[T][]>
}
