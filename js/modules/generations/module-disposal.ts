// Module disposal: disposes modules that are in use no more, importers before what they import.

import { startIdleTimer } from '../../border/timers'
import { disposalOf, inEvaluationOrder } from './evaluated-module'
import type { Disposal, EvaluatedModule } from './evaluated-module'

/** How long a module waits for the disposal of one that imports it, in ms. */
const WAIT_MS = 5_000

/** Gets what the disposal of a module throws. */
export type DisposalFailed = (path: string, thrown: unknown) => void

interface DisposableModule extends Disposal {
  readonly module: EvaluatedModule
  /** All that it imports, and itself. */
  readonly reach: ReadonlySet<EvaluatedModule>
}

/** Disposes modules, given in the order of evaluation, in the reverse one. Those that `isUsed` says stay. */
export function disposeUnused(
  modules: ReadonlySet<EvaluatedModule>,
  isUsed: (module: EvaluatedModule) => boolean,
  failed: DisposalFailed,
): void {
  const unused = disposableModules(modules).filter(({ module }) => !isUsed(module))
  for (const module of modules) if (!isUsed(module)) module.isOver = true
  /** What a module waits for: the disposal of those that import it. */
  const waits = new Map<EvaluatedModule, Promise<void>[]>(unused.map(({ module }) => [module, []]))
  for (const { module, reach, dispose } of unused.toReversed()) {
    const end = disposeAfter(waits.get(module) ?? [], dispose, (thrown) => failed(module.path, thrown))
    for (const one of reach) waits.get(one)?.push(end)
  }
}

/** The modules that are disposed by themselves: one that exports the disposal of what it imports leaves it to that. */
function disposableModules(modules: Iterable<EvaluatedModule>): DisposableModule[] {
  const all: DisposableModule[] = []
  const owners = new Map<unknown, EvaluatedModule[]>()
  for (const module of modules) {
    const disposal = module.isOver ? undefined : disposalOf(module)
    if (disposal === undefined) continue
    const reach = inEvaluationOrder([module])
    const sharing = owners.get(disposal.identity) ?? []
    if (sharing.some((owner) => reach.has(owner))) continue
    owners.set(disposal.identity, [...sharing, module])
    all.push({ ...disposal, module, reach })
  }
  return all
}

async function disposeAfter(
  ends: readonly Promise<void>[],
  dispose: () => unknown,
  failed: (thrown: unknown) => void,
): Promise<void> {
  await Promise.all(ends.map(waitAWhile))
  try {
    await dispose()
  } catch (thrown) {
    failed(thrown)
  }
}

function waitAWhile(end: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const stop = startIdleTimer(WAIT_MS, resolve)
    void end.then(() => {
      stop()
      resolve()
    })
  })
}
