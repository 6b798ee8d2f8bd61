// Redaction of variables: writes texts for people with the names of variables of the environment instead of their values.

import { ToolrackError } from '../border/error'
import { jsonText } from '../border/json'
import { REFERENCE, valueOf } from './variable-references'
import type { Environment } from './variable-references'

/** Shorter values are hidden only where the whole text is: they are parts of many words. */
const LEAST_HIDDEN = 8

/** Values that may be secret, and what is written for each. */
export class HiddenValues {
  readonly #references = new Map<string, string>()

  /** Hides a value: `reference` is written for it. */
  add(value: string, reference: string): void {
    for (const form of formsOf(value)) if (form.length >= LEAST_HIDDEN) this.#references.set(form, reference)
  }

  /** Hides what others hide too. */
  addAll(others: HiddenValues): void {
    for (const [value, reference] of others.#references) this.#references.set(value, reference)
  }

  /** Writes a text with the names of variables instead of their values. */
  hide(text: string): string {
    let shown = text
    // A value may be a part of another one.
    const longestFirst = [...this.#references].toSorted(([a], [b]) => b.length - a.length)
    for (const [value, reference] of longestFirst) shown = shown.replaceAll(value, () => reference)
    return shown
  }

  /** An error without the values: those that have none stay as they are. */
  hideError(error: ToolrackError): ToolrackError {
    const { code, message, details } = error
    const text = textOf(details)
    const [shown, shownDetails] = [this.hide(message), this.hide(text)]
    if (shown === message && shownDetails === text) return error
    // Its cause and its stack may have them too.
    return new ToolrackError(code, shown, JSON.parse(shownDetails) as Record<string, unknown>)
  }
}

/** Hides the values of the variables that a text refers to. */
export function hideVariables(text: string, environment: Environment): HiddenValues {
  const hidden = new HiddenValues()
  for (const [, name] of text.matchAll(REFERENCE)) {
    const value = name === undefined ? undefined : valueOf(environment, name)
    if (value !== undefined) hidden.add(value, `\${${name}}`)
  }
  return hidden
}

/** Details as JSON. Those that cannot be JSON are left out. */
function textOf(details: object): string {
  try {
    return jsonText(details) ?? '{}'
  } catch {
    return '{}'
  }
}

/** A value as it is, and as addresses and quoted texts have it. */
function formsOf(value: string): readonly string[] {
  const text = value.trim()
  // A lone surrogate cannot be encoded.
  const encoded = text.toWellFormed()
  return [text, encodeURI(encoded), encodeURIComponent(encoded), JSON.stringify(text).slice(1, -1)]
}
