// Closures: the table of closures of one registry, with the events, settings and deadlines of their calls.

import { randomUUID } from 'node:crypto'
import { systemClock } from './border/clock'
import type { Clock } from './border/clock'
import type { NativeRegistry } from './border/native'
import type { RegistryEvents } from '../index'
import { fromFault, isFault } from './border/error'
import type { Fault } from './border/error'
import { deepFreeze } from './border/freeze'
import { jsonText } from './border/json'
import { outcomeOf } from './border/maybe-promise'
import { isThenable } from './border/thenable'
import { noAnswer, predicateFailure } from './call/approval'
import { CallSignal } from './call/abort-signals'
import type { OpenApprovals } from './call/approval-notes'
import { CallContext, frozenMetadata } from './call/context'
import { Deadlines } from './call/deadlines'
import type {
  Arguments,
  Call,
  CallEnvironment,
  Closure,
  ClosureChecks,
  ClosureFunction,
  ClosureOwner,
  ModelOutput,
} from './call/interfaces'
import type { CallAsking } from './call/questions'
import { askingOf, makeSeal } from './call/questions'
import { collect, iteratorOf } from './call/streaming'
import { refusedFailure, threadResult, thrownFailure } from './call/thread-messages'
import type { ThreadCall, ThreadMessage } from './call/thread-messages'
import { validateStandard } from './definition/standard-validation'
import { Events } from './observe/events'
import type { EventName } from './observe/events'
import type { Telemetry } from './observe/telemetry'
import { SecretListeners } from './load/secret-listeners'
import type { RegistryCallSettings } from './registry/registry-call-settings'
import type { CallRecorder, TestHooks } from './registry/test-hooks'
import type { Embedder } from './search/embedder'

/** Stores a closure; returns its slot. */
export type StoreClosure = (...closure: Parameters<Closures['store']>) => number

/**
 * What the calls of one registry share: closures, settings, events and the native registry. A closure that captures its
 * registry makes a cycle of JavaScript objects, which the garbage collector can free; Rust holds none of them.
 */
export class Closures implements CallEnvironment {
  readonly #slots: (Closure | undefined)[] = []
  readonly #free: number[] = []
  #calls = 0
  #number = 0
  readonly #prefix = randomUUID().slice(0, 8)
  #draining = false
  /** Running closure calls that came from Rust threads. */
  readonly #running = new Map<number, CallSignal>()
  readonly limits: RegistryCallSettings
  readonly telemetry: Telemetry | undefined
  readonly native: NativeRegistry
  readonly secrets = new SecretListeners()
  /** Whether credential functions exist, which get the metadata of callers. */
  tellsMetadata = false
  readonly events = new Events()
  /** The embedder of searches, if the registry has one. */
  embedder: Embedder | undefined
  readonly seal: ReturnType<typeof makeSeal>
  readonly askingOf = (call: Call): CallAsking => askingOf(this, call)
  approvals: OpenApprovals | undefined
  readonly clock: Clock
  readonly deadlines: Deadlines
  /** Records calls with their arguments and results, in tests alone. */
  readonly recorder: CallRecorder | undefined
  /** Releases the revision that the registry keeps for itself, if there is a newer one. The registry sets it. */
  releaseOutdated: () => void = () => {}
  /** Number of results that came after their call was over. */
  lateResults = 0

  /** `open` makes the native registry; that calls `wake` when messages wait. */
  constructor(
    limits: RegistryCallSettings,
    telemetry: Telemetry | undefined,
    open: (wake: () => void) => NativeRegistry,
    hooks?: TestHooks,
  ) {
    this.clock = hooks?.clock ?? systemClock
    this.deadlines = new Deadlines(this.clock)
    this.recorder = hooks?.recorder
    this.limits = limits
    this.seal = makeSeal(limits.stateKey, 'call')
    this.telemetry = telemetry
    this.native = open(makeWake(new WeakRef(this)))
  }

  /**
   * Stores a closure and returns its slot. Rust calls it with the arguments that belong to the slot: those of a tool as
   * its schema says, or those of the loader's function. `owner` is told when it is stored, and when it is freed.
   */
  store(
    execute: (args: never, context: CallContext) => unknown,
    self: object,
    checks?: ClosureChecks,
    owner?: ClosureOwner,
    toModel?: ModelOutput,
  ): number {
    const slot = this.#free.pop() ?? this.#slots.length
    const { guard, approval, decisionGuard, output } = checks ?? {}
    const closure = {
      execute: execute as ClosureFunction,
      self,
      guard,
      approval,
      decisionGuard,
      output,
      owner,
      toModel,
    }
    this.#slots[slot] = closure
    owner?.stored()
    return slot
  }

  /** Runs work that stores closures. Where it throws, what it has stored is freed: Rust does not know of it. */
  storeAll<T>(work: (store: StoreClosure) => T): T {
    const stored: number[] = []
    try {
      return work((...closure) => {
        const slot = this.store(...closure)
        stored.push(slot)
        return slot
      })
    } catch (thrown) {
      this.freeSlots(stored)
      throw thrown
    }
  }

  getClosure(slot: number): Closure | undefined {
    return this.#slots[slot]
  }

