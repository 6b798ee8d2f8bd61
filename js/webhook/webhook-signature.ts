// Webhook signatures: Standard Webhooks and GitHub, compared in constant time.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { invalidOption } from '../border/options'
import { isUint8Array } from '../border/realm'
import type { RequestHeaders } from './webhook-request'

/** Length limit of a delivery id; ids are remembered. */
const LONGEST_ID = 256
/** Limit of checked signatures of one delivery; senders rotate several secrets. */
const MOST_SIGNATURES = 16

/** A delivery, read from its headers. */
export interface Delivery {
  /** Identifies the delivery across schemes. */
  readonly key: string
  /** In ms since 1970, if the scheme signs it. */
  readonly sentAt: number | undefined
  readonly isPing: boolean
  /** Whether one of the secrets signed the body, compared in constant time. */
  readonly isGenuine: (body: Buffer) => boolean
}

/** A header that is missing or invalid. */
export interface HeaderFault {
  readonly fault: string
}

/** Returns the text of a header; empty for a header that is missing or repeated. */
type HeaderText = (name: string) => string

/** Secrets of a webhook, for the schemes of Standard Webhooks (standardwebhooks.com) and GitHub. */
export class Secrets {
  readonly #standard: Buffer[] = []
  readonly #github: Buffer[] = []

  constructor(secrets: unknown) {
    const list: unknown[] = Array.isArray(secrets) ? secrets : [secrets]
    if (list.length === 0) throw invalidOption('secrets', 'must have one secret at least')
    for (const [i, secret] of list.entries()) this.#add(Array.isArray(secrets) ? `secrets/${i}` : 'secrets', secret)
  }

  #add(option: string, secret: unknown): void {
    // An unset environment variable must not disable authentication.
    if (typeof secret !== 'string' && !isUint8Array(secret)) throw invalidOption(option, 'must be a text or bytes')
    if (secret.length === 0) throw invalidOption(option, 'is empty')
    const bytes = Buffer.from(secret)
    this.#github.push(bytes)
    this.#standard.push(
      typeof secret === 'string' && secret.startsWith('whsec_') ? decodeSecret(option, secret.slice(6)) : bytes,
    )
  }

  /** Reads the delivery from headers, or the fault of one. */
  delivery(headers: RequestHeaders): Delivery | HeaderFault {
    const text: HeaderText = (name) => (typeof headers[name] === 'string' ? headers[name] : '')
    if (text('webhook-signature') === '' && text('x-hub-signature-256') !== '') return this.#ofGitHub(text)
    return this.#ofStandard(text)
  }

  #ofStandard(text: HeaderText): Delivery | HeaderFault {
    const id = text('webhook-id')
    const timestamp = text('webhook-timestamp')
    const signatures = text('webhook-signature')
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      if (text(name) === '') return { fault: `header ${name} is missing` }
    }
    if (id.length > LONGEST_ID) return { fault: `header webhook-id is longer than ${LONGEST_ID} characters` }
    if (!/^\d{1,12}$/.test(timestamp)) return { fault: 'header webhook-timestamp must be a number of seconds' }
    const candidates = signatures
      .split(' ')
      .filter((one) => /^v1,[A-Za-z0-9+/]{43}=$/.test(one))
      .slice(0, MOST_SIGNATURES)
    return {
      key: `standard ${id}`,
      sentAt: Number(timestamp) * 1000,
      isPing: false,
      isGenuine: (body) => {
        const signed = [Buffer.from(`${id}.${timestamp}.`), body]
        return isSigned(
          this.#standard,
          signed,
          candidates.map((one) => Buffer.from(one.slice(3), 'base64')),
        )
      },
    }
  }

  #ofGitHub(text: HeaderText): Delivery | HeaderFault {
    const id = text('x-github-delivery')
    if (id === '') return { fault: 'header x-github-delivery is missing' }
    if (id.length > LONGEST_ID) return { fault: `header x-github-delivery is longer than ${LONGEST_ID} characters` }
    const [, digits = ''] = /^sha256=([0-9a-f]{64})$/i.exec(text('x-hub-signature-256')) ?? []
    return {
      key: `github ${id}`,
      sentAt: undefined,
      isPing: text('x-github-event') === 'ping',
      isGenuine: (body) => isSigned(this.#github, [body], [Buffer.from(digits, 'hex')]),
    }
  }
}

/** Whether one of the keys made one of the signatures. All are compared, so that timing reveals nothing. */
function isSigned(keys: readonly Buffer[], parts: readonly Buffer[], signatures: readonly Buffer[]): boolean {
  let isFound = false
  for (const key of keys) {
    const hmac = createHmac('sha256', key)
    for (const part of parts) hmac.update(part)
    const own = hmac.digest()
    for (const signature of signatures) {
      if (signature.length === own.length && timingSafeEqual(signature, own)) isFound = true
    }
  }
  return isFound
}

function decodeSecret(option: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  const isBase64 = bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  if (!isBase64) throw invalidOption(option, 'is not base64 behind "whsec_"')
  return bytes
}
