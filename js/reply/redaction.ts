// Redaction: removes credentials from text by position and shape, in linear time.

/** Replaces a secret. */
const REDACTED = '[redacted]'
/** Length limit of a redacted text in UTF-16 units; the rest is removed. */
const LONGEST = 65_536

// Every expression below is linear: a repetition ends at a character it excludes and starts after a fixed one or a
// lookbehind.

/** Credentials in a URL: `scheme://user:password@host`, also with a password that was not escaped. */
const USERINFO = /(:\/\/)(?:[^\s/?#"'<>]*@|[^\s/?#:@"'<>]*:(?!\d+(?:[/?#\s]|$))[^\s@"'<>]{1,256}@)/g

/** Names whose value is a secret, with any prefix: `DB_PASSWORD`, `x-api-key`. */
const NAME = [
  '(?:api|access|private|secret|signing|encryption|account|subscription|master|functions)[_-]?key(?:[_-]?id)?',
  'token',
  'pass(?:word|wd|phrase|code)',
  'pwd',
  'secret',
  'credentials?',
  '(?:proxy-)?authorization',
].join('|')
/** Authentication schemes before a credential. */
const WAY = '(?:bearer|basic|digest|negotiate|token|apikey|aws4-hmac-sha256)'
/** A value: a whole quoted one, also with escaped quotes; else up to a delimiter. */
const VALUE = `"(?:[^"\\\\]|\\\\[^])*"?|'(?:[^'\\\\]|\\\\[^])*'?|\`[^\`]*\`?|\\\\+["'][^"'\\\\]*|(?:${WAY} +)?(?!\\[redacted\\])[^\\s"'\`&,;)}\\]<>]+`
const PAIR = new RegExp(`(${NAME})(\\\\*["'\`]?\\s*[:=]>?\\s*)(?:${VALUE})`, 'gi')
/** A command line option: `--password x`. */
const OPTION = new RegExp(`(--[\\w-]{0,64}?(?:${NAME}) +)(?!\\[redacted\\])[^\\s"'-][^\\s"']*`, 'gi')
/** Names that are secrets only in a URL's query. */
const QUERY =
  /([?&](?:key|sig|signature|auth|code|x-amz-(?:signature|credential)|x-goog-(?:signature|credential))=)[^&\s#"'<>)]+/gi
/** The value of a header that is entirely secret. */
const COOKIE = /((?<![\w-])(?:set-)?cookie["'`]?\s*[:=]\s*["'`]?)(?!\[redacted\])[^\s"'`][^\r\n"'`]*/gi
const BEARER = /(\bbearer +)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*/gi
/** Keys with known prefixes, JOSE tokens, and PEM private keys. */
const KEYS =
  /(?<![\w-])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|sk-[\w-]{16,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{8,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g
const PEM = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^]{0,16384}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[^]*)/g

/**
 * Redacts credentials by position (in URLs, after the name of a secret, in headers) and keys by shape. Secrets in plain
 * prose are not found.
 */
export function redacted(text: string): string {
  return bounded(text)
    .replace(PEM, REDACTED)
    .replace(USERINFO, `$1${REDACTED}@`)
    .replace(COOKIE, `$1${REDACTED}`)
    .replace(PAIR, `$1$2${REDACTED}`)
    .replace(OPTION, `$1${REDACTED}`)
    .replace(QUERY, `$1${REDACTED}`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(KEYS, REDACTED)
}

/** Truncates a text between words: half a secret would not be recognized. */
export function bounded(text: string): string {
  if (text.length <= LONGEST) return text
  const head = text.slice(0, LONGEST)
  const gap = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'))
  const kept = gap > 0 ? head.slice(0, gap) : ''
  return `${kept} … (${text.length - kept.length} more characters)`
}
