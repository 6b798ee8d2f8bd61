// Used generations: which generations of a module that wants to be disposed the tools of a source, or its held change,
// run. A generation that neither of them runs is disposed.

import type { LoadReport, RegistryEvents } from '../../../index'
import type { Events } from '../../observe/events'
import type { ModuleSource } from './module-source'
import type { RunningModule } from './running-module'

/** A decision about a held change. */
type Decision = RegistryEvents['settled']

/** Follows what becomes of held changes of sources. Returns the function that ends it. */
export function followHeldChanges(events: Events, find: (name: string) => ModuleSource | undefined): () => void {
  return events.on('settled', (decision) => settleHeldChange(find(decision.source), decision), true)
}

/** A held change of a source is decided. */
export function settleHeldChange(source: ModuleSource | undefined, { id, outcome }: Decision): void {
  source?.generations.settle(id, outcome, isApprovedByExpiry(source.options.gates.policy))
}

function isApprovedByExpiry(policy: unknown): boolean {
  return (policy as { readonly onExpiry?: unknown } | null | undefined)?.onExpiry === 'approve'
}

/** The generations of a held change. */
interface HeldGenerations {
  readonly id: string
  readonly generations: readonly RunningModule[]
  /** Whether tools stay as they were though it is approved: they are rejected, or stale. */
  readonly keepsOlder: boolean
}

export class UsedGenerations {
  /** Those of the tools in the registry. */
  #current: readonly RunningModule[] = []
  #held: HeldGenerations | undefined

  /** A load entered. A tool that is held, rejected or stale has the code of an older generation. */
  load(generation: RunningModule | undefined, report: LoadReport): void {
    const { added, updated, unchanged, held, rejected, stale, holdId } = report
    const newest = generation === undefined ? [] : [generation]
    const older = held.length + rejected.length + stale.length + unchanged.length > 0 ? this.#current : []
    const newer = added.length + updated.length + unchanged.length > 0 ? newest : []
    // The change of one id is not replaced by a load: it may have the code of the load that made it.
    const before = holdId !== undefined && this.#held?.id === holdId ? this.#held.generations : []
    const keepsOlder = rejected.length + stale.length > 0
    const change = holdId === undefined ? undefined : { id: holdId, generations: [...before, ...newest], keepsOlder }
    this.#use([...older, ...newer], change)
  }

  /** A held change is decided. `isExpiredApproved` says what its expiry means. */
  settle(id: string, outcome: Decision['outcome'], isExpiredApproved: boolean): void {
    const held = this.#held
    // A load that supersedes it says itself what it uses.
    if (held?.id !== id || outcome === 'superseded') return
    const isApproved = outcome === 'approved' || (outcome === 'expired' && isExpiredApproved)
    if (!isApproved) return this.#use(this.#current, undefined)
    this.#use(held.keepsOlder ? [...this.#current, ...held.generations] : held.generations, undefined)
  }

  /** None is in use any more. */
  release(): void {
    this.#use([], undefined)
  }

  #use(current: readonly RunningModule[], held: HeldGenerations | undefined): void {
    const before = this.#all()
    this.#current = current
    this.#held = held
    const now = this.#all()
    for (const one of now) if (!before.has(one)) one.hold()
    for (const one of before) if (!now.has(one)) one.release()
  }

  #all(): Set<RunningModule> {
    return new Set([...this.#current, ...(this.#held?.generations ?? [])])
  }
}
