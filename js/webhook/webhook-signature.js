'use strict'

// Webhook signatures: Standard Webhooks and GitHub, compared in constant time.

const { createHmac, timingSafeEqual } = require('node:crypto')
const { invalidOption } = require('../border/options')
const { isUint8Array } = require('../border/realm')

/** Length limit of a delivery id; ids are remembered. */
const LONGEST_ID = 256
/** Limit of checked signatures of one delivery; senders rotate several secrets. */
const MOST_SIGNATURES = 16

/**
 * A delivery, read from its headers.
 * @typedef {object} Delivery
 * @property {string} key identifies the delivery across schemes
 * @property {number | undefined} sentAt in ms since 1970, if the scheme signs it
 * @property {boolean} isPing whether it is a ping
 * @property {(body: Buffer) => boolean} isGenuine whether one of the secrets signed it, in constant time
 */

/** Secrets of a webhook, for the schemes of Standard Webhooks (standardwebhooks.com) and GitHub. */
class Secrets {
  /** @type {Buffer[]} */
  #standard = []
  /** @type {Buffer[]} */
  #github = []

  /** @param {any} secrets */
  constructor(secrets) {
    const list = Array.isArray(secrets) ? secrets : [secrets]
    if (list.length === 0) throw invalidOption('secrets', 'must have one secret at least')
    for (const [i, secret] of list.entries()) this.#add(Array.isArray(secrets) ? `secrets/${i}` : 'secrets', secret)
  }

  /** @param {string} option @param {any} secret */
  #add(option, secret) {
    // An unset environment variable must not disable authentication.
    if (typeof secret !== 'string' && !isUint8Array(secret)) throw invalidOption(option, 'must be a text or bytes')
    if (secret.length === 0) throw invalidOption(option, 'is empty')
    const bytes = Buffer.from(/** @type {any} */ (secret))
    this.#github.push(bytes)
    this.#standard.push(
      typeof secret === 'string' && secret.startsWith('whsec_') ? decoded(option, secret.slice(6)) : bytes,
    )
  }

  /**
   * Reads the delivery from headers; or the header that is missing or invalid.
   * @param {Record<string, any>} headers @returns {Delivery | { fault: string }}
   */
  delivery(headers) {
    const text = (/** @type {string} */ name) => (typeof headers[name] === 'string' ? headers[name] : '')
    if (text('webhook-signature') === '' && text('x-hub-signature-256') !== '') return this.#ofGitHub(text)
    return this.#ofStandard(text)
  }

  /** @param {(name: string) => string} text @returns {Delivery | { fault: string }} */
  #ofStandard(text) {
    const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(text)
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      if (text(name) === '') return { fault: `header ${name} is missing` }
    }
    if (id.length > LONGEST_ID) return { fault: `header webhook-id is longer than ${LONGEST_ID} characters` }
    if (!/^\d{1,12}$/.test(timestamp)) return { fault: 'header webhook-timestamp must be a number of seconds' }
    const given = signatures
      .split(' ')
      .filter((one) => /^v1,[A-Za-z0-9+/]{43}=$/.test(one))
      .slice(0, MOST_SIGNATURES)
    return {
      key: `standard ${id}`,
      sentAt: Number(timestamp) * 1000,
      isPing: false,
      isGenuine: (body) => {
        const signed = [Buffer.from(`${id}.${timestamp}.`), body]
        return fits(
          this.#standard,
          signed,
          given.map((one) => Buffer.from(one.slice(3), 'base64')),
        )
      },
    }
  }

  /** @param {(name: string) => string} text @returns {Delivery | { fault: string }} */
  #ofGitHub(text) {
    const id = text('x-github-delivery')
    if (id === '') return { fault: 'header x-github-delivery is missing' }
    if (id.length > LONGEST_ID) return { fault: `header x-github-delivery is longer than ${LONGEST_ID} characters` }
    const [, digits = ''] = /^sha256=([0-9a-f]{64})$/i.exec(text('x-hub-signature-256')) ?? []
    return {
      key: `github ${id}`,
      sentAt: undefined,
      isPing: text('x-github-event') === 'ping',
      isGenuine: (body) => fits(this.#github, [body], [Buffer.from(digits, 'hex')]),
    }
  }
}

/**
 * Whether one of the keys made one of the signatures. All are compared, so that timing reveals nothing.
 * @param {Buffer[]} keys
 * @param {Buffer[]} signed
 * @param {Buffer[]} given
 */
function fits(keys, signed, given) {
  let found = false
  for (const key of keys) {
    const hmac = createHmac('sha256', key)
    for (const part of signed) hmac.update(part)
    const own = hmac.digest()
    for (const one of given) {
      if (one.length === own.length && timingSafeEqual(one, own)) found = true
    }
  }
  return found
}

/** @param {string} option @param {string} text */
function decoded(option, text) {
  const bytes = Buffer.from(text, 'base64')
  const isBase64 = bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (!isBase64) throw invalidOption(option, 'is not base64 behind "whsec_"')
  return bytes
}

exports.Secrets = Secrets
