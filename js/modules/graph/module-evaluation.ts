// Module evaluation: runs linked modules in the order of ECMA-262, with its names. Dependencies come first, circles are
// one unit, and modules with a top-level await go on beside each other.

import { checkImports } from './import-checks'
import { EvaluationFailure } from './module-instance'
import type { CommonJsModule, Completion, Dependency, EsModule } from './module-instance'
import { defineNamespace } from './namespace'

/** Runs a CommonJS module for the ES modules that import it. */
export type CommonJsEvaluation = (module: CommonJsModule) => void

let lastAsyncOrder = 0

/**
 * Evaluates a linked module: Evaluate of a Cyclic Module Record. Gives a promise if it, or something that it imports,
 * has a top-level await, and nothing if all has run. Throws an {@link EvaluationFailure}, also one of an earlier
 * evaluation.
 */
export function startEvaluation(root: EsModule, runCommonJs: CommonJsEvaluation): Promise<void> | undefined {
  const module = root.cycleRoot ?? root
  const stack: EsModule[] = []
  try {
    evaluateInner(module, stack, 0, runCommonJs)
  } catch (thrown) {
    const failure = thrown instanceof EvaluationFailure ? thrown : new EvaluationFailure(thrown, module)
    for (const one of stack) Object.assign(one, { status: 'evaluated', failure, iterator: undefined })
    throw failure
  }
  const { status } = module
  if (status === 'evaluated') return undefined
  if (status === 'evaluating') throw new EvaluationFailure(circularRequire(module), module)
  module.completion ??= createCompletion()
  return module.completion.promise
}

/** InnerModuleEvaluation. Gives the next index. */
function evaluateInner(module: Dependency, stack: EsModule[], start: number, runCommonJs: CommonJsEvaluation): number {
  if (module.format === 'commonjs') runCommonJs(module)
  if (module.format !== 'module' || module.status === 'evaluating') return start
  if (module.status === 'evaluating-async' || module.status === 'evaluated') {
    if (module.failure !== undefined) throw module.failure
    return start
  }
  Object.assign(module, { status: 'evaluating', index: start, ancestorIndex: start, pendingDependencies: 0 })
  stack.push(module)
  let index = start + 1
  for (const dependency of module.dependencies) {
    index = evaluateInner(dependency, stack, index, runCommonJs)
    if (dependency.format === 'module') joinDependency(module, dependency)
  }
  if (module.pendingDependencies > 0 || module.record.isAsync) {
    module.asyncOrder = ++lastAsyncOrder
    if (module.pendingDependencies === 0) executeAsync(module)
  } else execute(module)
  if (module.ancestorIndex === module.index) closeCircle(module, stack)
  return index
}

function joinDependency(module: EsModule, dependency: EsModule): void {
  let awaited = dependency
  if (dependency.status === 'evaluating')
    module.ancestorIndex = Math.min(module.ancestorIndex, dependency.ancestorIndex)
  else {
    awaited = dependency.cycleRoot ?? dependency
    if (awaited.failure !== undefined) throw awaited.failure
  }
  if (awaited.asyncOrder === undefined) return
  module.pendingDependencies++
  awaited.asyncParents.push(module)
}

/** Takes the modules of a circle off the stack. */
function closeCircle(root: EsModule, stack: EsModule[]): void {
  for (;;) {
    const one = stack.pop()
    if (one === undefined) return
    one.status = one.asyncOrder === undefined ? 'evaluated' : 'evaluating-async'
    one.cycleRoot = root
    if (one === root) return
  }
}

/** Runs a module to its end, or to its first await. */
function run(module: EsModule): unknown {
  const { iterator } = module
  module.iterator = undefined
  // Names of CommonJS and of packages are known now.
  if (!module.hasNamespace) defineNamespace(module)
  if (module.hasUnknownNames) checkImports(module)
  module.hasBegun = true
  return iterator?.next()
}

function execute(module: EsModule): void {
  try {
    run(module)
  } catch (thrown) {
    throw new EvaluationFailure(thrown, module)
  }
}

function executeAsync(module: EsModule): void {
  const running = async (): Promise<void> => {
    await run(module)
  }
  running().then(
    () => completeAsync(module),
    (thrown: unknown) => failAsync(module, new EvaluationFailure(thrown, module)),
  )
}

/** AsyncModuleExecutionFulfilled. */
function completeAsync(module: EsModule): void {
  if (module.status === 'evaluated') return
  settle(module)
  const ready = new Set<EsModule>()
  gatherAncestors(module, ready)
  module.asyncParents = []
  for (const one of [...ready].toSorted((a, b) => (a.asyncOrder ?? 0) - (b.asyncOrder ?? 0))) {
    if (one.status === 'evaluated') continue
    if (one.record.isAsync) executeAsync(one)
    else executeReady(one)
  }
}

function executeReady(module: EsModule): void {
  try {
    execute(module)
  } catch (failure) {
    return failAsync(module, failure as EvaluationFailure)
  }
  // Its parents were gathered with it.
  settle(module)
  module.asyncParents = []
}

/** GatherAvailableAncestors: what can run now that a module has. */
function gatherAncestors(module: EsModule, ready: Set<EsModule>): void {
  for (const parent of module.asyncParents) {
    if (ready.has(parent) || parent.cycleRoot?.failure !== undefined) continue
    parent.pendingDependencies--
    if (parent.pendingDependencies > 0) continue
    ready.add(parent)
    if (!parent.record.isAsync) gatherAncestors(parent, ready)
  }
}

/** AsyncModuleExecutionRejected. */
function failAsync(module: EsModule, failure: EvaluationFailure): void {
  if (module.status === 'evaluated') return
  settle(module, failure)
  const parents = module.asyncParents
  module.asyncParents = []
  for (const parent of parents) failAsync(parent, failure)
}

function settle(module: EsModule, failure?: EvaluationFailure): void {
  Object.assign(module, { status: 'evaluated', asyncOrder: undefined, failure })
  if (failure === undefined) module.completion?.resolve()
  else module.completion?.reject(failure)
}

function createCompletion(): Completion {
  let [resolve, reject]: [Completion['resolve'], Completion['reject']] = [() => {}, () => {}]
  const promise = new Promise<void>((...functions) => ([resolve, reject] = functions))
  // Who started the evaluation may be gone.
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/** The error of `require()` of an ES module that is running, by the code of Node. */
function circularRequire(module: EsModule): Error {
  const message = `require() of ${module.record.path} in a circle: it is running, and waits for what requires it`
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_CYCLE_MODULE' })
}
