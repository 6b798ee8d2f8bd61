// Google ADK context: what a tool gets beside its arguments, as far as it holds without a session.

import type { CallContext } from '../../../call/context'
import { callerContext } from './caller-context'
import type { CallerContext } from './caller-context'
import { needsLoop } from './framework-loop'

const FRAMEWORK = 'Google ADK'

/** Changes that a tool asks of its runner. */
interface EventActions {
  readonly stateDelta: object
  readonly artifactDelta: object
  readonly requestedAuthConfigs: object
  readonly requestedToolConfirmations: object
  skipSummarization?: unknown
  escalate?: unknown
  transferToAgent?: unknown
}

/** What is asked of a runner by a key in a member of the actions. */
const REQUESTS = [
  ['stateDelta', 'writes the state of its session'],
  ['artifactDelta', 'writes artifacts'],
  ['requestedAuthConfigs', 'asks for a credential'],
  ['requestedToolConfirmations', 'asks for a confirmation'],
] as const

/** A tool may set any value. */
function hasKeys(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** The part of `Context` of ADK that holds without a session. Anything else fails and says why. */
export class AdkToolContext {
  readonly #context: CallContext
  readonly functionCallId: string
  toolConfirmation: object | undefined
  readonly userId: unknown
  readonly actions: EventActions = {
    stateDelta: {},
    artifactDelta: {},
    requestedAuthConfigs: {},
    requestedToolConfirmations: {},
  }
  readonly state: AdkState

  constructor(context: CallContext) {
    this.#context = context
    this.functionCallId = context.callId
    this.userId = context.userId
    // What the caller said of the person who was asked.
    if (context.approved) this.toolConfirmation = { hint: '', confirmed: true, payload: undefined }
    this.state = new AdkState(callerContext(context))
  }

  get eventActions(): EventActions {
    return this.actions
  }

  get abortSignal(): AbortSignal {
    return this.#context.signal
  }

  get invocationId(): string {
    return this.#context.callId
  }

  get agentName(): string {
    return ''
  }

  get invocationContext(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses its invocation')
  }

  get sessionId(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses its session')
  }

  get userContent(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses what the user wrote')
  }

  requestConfirmation(): never {
    throw needsLoop(FRAMEWORK, 'the tool asks for a confirmation')
  }

  requestCredential(): never {
    throw needsLoop(FRAMEWORK, 'the tool asks for a credential')
  }

  getAuthResponse(): undefined {}

  loadArtifact(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses artifacts')
  }

  saveArtifact(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses artifacts')
  }

  listArtifacts(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses artifacts')
  }

  searchMemory(): never {
    throw needsLoop(FRAMEWORK, 'the tool uses its memory')
  }

  /** Fails a call that asked its runner for something else than a result. */
  checkActions(): void {
    const { escalate, transferToAgent } = this.actions
    for (const [member, what] of REQUESTS)
      if (hasKeys(this.actions[member])) throw needsLoop(FRAMEWORK, `the tool ${what}`)
    if (transferToAgent !== undefined) throw needsLoop(FRAMEWORK, 'the tool transfers to another agent')
    if (escalate === true) throw needsLoop(FRAMEWORK, 'the tool ends its loop agent')
  }
}

/** The state of a call: the caller's context. There is no session that would keep what a tool writes. */
class AdkState {
  readonly #values: CallerContext

  constructor(values: CallerContext) {
    this.#values = values
  }

  get(key: string, fallback?: unknown): unknown {
    return this.has(key) ? this.#values[key] : fallback
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key)
  }

  hasDelta(): boolean {
    return false
  }

  toRecord(): Record<string, unknown> {
    return { ...this.#values }
  }

  set(): never {
    throw needsLoop(FRAMEWORK, 'the tool writes the state of its session')
  }

  update(): never {
    throw needsLoop(FRAMEWORK, 'the tool writes the state of its session')
  }
}
