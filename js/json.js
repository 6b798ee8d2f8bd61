'use strict'

/** Half of a pair of surrogates as `JSON.stringify` writes it; what stands before it are whole escaped backslashes. */
const HALF = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/**
 * A value as JSON text that crosses to Rust, where half of a surrogate pair is no text: cutting a text in the middle of an
 * emoji is easily done, so that half becomes U+FFFD, as it does in `fetch` and `TextEncoder`. Throws what JSON cannot say.
 * @param {any} value @returns {string | undefined} nothing where the value is nothing in JSON
 */
function jsonText(value) {
  const text = JSON.stringify(value)
  return text !== undefined && text.includes('\\ud') ? text.replace(HALF, '$1\ufffd') : text
}

exports.jsonText = jsonText