  /** Frees the slots of closures that no revision uses: those that Rust told with a write, or asks for them. */
  freeSlots(released: readonly number[] = this.native.released()): void {
    for (const slot of released) {
      this.#slots[slot]?.owner?.freed()
      this.#slots[slot] = undefined
      this.#free.push(slot)
    }
  }

  /** Whether audit log, listeners, telemetry or a test observe calls. */
  get isWatched(): boolean {
    return (
      this.limits.records || this.events.has('call') || this.telemetry?.isOn === true || this.recorder !== undefined
    )
  }

  callId(): string {
    return `${this.#prefix}-${++this.#calls}`
  }

  callNumber(): number {
    // Rust takes 32 bits.
    return (this.#number = (this.#number + 1) >>> 0)
  }

  /** Takes waiting messages from Rust: events in order, and calls from other threads. Never throws. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let waiting = this.#take(); waiting.length > 0; waiting = this.#take()) {
        for (const message of waiting) this.#receive(message)
      }
      this.releaseOutdated()
      this.freeSlots()
    } finally {
      this.#draining = false
    }
  }

  #take(): ThreadMessage[] {
    try {
      return JSON.parse(this.native.takePending()) as ThreadMessage[]
    } catch {
      return []
    }
  }

  #receive(message: ThreadMessage): void {
    if (message[0] === 'call' || message[0] === 'approval') {
      const [kind, ...call] = message
      this.#run(call, kind === 'approval')
    } else if (message[0] === 'giveUp') this.#giveUp(message[1], message[2])
    else this.#emit(message[1], message[2])
  }

  #emit(name: EventName, event: RegistryEvents[EventName]): void {
    if (name === 'reloadFailed') {
      // Its error comes as data.
      const failed = event as { error: unknown }
      failed.error = fromFault(failed.error as Fault)
    }
    this.events.emit(name, deepFreeze(event))
  }

  /** Cancels a call from a Rust thread that nobody awaits. */
  #giveUp(number: number, fault: Fault): void {
    const abort = this.#running.get(number)
    this.#running.delete(number)
    abort?.abort(fromFault(fault))
  }

  /** Runs a call from a Rust thread, or decides whether it needs approval. */
  #run([number, slot, tool, revision, identity, args, callId, approved]: ThreadCall, decides: boolean): void {
    const abort = new CallSignal(this)
    this.#running.set(number, abort)
    const answer = (ok: boolean, text: string) => {
      if (this.#running.delete(number)) this.native.answer(number, ok, text, tool)
      else this.lateResults++
    }
    const fail = (thrown: unknown) =>
      answer(false, writeObject(decides ? predicateFailure(thrown) : thrownFailure(tool, thrown)))
    // Errors of a validation are toolrack's, but for a fault such as an exhausted stack.
    const refuse = (thrown: unknown) => {
      if (!isFault(thrown) || thrown.code === 'LIMIT_EXCEEDED') return fail(thrown)
      answer(false, writeObject(refusedFailure(thrown)))
    }
    // A result may throw at any access; the call is still answered and the process goes on.
    const guarded = (work: () => void) => {
      try {
        work()
      } catch (thrown) {
        fail(thrown)
      }
    }
    const give = (text: string) => answer(true, text)
    const succeed = (value: unknown) => {
      if (decides && typeof value !== 'boolean') return fail(noAnswer(value))
      void outcomeOf(() => threadResult(tool, decides ? undefined : closure?.output, value), give, refuse)
    }
    const settle = (value: unknown) =>
      guarded(() => {
        const iterator = iteratorOf(value)
        if (iterator === undefined) succeed(value)
        else collect(iterator, abort).then(succeed, fail)
      })
    const closure = this.#slots[slot]
    if (closure === undefined) return fail(new Error('its closure is gone'))
    const { self, guard: own, decisionGuard } = closure
    const guard = decides && decisionGuard ? decisionGuard : this.limits.validate ? own : undefined
    // A tool whose predicate is missing needs approval.
    const execute = decides ? (closure.approval ?? (() => true)) : closure.execute
    const begin = (args: Arguments) => {
      // The call was cancelled.
      if (!this.#running.has(number)) return
      guarded(() => {
        const caller = { ...identity, metadata: frozenMetadata(identity.metadata) }
        const context = new CallContext(caller, tool, revision, callId ?? this.callId(), abort, approved)
        const result = execute.call(self, args, context)
        if (isThenable(result)) new Promise((resolve) => resolve(result)).then(settle, fail)
        else settle(result)
      })
    }
    if (guard === undefined) return begin(args)
    try {
      const { args: output, pending } = validateStandard(tool, guard, args)
      if (pending === undefined) begin(output)
      else pending.then(begin, refuse)
    } catch (thrown) {
      refuse(thrown)
    }
  }
}

/** An object is never nothing in JSON. */
function writeObject(value: object): string {
  return jsonText(value) as string
}

/**
 * Makes the function that Rust calls when messages wait. It has only a weak reference, and its own scope: a closure
 * beside it that captured the registry would keep the registry alive.
 */
function makeWake(reference: WeakRef<Closures>): () => void {
  return () => {
    const closures = reference.deref()
    closures?.native.woke()
    closures?.drain()
  }
}
