// JSON text: finds the members of JSON in a text that is JSON, has lines of it, or has it somewhere.

/** What is asked of a text. Each returns the new text, or nothing where it stays. */
export interface JsonTextVisitor {
  /** Whether the value of a member is replaced. */
  isMember(name: string): boolean
  /** The value of such a member, as it is spelled. */
  member(name: string, value: string): string | undefined
  /** What a string with escapes says. */
  escaped(text: string): string | undefined
}

/** Replaces values of members and strings. All else keeps its spelling. */
export function replaceInJson(text: string, visitor: JsonTextVisitor): string {
  const parts: string[] = []
  let copied = 0
  const replace = (start: number, end: number, by: string | undefined) => {
    if (by === undefined) return
    parts.push(text.slice(copied, start), by)
    copied = end
  }
  let open = text.indexOf('"')
  while (open !== -1) {
    const close = endOfString(text, open)
    if (text[close] !== '"') {
      open = text.indexOf('"', close)
      continue
    }
    const said = saidBy(text.slice(open, close + 1))
    const start = said !== undefined && visitor.isMember(said) ? startOfValue(text, close + 1) : -1
    if (said !== undefined && start !== -1) {
      const end = endOfValue(text, start)
      if (!isLogprob(text, end)) replace(start, end, visitor.member(said, text.slice(start, end)))
      open = text.indexOf('"', Math.max(end, close + 1))
      continue
    }
    if (said !== undefined && open >= copied && text.slice(open, close).includes('\\'))
      replace(open, close + 1, quoted(visitor.escaped(said)))
    // Its closing quote may open a string too: text around JSON may have one quote alone.
    open = close
  }
  return parts.length === 0 ? text : [...parts, text.slice(copied)].join('')
}

/** Whether a `token` is one of a model's text: its logarithmic probability follows. */
function isLogprob(text: string, end: number): boolean {
  return /^\s*,\s*"logprob"/.test(text.slice(end, end + 20))
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text)
}

/** Where a string ends: at its closing quote, or where no string can go on. */
function endOfString(text: string, open: number): number {
  for (let i = open + 1; i < text.length; i++) {
    const one = text[i]
    if (one === '\\') i++
    else if (one === '"' || one === '\n') return i
  }
  return text.length
}

function saidBy(string: string): string | undefined {
  try {
    return JSON.parse(string) as string
  } catch {
    return undefined
  }
}

const COLON = /\s*:\s*/y

/** Where the value of a member begins whose name ends here; -1 where it is none. */
function startOfValue(text: string, end: number): number {
  COLON.lastIndex = end
  return COLON.test(text) && COLON.lastIndex < text.length ? COLON.lastIndex : -1
}

const LITERAL = /[^\s,}\]]*/y

/** Where a value ends. A list or an object that does not end takes the rest of the text. */
function endOfValue(text: string, start: number): number {
  const first = text[start] as string
  if (first === '"') return Math.min(endOfString(text, start) + 1, text.length)
  if (first !== '{' && first !== '[') {
    LITERAL.lastIndex = start
    LITERAL.test(text)
    return LITERAL.lastIndex
  }
  let depth = 0
  for (let i = start; i < text.length; i++) {
    const one = text[i] as string
    if (one === '"') i = endOfString(text, i)
    else if (one === '{' || one === '[') depth++
    else if ((one === '}' || one === ']') && --depth === 0) return i + 1
  }
  return text.length
}
