'use strict'

// Redaction: removes credentials from text by position and shape, in linear time.

/** What stands in place of a secret. */
const REDACTED = '[redacted]'
/** How much of a text is looked through, in UTF-16 units; the rest is left out. */
const LONGEST = 65_536

// Every expression below is linear in its text: what may repeat stops at a character that it does not take, and begins
// behind one that is fixed or looked back at.

/** Credentials in a URL: `scheme://user:password@host`, also with a password that was not escaped. */
const USERINFO = /(:\/\/)(?:[^\s/?#"'<>]*@|[^\s/?#:@"'<>]*:(?!\d+(?:[/?#\s]|$))[^\s@"'<>]{1,256}@)/g

/** Names whose value is a secret. What stands before them counts as part of the name: `DB_PASSWORD`, `x-api-key`. */
const NAME = [
  '(?:api|access|private|secret|signing|encryption|account|subscription|master|functions)[_-]?key(?:[_-]?id)?',
  'token',
  'pass(?:word|wd|phrase|code)',
  'pwd',
  'secret',
  'credentials?',
  '(?:proxy-)?authorization',
].join('|')
/** The way of a credential, which a word stands for. */
const WAY = '(?:bearer|basic|digest|negotiate|token|apikey|aws4-hmac-sha256)'
/** A value: a quoted one whole, also quoted within a quoted text; else up to where a value may end. */
const VALUE = `"(?:[^"\\\\]|\\\\[^])*"?|'(?:[^'\\\\]|\\\\[^])*'?|\`[^\`]*\`?|\\\\+["'][^"'\\\\]*|(?:${WAY} +)?(?!\\[redacted\\])[^\\s"'\`&,;)}\\]<>]+`
const PAIR = new RegExp(`(${NAME})(\\\\*["'\`]?\\s*[:=]>?\\s*)(?:${VALUE})`, 'gi')
/** An option of a command line: `--password x`. */
const OPTION = new RegExp(`(--[\\w-]{0,64}?(?:${NAME}) +)(?!\\[redacted\\])[^\\s"'-][^\\s"']*`, 'gi')
/** Names that mean a secret only in the query of a URL. */
const QUERY =
  /([?&](?:key|sig|signature|auth|code|x-amz-(?:signature|credential)|x-goog-(?:signature|credential))=)[^&\s#"'<>)]+/gi
/** The rest of a header that is nothing but a secret. */
const COOKIE = /((?<![\w-])(?:set-)?cookie["'`]?\s*[:=]\s*["'`]?)(?!\[redacted\])[^\s"'`][^\r\n"'`]*/gi
const BEARER = /(\bbearer +)(?=[\w.~+/-]*\d)[\w.~+/-]{8,}=*/gi
/** Keys that are known by how they begin, tokens of JOSE, and private keys of PEM. */
const KEYS =
  /(?<![\w-])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|sk-[\w-]{16,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{8,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g
const PEM = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^]{0,16384}?-----END [A-Z ]{0,40}PRIVATE KEY-----|[^]*)/g

/**
 * A text without the credentials that can be told by their place: in URLs, behind the name of a secret, in headers, and
 * keys by their shape. A secret that stands in plain prose is not found.
 * @param {string} text
 */
function redacted(text) {
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

/** A text of bounded length, cut between words: half of a secret would not be known for one. @param {string} text */
function bounded(text) {
  if (text.length <= LONGEST) return text
  const head = text.slice(0, LONGEST)
  const gap = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\n'))
  const kept = gap > 0 ? head.slice(0, gap) : ''
  return `${kept} … (${text.length - kept.length} more characters)`
}

exports.bounded = bounded
exports.redacted = redacted
