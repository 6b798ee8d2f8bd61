// Variables of the environment in arguments of the command line: their values, and how these are hidden again.

import { HiddenValues } from '../config/hidden-values'
import { REFERENCE, valueOf } from '../config/variable-references'
import type { Environment } from '../config/variable-references'
import { UsageError } from './command'

/** The names of the variables in a text that have no default. */
export function variablesOf(text: string): string[] {
  const found = [...text.matchAll(REFERENCE)].filter(([, , fallback]) => fallback === undefined)
  return found.flatMap(([, name]) => name ?? [])
}

/** Fills in variables, and hides their values again in what is written for people. */
export class Variables {
  readonly #environment: Environment
  readonly #hidden = new HiddenValues()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /**
   * Fills in the variables of a text. A default stands for a variable that is not set or empty, as in a shell. Throws a
   * {@link UsageError} that names the place and the variable, and shows no value.
   */
  fill(place: string, text: string): string {
    let isSecret = false
    const filled = text.replace(REFERENCE, (_, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return '${'
      const value = valueOf(this.#environment, name)
      if (value !== undefined && (value !== '' || fallback === undefined)) {
        isSecret = true
        this.#hidden.add(value, `\${${name}}`)
        return value
      }
      if (fallback !== undefined) return fallback
      throw new UsageError(`${place}: the environment has no variable ${name}`)
    })
    if (isSecret) this.#hidden.add(filled, text)
    return filled
  }

  /** Hides the values of variables that are filled in elsewhere. */
  hideAlso(values: HiddenValues): void {
    this.#hidden.addAll(values)
  }

  /** Writes a text with the names of variables instead of their values. */
  hide(text: string): string {
    return this.#hidden.hide(text)
  }
}
