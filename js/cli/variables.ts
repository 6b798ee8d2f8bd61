// Variables of the environment in arguments of the command line: their values, and how these are hidden again.

import { HiddenValues } from '../config/hidden-values'
import type * as references from '../config/variable-references'
import type { Environment, FilledText } from '../config/variable-references'
import { UsageError } from './command'

/** Fills in variables, and hides their values again in what is written for people. */
export class Variables {
  readonly #environment: Environment
  readonly #hidden = new HiddenValues()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /**
   * Fills in the variables of a text. Throws a {@link UsageError} that names the place, and the variable or what is wrong
   * with its reference. It shows no value.
   */
  fill(place: string, text: string): string {
    const read = this.#read(place, text)
    if ('missing' in read) throw new UsageError(`${place}: the environment has no variable ${read.missing}`)
    const { filled, used } = read
    for (const [name, value] of used) this.#hidden.add(value, `\${${name}}`)
    if (used.length > 0) this.#hidden.add(filled, text)
    return filled
  }

  /** The names of the variables in a text that have no default. Throws a {@link UsageError}. */
  requiredIn(place: string, text: string): readonly string[] {
    return this.#read(place, text).required
  }

  /** Hides the values of variables that are filled in elsewhere. */
  hideAlso(values: HiddenValues): void {
    this.#hidden.addAll(values)
  }

  /** Writes a text with the names of variables instead of their values. */
  hide(text: string): string {
    return this.#hidden.hide(text)
  }

  #read(place: string, text: string): FilledText {
    if (!text.includes('${')) return { filled: text, used: [], required: [] }
    // Not an `import`: it loads the addon, and few arguments have variables.
    const { fillVariables } = require('../config/variable-references') as typeof references
    const read = fillVariables(text, this.#environment)
    if ('fault' in read) throw new UsageError(`${place} ${read.fault}`)
    return read
  }
}
