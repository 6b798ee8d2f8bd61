// Secret names: which headers, parameters and members have a credential as their value.

/** Words of a header or a parameter whose value is a credential. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'key auth authorization authentication credential credentials signature sig session sessionid cookie jwt dpop ' +
    'assertion code pwd'
  ).split(' '),
)
/** Words that are written together with others: `accesstoken`. */
const ENDS = /(?:token|secret|apikey|password)$|^pass(?:w|phrase|code)/
/** Parts of a header with a credential that have it, beside those of the words. */
const HEADER_PARTS = /^(?:mac|response|cnonce)$/
/** Cookies of a session, as frameworks name them: `PHPSESSID`, `connect.sid`. */
const SESSION_COOKIES = /(?:sess|sessionid|sid)$/
/** Words of a name that is that of a place in a list: `next_page_token`. */
const PLACES = /^(?:page|next|prev|previous|cursor|continuation|sync|token|key)$/
/** Members of a body whose value is a credential. `key`, `code`, `session` and `signature` are common there. */
const MEMBERS =
  /(?:token|secret|apikey|password|jwt)$|(?:^|-)pass(?:w|phrase|code)|(?:api|private|secret|access|signing)-key$/
const WHOLE_MEMBERS = /^(?:pwd|authorization|credentials?|(?:client-)?assertion)$/
/** Names whose values are no ordinary words, so that they are redacted wherever they occur. */
const CERTAIN = /^(?:access-token|refresh-token|id-token|client-secret)$/

/** The words of a name in lower case: `apiKey`, `API-Key` and `api[key]` → `api`, `key`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** The longest name that is looked at: a longer text is no name. */
const LONGEST = 128

/** The names of secrets: those that are known, and those of a caller. */
export class SecretNames {
  readonly #own: ReadonlySet<string>

  constructor(own: readonly string[] = []) {
    this.#own = new Set(own.map((name) => wordsOf(name).join('-')))
  }

  /** Whether a header or a parameter of a query or a form is secret. */
  isParameter(name: string): boolean {
    if (name.length > LONGEST) return false
    const words = wordsOf(name)
    if (this.#own.has(words.join('-'))) return true
    return words.some((word) => WORDS.has(word) || ENDS.test(word)) && !isPlace(words)
  }

  /** Whether a cookie, or a part of a header such as `Authorization: HMAC mac="…"`, is secret. */
  isHeaderPart(name: string): boolean {
    if (this.isParameter(name)) return true
    return name.length <= LONGEST && (HEADER_PARTS.test(name.toLowerCase()) || SESSION_COOKIES.test(name.toLowerCase()))
  }

  /** Whether a member of a body is secret. A path, as in an OpenAPI document, is none. */
  isMember(name: string): boolean {
    if (name.length > LONGEST || name.includes('/')) return false
    const words = wordsOf(name)
    const joined = words.join('-')
    if (this.#own.has(joined)) return true
    return (MEMBERS.test(joined) || WHOLE_MEMBERS.test(joined)) && !isPlace(words)
  }

  /** Whether the values of a name are secret in other places too. */
  isCertain(name: string): boolean {
    const joined = wordsOf(name).join('-')
    return CERTAIN.test(joined) || this.#own.has(joined)
  }
}

/** Whether a name is that of a place in a list; `token` and `key` alone are not. */
function isPlace(words: readonly string[]): boolean {
  return words.every((word) => PLACES.test(word)) && words.some((word) => word !== 'token' && word !== 'key')
}
