// Whether an operation that became no tool could have become one: whether its files are there, its references lead
// somewhere, and the target of each reference is what OpenAPI requires there.
import { Dangling, isMap, member } from './documents.mjs'

/** Keys below which there are values and no references. */
const VALUES = new Set(['default', 'enum', 'const', 'example', 'examples'])
const OF_REFERENCES = new Set(['UNRESOLVED_REF', 'SOURCE_UNREADABLE', 'SOURCE_FORBIDDEN'])

/** Why nobody can read an operation that was skipped with a code; undefined where nothing is wrong with it. */
export function reasonOf(operation, code) {
  if (operation.fault !== undefined) return operation.fault
  if (OF_REFERENCES.has(code)) return danglingOf(operation)
  // What a reference leads to may be malformed itself.
  if (code === 'INVALID_SPEC')
    return isMalformed(operation) || danglingOf(operation) === 'malformed' ? 'malformed' : undefined
  return undefined
}

/** The first reference that leads nowhere, in what is read of an operation for a request. */
function danglingOf({ spot, items }) {
  const open = [
    spot.key('parameters'),
    spot.key('requestBody'),
    spot.key('servers'),
    ...items.map((item) => item.key('parameters')),
  ]
  const seen = new Set()
  while (open.length > 0) {
    const here = open.pop()
    if (here === undefined || here.node === null || typeof here.node !== 'object' || seen.has(here.node)) continue
    seen.add(here.node)
    try {
      open.push(here.target())
    } catch (error) {
      if (error instanceof Dangling) return error.reason
      throw error
    }
    open.push(
      ...Object.keys(here.node)
        .filter((key) => !VALUES.has(key) && !key.startsWith('x-'))
        .map((key) => here.key(key)),
    )
  }
  return undefined
}

/** Whether an operation is none that OpenAPI allows. */
function isMalformed({ path, spot, items }) {
  const lists = [spot, ...items].map((holder) => holder.key('parameters')?.node)
  const body = spot.key('requestBody')
  return (
    isPathMalformed(path) ||
    lists.some((list) => list !== undefined && list !== null && !Array.isArray(list)) ||
    (body !== undefined && body.node !== null && !isMap(contentOf(body))) ||
    queryStrings([spot, ...items]) > 0
  )
}

function isPathMalformed(path) {
  return (
    path.includes('://') ||
    path.includes('\\') ||
    /\p{Cc}/u.test(path) ||
    path.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part)) ||
    /^[^{}]*(\{[^{}]+\}[^{}]*)*$/.test(path) === false
  )
}

function contentOf(body) {
  try {
    return body.followed().key('content')?.node
  } catch {
    return undefined
  }
}

/** How many `querystring` parameters do not stand alone. */
function queryStrings(holders) {
  const places = holders
    .flatMap((holder) => holder.key('parameters')?.all() ?? [])
    .map((one) => {
      try {
        return member(one.followed().node, 'in')
      } catch {
        return undefined
      }
    })
  const count = (place) => places.filter((one) => one === place).length
  return count('querystring') > 1 || (count('querystring') === 1 && count('query') > 0) ? count('querystring') : 0
}
