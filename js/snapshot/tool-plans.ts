// Tool plans: what all calls of one tool of one revision share, made with the first call.

import type { NativeSnapshot } from '../border/native'
import { callNative } from '../border/error'
import { toName } from '../border/options'
import type { Closure, ToolOrigin, ToolPlan } from '../call/interfaces'
import type { Closures } from '../closures'

/** The plans of the tools of one revision. */
export class ToolPlans {
  readonly #closures: Closures
  readonly #native: NativeSnapshot
  readonly #revision: number
  /** By name or wire name, as calls give it. */
  readonly #plans = new Map<unknown, ToolPlan>()

  constructor(closures: Closures, native: NativeSnapshot, revision: number) {
    this.#closures = closures
    this.#native = native
    this.#revision = revision
  }

  /**
   * Returns the plan of a tool by name or wire name. Throws `UNKNOWN_TOOL`. With `mustBeNewest`, a plan that
   * is not known yet is made only while the revision is the newest.
   */
  getPlan(word: unknown, mustBeNewest = false): ToolPlan {
    const known = this.#plans.get(word)
    if (known !== undefined) return known
    const name = toName('name', word)
    const plan = this.#makePlan(name, mustBeNewest)
    this.#plans.set(name, plan)
    return plan
  }

  #makePlan(word: string, mustBeNewest: boolean): ToolPlan {
    const native = callNative(() => this.#native.callable(word, mustBeNewest))
    const shared = native.plan()
    const { name, slot, ownContextKeys, requiresAuth, isLimited, timeoutMs, depth, tenantKey } = shared
    const closure = slot < 0 ? undefined : this.#closures.getClosure(slot)
    let known: ToolOrigin | undefined
    const origin = () => (known ??= readOrigin(native.identity()))
    return {
      native,
      name,
      slot,
      own: ownContextKeys,
      requiresAuth,
      approval: approvalOf(shared.approval, closure),
      isLimited,
      timeoutMs: timeoutMs ?? undefined,
      depth,
      tenantKey,
      revision: this.#revision,
      closure,
      output: shared.hasOutputSchema && slot >= 0 ? callNative(() => native.outputSchema()) : undefined,
      origin,
      hold: (mustBeNewest) => this.#native.callable(word, mustBeNewest),
    }
  }

  /** The tool's own name, for a name or wire name; that word itself if no tool has it. Makes no plan. */
  resolveName(word: unknown): string {
    const plan = this.#plans.get(word)
    if (plan !== undefined) return plan.name
    const name = toName('name', word)
    return callNative(() => this.#native.resolve(name)) ?? name
  }

  /** Context keys that a tool declares as arguments, as bits; none if no name is given or no tool has it. */
  readContextKeys(word: unknown): number {
    try {
      return word === undefined ? 0 : this.getPlan(word).own
    } catch {
      return 0
    }
  }

  release(): void {
    for (const plan of this.#plans.values()) plan.native.release()
    this.#plans.clear()
  }
}

/** Whether calls need approval, by the number of `NativePlan`. A tool whose predicate is missing needs it always. */
function approvalOf(kind: number, closure: Closure | undefined): ToolPlan['approval'] {
  return kind !== 0 && ((kind === 1 ? closure?.approval : undefined) ?? true)
}

/** Names the texts of `NativeTool.identity`. */
function readOrigin([source, schemaHash]: string[]): ToolOrigin {
  // Rust always writes both.
  return { source, schemaHash } as ToolOrigin
}
