// Received body: bodies that a framework has read, and why a body is not read.

import { isUint8Array } from '../../border/realm'
import { PARSE_ERROR, fault } from '../protocol/json-rpc'
import { writeFault } from '../protocol/answers'
import { httpReply, refusal } from './http-reply'
import type { HttpReply, ReplyHeaders } from './http-reply'
import type { BodyLimits } from './http-request'

/** Returns the text of a body that a parser has read: its bytes, its text, or the value of its JSON. */
export function readParsedBody(body: unknown, bytes: number): string | HttpReply {
  if (body === undefined)
    return refusal(500, 'a body parser has read the body and left nothing of it: give the body to the handler')
  const text = textOf(body)
  if (text === undefined) return httpReply(400, writeFault(fault(PARSE_ERROR, 'the message is not JSON')))
  return Buffer.byteLength(text) > bytes ? tooLarge({ bytes }) : text
}

/** A value of JSON is written again: what reads messages trusts no object. */
function textOf(body: unknown): string | undefined {
  try {
    if (typeof body === 'string') return body
    return isUint8Array(body) ? Buffer.from(body).toString() : JSON.stringify(body)
  } catch {
    // It is nested too deep, or no JSON.
    return undefined
  }
}

export function tooLarge({ bytes }: Pick<BodyLimits, 'bytes'>, headers?: ReplyHeaders): HttpReply {
  return refusal(413, `the body is longer than ${bytes} bytes`, headers)
}

export function tooSlow({ ms }: Pick<BodyLimits, 'ms'>, headers?: ReplyHeaders): HttpReply {
  return refusal(408, `the body was not received within ${ms} ms`, headers)
}
