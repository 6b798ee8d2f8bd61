// Approval of calls by Genkit: what an application decides when it restarts a call that was interrupted. Its messages
// come from models and browsers, so an approval there counts for nothing without a signature of this process.

import { randomBytes } from 'node:crypto'
import { signedDigest } from './call-digest'

/** Signs approvals. Whoever restarts a call hands the part to `generate` of the same process. */
const SECRET = randomBytes(32)

/** The part of a message that restarts a call. */
interface RestartPart {
  readonly toolRequest: { readonly name: string; readonly input?: unknown }
  readonly metadata?: { readonly resumed?: unknown }
}

/** Makes the part that restarts a call, as tools of the framework do. */
export type Restart = (...parameters: unknown[]) => RestartPart

/** What an application says of a call: `forged` is an approval that it has not made, or of another call. */
export type Decision = 'approved' | 'declined' | 'forged' | undefined

/** Signs what `restart` approves: the call that it returns, with its final input. */
export function signRestart(restart: Restart): Restart {
  return (...parameters) => {
    const part = restart(...parameters)
    const { toolRequest, metadata } = part
    if (!isApproval(metadata?.resumed)) return part
    const resumed = { ...metadata.resumed, signature: signatureOf(toolRequest.name, toolRequest.input) }
    return { ...part, metadata: { ...metadata, resumed } }
  }
}

/** Reads what was said of a call when it was restarted. Anything but an approval declines it. */
export function readDecision(resumed: unknown, name: string, input: unknown): Decision {
  if (resumed === undefined) return undefined
  if (!isApproval(resumed)) return 'declined'
  return resumed.signature === signatureOf(name, input) ? 'approved' : 'forged'
}

function isApproval(resumed: unknown): resumed is { readonly approved: true; readonly signature?: unknown } {
  return (
    resumed !== null &&
    typeof resumed === 'object' &&
    Object.hasOwn(resumed, 'approved') &&
    (resumed as { readonly approved?: unknown }).approved === true
  )
}

function signatureOf(name: string, input: unknown): string {
  return signedDigest(SECRET, name, input ?? {})
}
