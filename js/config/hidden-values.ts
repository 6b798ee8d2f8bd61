// Redaction of variables: writes texts for people with the names of variables of the environment instead of their values.

import { ToolrackError } from '../border/error'
import { jsonText } from '../border/json'

/** Shorter texts are not hidden: they are parts of many words. */
const LEAST_HIDDEN = 8

/** An address, to see what becomes of a text behind it. */
const ORIGIN = 'http://host/'

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
    let isHidden = false
    // Keys stay: a value of a variable may be the same word.
    const shownDetails: unknown = JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'string') return value
      const shown = this.hide(value)
      isHidden ||= shown !== value
      return shown
    })
    const shown = this.hide(message)
    if (shown === message && !isHidden) return error
    // Its cause and its stack may have them too.
    return new ToolrackError(code, shown, shownDetails as Record<string, unknown>)
  }
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
  // In the place of a password, "@" ends it: what is behind it becomes a host and a path.
  const ends = [...text.matchAll(/@/g)].map(({ index }) => text.slice(index + 1))
  return [...[text, ...ends].flatMap(addressForms), JSON.stringify(text).slice(1, -1)]
}

/** A text as it is in an address: as it was written, as `encodeURI` writes it, and as a parser of addresses does. */
function addressForms(text: string): readonly string[] {
  // A lone surrogate cannot be encoded.
  const encoded = text.toWellFormed()
  const address = `${ORIGIN}${encoded}`
  const inside = URL.canParse(address) ? new URL(address).href.slice(ORIGIN.length) : text
  return [text, encodeURI(encoded), encodeURIComponent(encoded), inside]
}
