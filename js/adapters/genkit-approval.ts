// Approval of calls by Genkit: what an application decides when it restarts a call that was interrupted. Its messages
// come from models and browsers, so an approval there counts for nothing without a signature of this process.

import { randomBytes, randomUUID } from 'node:crypto'
import { signedDigest } from './call-digest'

/** Signs approvals. Whoever restarts a call hands the part to `generate` of the same process. */
const SECRET = randomBytes(32)
/** Approvals that wait for their call; of one that is forgotten, the approval is asked for again. */
const MOST_APPROVALS = 1_000

/** The ids of approvals that wait for their call. Each counts once: messages with it may come again. */
const waiting = new Set<string>()

/** The part of a message that restarts a call. */
interface RestartPart {
  readonly toolRequest: { readonly name: string; readonly input?: unknown }
  readonly metadata?: { readonly resumed?: unknown }
}

/** Makes the part that restarts a call, as tools of the framework do. */
export type Restart = (...parameters: unknown[]) => RestartPart

/** What `restart` says of a call that a person approved, after it is signed. A message may say anything. */
interface Approval {
  readonly approved: true
  readonly id?: unknown
  readonly signature?: unknown
}

/** What an application says of a call: `forged` is an approval that it has not made, or of another call. */
type Decision = 'approved' | 'declined' | 'forged' | undefined

/** Signs what `restart` approves: the call that it returns, with its final input, of one caller. */
export function signRestart(restart: Restart, caller: unknown): Restart {
  return (...parameters) => {
    const part = restart(...parameters)
    const { toolRequest, metadata } = part
    if (!isApproval(metadata?.resumed)) return part
    const id = randomUUID()
    waiting.add(id)
    for (const old of waiting) if (waiting.size > MOST_APPROVALS) waiting.delete(old)
    const signature = signatureOf({ id, caller, name: toolRequest.name, input: toolRequest.input })
    return { ...part, metadata: { ...metadata, resumed: { ...metadata.resumed, id, signature } } }
  }
}

/** A call with its caller, as far as that is known. */
interface RestartedCall {
  readonly name: string
  readonly input: unknown
  readonly caller: unknown
}

/** Takes what was said of a call when it was restarted. Anything but an approval declines it. */
export function takeDecision(resumed: unknown, call: RestartedCall): Decision {
  if (resumed === undefined) return undefined
  if (!isApproval(resumed)) return 'declined'
  const { id, signature } = resumed
  return signature === signatureOf({ id, ...call }) && waiting.delete(id as string) ? 'approved' : 'forged'
}

function isApproval(resumed: unknown): resumed is Approval {
  return (
    resumed !== null &&
    typeof resumed === 'object' &&
    Object.hasOwn(resumed, 'approved') &&
    (resumed as { readonly approved?: unknown }).approved === true
  )
}

function signatureOf({ id, caller, name, input }: RestartedCall & { readonly id: unknown }): string {
  return signedDigest(SECRET, id, caller, name, input ?? {})
}
