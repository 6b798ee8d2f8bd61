// Call state: what a call that asks leaves behind, so that it can be made again with the answers. It is sealed.

import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { invalidOption } from '../border/options'
import type { ToolrackError } from '../border/error'
import type { CallEnvironment } from './interfaces'
import type { WrittenQuestion } from './questions'

/** How long a call may be continued, in ms. */
const ANSWER_MS = 600_000

/** A call as it was made: that of a program, or of a model. */
export type StatedCall =
  | { readonly kind: 'execute'; readonly args: Members }
  | { readonly kind: 'respond'; readonly target: string; readonly sent: unknown; readonly options?: string | undefined }

/** A call that has asked. All of it is JSON. */
export interface CallState {
  /** The name of the tool in the registry. */
  readonly tool: string
  /** For whom it was made; see `exactCallerId`. */
  readonly caller: string
  readonly call: StatedCall
  readonly asked: Readonly<Record<string, WrittenQuestion>>
  readonly answers: Members
  /** What the tool has kept. */
  readonly kept?: unknown
}

/** What seals states. */
export type Sealing = Pick<CallEnvironment, 'seal' | 'clock'>

/** Seals a state: it holds for ten minutes. */
export function sealState({ seal, clock }: Sealing, state: CallState): string {
  return seal().seal({ ...state, until: clock.unixTime() + ANSWER_MS })
}

/** Opens a state. Throws `INVALID_OPTIONS`. */
export function openState({ seal, clock }: Sealing, sealed: unknown): CallState {
  if (typeof sealed !== 'string') throw invalidOption('state', 'must be the text that came with the questions')
  const state = seal().open(sealed) as (CallState & { readonly until: number }) | undefined
  if (!isMembers(state) || !(state.until >= clock.unixTime())) throw foreignState()
  return state
}

/** The error of a state that does not hold. It does not say why, so that a forger learns nothing. */
export function foreignState(): ToolrackError {
  return invalidOption(
    'state',
    'is not of this registry and this caller, was changed, or is older than ten minutes: make the call anew',
  )
}
