// Media types: what a client sends, and what it takes (content negotiation).

/** Whether a body is JSON. */
export function isJsonType(contentType: string | undefined): boolean {
  return contentType === 'application/json' || (contentType !== undefined && typeOf(contentType) === 'application/json')
}

/** Whether a body is compressed, by its `content-encoding`. Source: RFC 9110, 12.5.3: `identity` says that it is not. */
export function isCompressed(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && !/^(identity)?$/i.test(contentEncoding)
}

/** What clients of MCP send. */
const BOTH = 'application/json, text/event-stream'

/** Whether a client takes an answer: JSON or a stream of events. A client that says nothing takes both. */
export function takesAnswers(accept: string | undefined): boolean {
  return accept === BOTH || takesAny(accept, ['application/json', 'text/event-stream'])
}

/** Whether a client takes a stream of events. */
export function takesEvents(accept: string | undefined): boolean {
  return takesAny(accept, ['text/event-stream'])
}

function takesAny(accept: string | undefined, types: readonly string[]): boolean {
  if (accept === undefined || accept === '') return true
  return accept.split(',').some((range) => {
    const [type] = types.filter((one) => matches(typeOf(range), one))
    return type !== undefined && !isRefused(range)
  })
}

function matches(range: string, type: string): boolean {
  return range === type || range === '*/*' || range === `${type.slice(0, type.indexOf('/'))}/*`
}

/** Whether a media range has the weight 0. Source: RFC 9110, section 12.4.2. */
function isRefused(range: string): boolean {
  return /;\s*q\s*=\s*0(\.0*)?\s*(;|$)/i.test(range)
}

/** The type without parameters, in lower case. */
function typeOf(value: string): string {
  const end = value.indexOf(';')
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase()
}
