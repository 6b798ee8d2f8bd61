// Variables of the environment in arguments: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`.

import { UsageError } from './command'

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A reference to a variable, or an escaped one. A default has no braces. */
const REFERENCE = /\$\$\{|\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^{}]*))?\}/g

/** The names of the variables in a text that have no default. */
export function variablesOf(text: string): string[] {
  const found = [...text.matchAll(REFERENCE)].filter(([, , fallback]) => fallback === undefined)
  return found.flatMap(([, name]) => name ?? [])
}

/** Shorter values are hidden only where the whole text is: they are parts of many words. */
const LEAST_HIDDEN = 8

/** Fills in variables, and hides their values again in what is written for people. */
export class Variables {
  readonly #environment: Environment
  /** What may be secret → what is written for it. */
  readonly #hidden = new Map<string, string>()

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
      const value = Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined
      if (value !== undefined && (value !== '' || fallback === undefined)) {
        isSecret = true
        this.#hide(value, `\${${name}}`)
        return value
      }
      if (fallback !== undefined) return fallback
      throw new UsageError(`${place}: the environment has no variable ${name}`)
    })
    if (isSecret) this.#hide(filled, text)
    return filled
  }

  /** Writes a text with the names of variables instead of their values. */
  hide(text: string): string {
    let shown = text
    // A value may be a part of another one.
    const longestFirst = [...this.#hidden].toSorted(([a], [b]) => b.length - a.length)
    for (const [value, reference] of longestFirst) shown = shown.replaceAll(value, () => reference)
    return shown
  }

  #hide(value: string, reference: string): void {
    for (const form of formsOf(value)) if (form.length >= LEAST_HIDDEN) this.#hidden.set(form, reference)
  }
}

/** A value as it is, and as addresses and quoted texts have it. */
function formsOf(value: string): readonly string[] {
  const text = value.trim()
  // A lone surrogate cannot be encoded.
  const encoded = text.toWellFormed()
  return [text, encodeURI(encoded), encodeURIComponent(encoded), JSON.stringify(text).slice(1, -1)]
}
