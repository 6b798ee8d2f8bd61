'use strict'

// Custom fetch: sends the requests of a loader through a `fetch` of its user.

const { failureOf } = require('../border/error')

/**
 * Makes the closure that sends requests through a custom `fetch`. Bodies cross as base64: it is meant for proxies and
 * tests, where the network takes longer.
 * @param {Function} fetch
 */
function fetchExecutor(fetch) {
  return async (
    /** @type {any} */ { method, url, headers, body, maxBytes },
    /** @type {{ signal: AbortSignal }} */ { signal },
  ) => {
    const target = new URL(url)
    const sent = Object.fromEntries(headers)
    // WHATWG Fetch refuses credentials in the URL.
    if (target.username !== '' || target.password !== '') {
      sent.authorization ??= `Basic ${Buffer.from(`${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`).toString('base64')}`
      target.username = target.password = ''
    }
    try {
      const init = {
        method,
        headers: sent,
        redirect: 'manual',
        signal,
        ...(body === null ? {} : { body: Buffer.from(body, 'base64') }),
      }
      return await readBody(await fetch(target.href, init), maxBytes)
    } catch (error) {
      throw new Error(fetchFault(error, target))
    }
  }
}

/** Content encodings that `fetch` decodes though the header stays. */
const DECODED = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd'])

/** @param {any} response @param {number} maxBytes */
async function readBody(response, maxBytes) {
  if (!Number.isInteger(response?.status) || typeof response.headers?.forEach !== 'function')
    throw new TypeError('fetch must answer with a Response')
  if (response.type === 'opaqueredirect' || response.status === 0)
    throw new TypeError('fetch hides where it is redirected to')
  const chunks = []
  let length = 0
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) return { isTooLarge: true }
    chunks.push(chunk)
  }
  /** @type {[string, string][]} */
  const headers = []
  // The body is decoded, and these headers describe the encoded one. Other encodings are kept and reported.
  const coding = response.headers.get('content-encoding')
  const isDecoded =
    typeof coding === 'string' && coding.split(',').every((one) => DECODED.has(one.trim().toLowerCase()))
  response.headers.forEach((/** @type {string} */ value, /** @type {string} */ name) => {
    if (!isDecoded || (name !== 'content-encoding' && name !== 'content-length')) headers.push([name, value])
  })
  return { status: response.status, headers, body: Buffer.concat(chunks).toString('base64') }
}

/**
 * Describes a failed request by its origin only: the rest of the URL may hold credentials.
 * @param {unknown} error
 * @param {URL} target
 */
function fetchFault(error, target) {
  const hidden = [target.href, `${target.pathname}${target.search}`, target.search].filter((one) => one.length > 1)
  const causes = []
  const failure = error === undefined || error === null ? undefined : failureOf(error, 3)
  for (let one = /** @type {any} */ (failure); one !== undefined; one = one.cause)
    causes.push(removeSecrets(hidden, one.message))
  return [...new Set(causes)].filter((one) => one !== '').join(': ') || 'fetch failed'
}

/**
 * Removes secret texts from a message, also one cut off at its end.
 * @param {string[]} hidden
 * @param {string} message
 */
function removeSecrets(hidden, message) {
  const text = hidden.reduce((text, one) => text.replaceAll(one, '…'), message)
  return message.endsWith('…') ? text.slice(0, -Math.max(1, ...hidden.map((one) => one.length))) : text
}

exports.fetchExecutor = fetchExecutor
