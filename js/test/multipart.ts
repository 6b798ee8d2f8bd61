// Multipart: the boundary of a body, which is another one each time, and is written as the same one.

import type { CassetteRequest } from './cassette'
import { writeBody } from './cassette'
import type { ExchangeRequest } from './http-exchange'

/** The boundary that is written. */
export const BOUNDARY = 'toolrack-boundary'

/** The boundary of a multipart body; nothing of another type. */
export function boundaryOf(type: string): string | undefined {
  const [, quoted, plain] = /^multipart\/[^;]*;.*?boundary=(?:"([^"]+)"|([^\s;"]+))/is.exec(type) ?? []
  return quoted ?? plain
}

/** A request as a cassette has it. */
export function cassetteRequest({ method, url, headers, body }: ExchangeRequest): CassetteRequest {
  const type = headers.get('content-type') ?? ''
  const sent = Object.fromEntries(headers)
  const boundary = boundaryOf(type)
  if (boundary === undefined) return { method, url, headers: sent, ...writeBody(body) }
  const bytes = body.toString('latin1').replaceAll(`--${boundary}`, `--${BOUNDARY}`)
  sent['content-type'] = type.replace(boundary, BOUNDARY)
  return { method, url, headers: sent, ...writeBody(Buffer.from(bytes, 'latin1')) }
}
