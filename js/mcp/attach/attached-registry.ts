// Attached registry: what all attachments of one registry share. A server that is made for each request attaches for
// each request, and lists are not written anew for it.

import type { Clock } from '../../border/clock'
import type { StateSeal } from '../../call/sealed-state'
import { makeSeal } from '../../call/questions'
import { attach } from '../../registry'
import type { ToolRegistry } from '../../registry'
import type { RegistryAttachment } from '../../registry/registry-attachment'
import { Exposure } from '../exposure/exposure'
import { EXPOSES_ALL } from '../exposure/exposure-options'
import { OwnFaults } from '../own-faults'
import { ListChanges } from '../subscriptions/list-changes'
import { ToolViews } from '../tools/tool-views'

/** The least time between two notifications, in ms. */
const NOTIFY_MS = 1_000

/** A registry that is attached to servers, with lists in pages of one size. */
export interface AttachedRegistry {
  readonly views: ToolViews
  readonly changes: ListChanges
  readonly clock: Clock
  readonly registry: RegistryAttachment
  /** Seals the states of calls that ask. */
  readonly seal: () => StateSeal
}

/** By registry, and by the size of pages in bytes. */
const KNOWN = new WeakMap<ToolRegistry, Map<number, AttachedRegistry>>()

/** Returns what the attachments of a registry share. */
export function attachedRegistry(registry: ToolRegistry, pageBytes: number): AttachedRegistry {
  const known = KNOWN.get(registry) ?? new Map<number, AttachedRegistry>()
  KNOWN.set(registry, known)
  const found = known.get(pageBytes) ?? open(registry, pageBytes)
  known.set(pageBytes, found)
  return found
}

function open(registry: ToolRegistry, pageBytes: number): AttachedRegistry {
  const close = (): void => changes.close()
  const attachment: RegistryAttachment = attach(registry, { sources: () => [], close })
  const views = new ToolViews(attachment, pageBytes, new Exposure(EXPOSES_ALL))
  // A list that cannot be made fails where it is asked for: the SDK has the error then.
  const changes = new ListChanges(
    attachment,
    views,
    NOTIFY_MS,
    new OwnFaults(
      () => {},
      () => '',
    ),
  )
  const { clock, limits } = attachment.closures
  return { views, changes, clock, registry: attachment, seal: makeSeal(limits.stateKey, 'attach') }
}
