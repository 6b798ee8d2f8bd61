// Secret texts: the values that are known to be secret, and their redaction in one pass.

/** What stands for a secret, in URLs too. */
export const REDACTED = 'REDACTED'

/** The shortest text that is redacted wherever it occurs. A shorter one would occur by chance. */
const SHORTEST = 4

/** The texts that are known to be secret. */
export class SecretTexts {
  readonly #values = new Set<string>()
  /** Too short to be looked for within a text. */
  readonly #short = new Set<string>()
  #inText: RegExp | undefined

  /** How many there are: it grows with each new one. */
  get count(): number {
    return this.#values.size + this.#short.size
  }

  learn(given: unknown): void {
    const value = typeof given === 'number' ? String(given) : given
    // A text that is not well-formed cannot be sent.
    if (typeof value !== 'string' || value === '' || value === REDACTED || !value.isWellFormed()) return
    if (value.length < SHORTEST) this.#short.add(value)
    else this.#values.add(value)
    this.#inText = undefined
  }

  /** Whether the whole text is a secret, of any length. */
  has(text: string): boolean {
    return this.#values.has(text) || this.#short.has(text)
  }

  /** A text without its secrets. */
  redact(text: string): string {
    if (this.#values.size === 0) return text
    this.#inText ??= patternOf([...this.#values].flatMap(textSpellings))
    return text.replace(this.#inText, REDACTED)
  }
}

/** Finds any of the texts; of those that begin at one place the longest. */
function patternOf(texts: readonly string[]): RegExp {
  // What stands for a secret is none: a secret may be a part of its letters.
  const longestFirst = [...new Set([...texts, REDACTED])].toSorted((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map(expressionOf).join('|'), 'g')
}

/** Finds a text; one of digits as a whole number. */
function expressionOf(text: string): string {
  return /^\d+$/.test(text) ? `(?<!\\d)${text}(?!\\d)` : text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** How a text has a value: as it is, in a URL, in a form, or in JSON. */
function textSpellings(value: string): string[] {
  const inUrl = encodeURIComponent(value)
  // The core encodes these too.
  const strict = inUrl.replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  const inUrls = [inUrl, strict].flatMap((one) => [one, one.replaceAll('%20', '+')])
  const json = JSON.stringify(value).slice(1, -1)
  const ascii = json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const inJson = [json, ascii].flatMap((one) => [one, one.replaceAll('/', '\\/')])
  const lower = inUrls.map((one) => one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  return [value, ...inUrls, ...lower, ...inJson]
}
