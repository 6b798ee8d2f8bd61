// Selection functions: the functions of the options `include` and `exclude`, as one function for Rust.

import { deepFreeze } from '../border/freeze'
import { failureOf } from '../border/error'
import type { Failure } from '../border/error'
import { emptyMembers } from '../border/given-members'
import { invalidOption, readOption } from '../border/options'

/** A function of `include` or `exclude`. What it answers is checked. */
type SelectionFunction = (operation: unknown) => unknown

/** The options `include` and `exclude`: selections for Rust, and functions. */
export interface SplitSelection {
  readonly selections: { readonly include?: unknown; readonly exclude?: unknown }
  readonly functions: SelectionFunctions
}

/** The functions, by option. */
interface SelectionFunctions {
  readonly include?: SelectionFunction
  readonly exclude?: SelectionFunction
}

/** An operation of a document, as Rust tells it. */
interface Candidate {
  readonly method: string
  readonly path: string
}

/** The answer for Rust where a function throws, or answers something else than true or false. */
interface FailedOption {
  readonly option: keyof SelectionFunctions
  readonly failure: Failure
}

/** Separates functions from selections. A list of selections with a function in it is refused. */
export function splitSelection(include: unknown, exclude: unknown): SplitSelection {
  const [included, excluded] = [splitOption('include', include), splitOption('exclude', exclude)]
  return {
    selections: { include: included.selections, exclude: excluded.selections },
    functions: Object.assign(emptyMembers<SelectionFunctions>(), included.functions, excluded.functions),
  }
}

function splitOption(
  option: keyof SelectionFunctions,
  given: unknown,
): { readonly selections?: unknown; readonly functions?: SelectionFunctions } {
  // Any function can be called with an operation.
  if (typeof given === 'function') return { functions: { [option]: given as SelectionFunction } }
  const list = readOption(option, () => (Array.isArray(given) ? [...(given as unknown[])] : undefined))
  const index = list?.findIndex((one) => typeof one === 'function') ?? -1
  if (index >= 0)
    throw invalidOption(`${option}/${index}`, `a function stands alone, not in a list: { ${option}: (operation) => … }`)
  return { selections: list ?? given }
}

/** The options that have functions, as errors name them; nothing without any. */
export function namesOf({ include, exclude }: SelectionFunctions): string | undefined {
  if (include === undefined) return exclude && 'exclude'
  return exclude === undefined ? 'include' : 'include and exclude'
}

/**
 * Makes one function of both, for all operations of a document at once: true for each that becomes a tool. `exclude` is
 * asked of what `include` takes.
 */
export function selectionCallback({ include, exclude }: SelectionFunctions) {
  // Async: a function that throws after another call has rejected must leave no unhandled rejection.
  const select = async (operation: Candidate): Promise<boolean> =>
    (include === undefined || (await ask('include', include, operation))) &&
    (exclude === undefined || !(await ask('exclude', exclude, operation)))
  return async ({ operations }: { readonly operations: readonly Candidate[] }): Promise<boolean[] | FailedOption> => {
    try {
      return await Promise.all(operations.map((operation) => select(deepFreeze(operation))))
    } catch (thrown) {
      if (!(thrown instanceof SelectionFailure)) throw thrown
      return { option: thrown.option, failure: failureOf(thrown.thrown) }
    }
  }
}

async function ask(
  option: keyof SelectionFunctions,
  select: SelectionFunction,
  operation: Candidate,
): Promise<boolean> {
  let answer: unknown
  try {
    answer = await select(operation)
  } catch (thrown) {
    throw new SelectionFailure(option, thrown)
  }
  if (typeof answer === 'boolean') return answer
  throw new SelectionFailure(option, new TypeError(`gave no boolean for ${operation.method} ${operation.path}`))
}

/** What a function threw, with its option. */
class SelectionFailure extends Error {
  readonly option: keyof SelectionFunctions
  readonly thrown: unknown

  constructor(option: keyof SelectionFunctions, thrown: unknown) {
    super(option)
    this.option = option
    this.thrown = thrown
  }
}
