// URI template (RFC 6570, `{name}` of level 1 and `{+name}` of level 2): which URIs it makes, and from which values.

/** Limits of a template and of the URIs that are compared with it. */
const MOST_TEMPLATE = 2_048
const MOST_VARIABLES = 16
export const MOST_URI = 8_192

/** A part of a template: a text, or a variable. `isPath`: its value may have `/`, `?` and `#` (`{+name}`). */
type Part = string | { readonly name: string; readonly isPath: boolean }

const EXPRESSION = /^(\+?)([A-Za-z0-9_]{1,64})$/

/** A template that was read. */
export class UriTemplate {
  readonly text: string
  readonly #parts: readonly Part[]

  private constructor(text: string, parts: readonly Part[]) {
    this.text = text
    this.#parts = parts
  }

  /** Reads a template; or says why it is none. */
  static read(text: string): UriTemplate | string {
    if (text.length > MOST_TEMPLATE) return `has more than ${MOST_TEMPLATE} characters`
    const parts: Part[] = []
    const names = new Set<string>()
    for (let at = 0; at < text.length;) {
      const open = text.indexOf('{', at)
      const literal = text.slice(at, open < 0 ? text.length : open)
      if (literal.includes('}')) return 'has a "}" without "{"'
      if (literal !== '') parts.push(literal)
      if (open < 0) break
      const close = text.indexOf('}', open)
      const inner = close < 0 ? '' : text.slice(open + 1, close)
      const [, plus, name] = EXPRESSION.exec(inner) ?? []
      if (name === undefined) return `has "{${inner}}": {name} and {+name} are served`
      if (names.has(name)) return `has {${name}} twice`
      if (typeof parts.at(-1) === 'object') return `has {${name}} right behind another variable`
      parts.push({ name, isPath: plus === '+' })
      names.add(name)
      at = close + 1
    }
    if (names.size === 0) return 'has no variable, such as {name}: it is a resource'
    if (names.size > MOST_VARIABLES) return `has more than ${MOST_VARIABLES} variables`
    return new UriTemplate(text, parts)
  }

  get names(): readonly string[] {
    return this.#parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))
  }

  /**
   * The values from which the template makes a URI, percent-decoded; nothing where it does not. A value is not empty;
   * earlier ones are as long as can be. It takes a time that grows with the lengths of both, whatever the URI is.
   */
  match(uri: string): ReadonlyMap<string, string> | undefined {
    if (uri.length > MOST_URI) return undefined
    const [first] = this.#parts
    if (typeof first === 'string' && !uri.startsWith(first)) return undefined
    const ends = this.#reachable(uri)
    return ends && this.#values(uri, ends)
  }

  /** For each part, the places in the URI where it may end; nothing where the last one cannot end with the URI. */
  #reachable(uri: string): readonly Uint8Array[] | undefined {
    const ends: Uint8Array[] = []
    let starts = new Uint8Array(uri.length + 1)
    starts[0] = 1
    for (const part of this.#parts) {
      const reached = new Uint8Array(uri.length + 1)
      if (typeof part === 'string') {
        for (let at = 0; at < uri.length; at++)
          if (starts[at] === 1 && uri.startsWith(part, at)) reached[at + part.length] = 1
      } else {
        let isOpen = false
        for (let at = 0; at < uri.length; at++) {
          isOpen ||= starts[at] === 1
          if (!part.isPath && isSeparator(uri.charCodeAt(at))) isOpen = false
          else if (isOpen) reached[at + 1] = 1
        }
      }
      ends.push(reached)
      starts = reached
    }
    return starts[uri.length] === 1 ? ends : undefined
  }

  /** Walks back from the end: each variable is as short as can be, so that the one before it is long. */
  #values(uri: string, ends: readonly Uint8Array[]): ReadonlyMap<string, string> | undefined {
    const values: [string, string][] = []
    let end = uri.length
    for (let i = this.#parts.length - 1; i >= 0; i--) {
      const part = this.#parts[i] as Part
      if (typeof part === 'string') {
        end -= part.length
        continue
      }
      let start = end - 1
      const isStart = (at: number): boolean => (i === 0 ? at === 0 : ends[i - 1]?.[at] === 1)
      while (start > 0 && !isStart(start)) start--
      const value = decoded(uri.slice(start, end))
      if (value === undefined) return undefined
      values.unshift([part.name, value])
      end = start
    }
    return new Map(values)
  }
}

/** Whether a character ends a simple variable: `/`, `?`, `#`. */
function isSeparator(unit: number): boolean {
  return unit === 0x2f || unit === 0x3f || unit === 0x23
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
