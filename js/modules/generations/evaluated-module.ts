// Evaluated module: a module of a generation, its order of evaluation, and how it wants to be disposed.

/** A module that was evaluated, with the modules that it imported. */
export interface EvaluatedModule {
  readonly path: string
  /** Its exports, once it has begun to run. */
  readonly exports: object | undefined
  /** Whether it is disposed, or was let go of with those that are: it is not used again. */
  isOver: boolean
  /** The local modules that it has imported so far, in the order of its imports. */
  imports(): Iterable<EvaluatedModule>
}

/** How a module wants to be disposed. */
export interface Disposal {
  readonly dispose: () => unknown
  /** What two modules have in common where one exports the disposal of the other. */
  readonly identity: unknown
}

/** All that modules consist of, in the order of evaluation: what a module imports stands before it. */
export function inEvaluationOrder(roots: Iterable<EvaluatedModule>): Set<EvaluatedModule> {
  const order = new Set<EvaluatedModule>()
  const seen = new Set<EvaluatedModule>()
  const way: { readonly module: EvaluatedModule; readonly imports: Iterator<EvaluatedModule> }[] = []
  const visit = (module: EvaluatedModule): void => {
    if (seen.has(module)) return
    seen.add(module)
    way.push({ module, imports: module.imports()[Symbol.iterator]() })
  }
  for (const root of roots) {
    visit(root)
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const next = last.imports.next()
      if (next.done !== true) visit(next.value)
      else {
        order.add(last.module)
        way.pop()
      }
    }
  }
  return order
}

/** Whether a module, or something that it imports, is to be disposed. What has not run yet may turn out to be. */
export function mayBeDisposed(root: EvaluatedModule): boolean {
  for (const module of inEvaluationOrder([root]))
    if (module.exports === undefined || disposalOf(module) !== undefined) return true
  return false
}

/** Whether a module, or something that it imports, says how it is disposed. */
export function isDisposable(root: EvaluatedModule): boolean {
  for (const module of inEvaluationOrder([root])) if (disposalOf(module) !== undefined) return true
  return false
}

/** The disposal of a module: its export `dispose`, or `Symbol.asyncDispose` of it or of its default export. */
export function disposalOf({ exports }: EvaluatedModule): Disposal | undefined {
  if (exports === undefined) return undefined
  try {
    const { dispose } = exports as { readonly dispose?: unknown }
    if (typeof dispose === 'function') return { dispose: bound(dispose, exports), identity: dispose }
    const { default: value } = exports as { readonly default?: unknown }
    for (const holder of [exports, value]) {
      const method = ASYNC_DISPOSE && (holder as Record<symbol, unknown> | null | undefined)?.[ASYNC_DISPOSE]
      if (typeof method === 'function')
        return { dispose: bound(method, holder), identity: holder === exports ? method : holder }
    }
  } catch {
    // A module that threw before its `dispose` was there, or a getter that throws.
  }
  return undefined
}

/** The earliest versions of Node 20 lack it. */
const ASYNC_DISPOSE = (Symbol as { readonly asyncDispose?: symbol }).asyncDispose

function bound(dispose: unknown, self: unknown): () => unknown {
  return (): unknown => (dispose as () => unknown).call(self)
}
