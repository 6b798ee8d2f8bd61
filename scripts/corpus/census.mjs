// Which operations a document has, counted by reading it and nothing else: the loader is not asked, because a count
// that comes from what is judged cannot find what that loses.
import { Dangling, isMap } from './documents.mjs'
import { inputsOf } from './inputs.mjs'

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']

/** The version of OpenAPI that a document says it is written in: `2.0`, `3.0`, `3.1`, `3.2`. */
export const versionOf = (data) =>
  String(data?.openapi ?? data?.swagger ?? '')
    .trim()
    .slice(0, 3)

/** The methods that a path item has keys for. */
function methodsOf(version) {
  if (version.startsWith('2')) return METHODS.slice(0, 7)
  return version === '3.2' ? METHODS : METHODS.slice(0, 8)
}

/**
 * Every operation of a document, in its order: `method` and `path` as reports name them, its `pointer`, the `spot` of
 * what it says, the path `items` that it stands in, and its `inputs`. `fault` is why there is none where it stands: a
 * path item that cannot be read is one, of the method `*`.
 */
export function census(document) {
  const paths = document.root().key('paths')
  if (!isMap(paths?.node)) return []
  const version = versionOf(document.data)
  return Object.keys(paths.node)
    .filter((path) => !path.startsWith('x-'))
    .flatMap((path) => {
      const item = paths.key(path)
      try {
        return pathItem(path, item, version)
      } catch (error) {
        return [{ method: '*', path, pointer: item.pointer, items: [], inputs: [], fault: faultOf(error) }]
      }
    })
}

/** Operations of a path item and of what it refers to; what it says itself comes first. */
function pathItem(path, item, version) {
  const items = chain(item)
  const found = new Map()
  for (const one of items) {
    if (!isMap(one.node)) throw new Dangling('malformed', `a path item at ${one.pointer}`)
    for (const key of Object.keys(one.node)) {
      if (methodsOf(version).includes(key)) {
        const method = key.toUpperCase()
        if (!found.has(method)) found.set(method, operation(method, path, one.key(key), items, version))
      } else if (METHODS.includes(key.toLowerCase())) {
        found.set(one.key(key).pointer, none(key, path, one.key(key)))
      }
    }
    if (version === '3.2') additional(path, one, items, version, found)
  }
  return [...found.values()]
}

/** `additionalOperations` of OpenAPI 3.2: methods that have no key of their own. */
function additional(path, item, items, version, found) {
  const all = item.key('additionalOperations')
  if (all === undefined || all.node === null) return
  if (!isMap(all.node)) return found.set(all.pointer, none('*', path, all))
  for (const method of Object.keys(all.node)) {
    const spot = all.key(method)
    if (METHODS.includes(method.toLowerCase())) found.set(spot.pointer, none(method, path, spot))
    else if (!found.has(method)) found.set(method, operation(method, path, spot, items, version))
  }
}

function operation(method, path, spot, items, version) {
  const own = { method, path, pointer: spot.pointer, spot, items, inputs: [] }
  try {
    const followed = spot.followed()
    if (!isMap(followed.node)) throw new Dangling('malformed', `an operation at ${followed.pointer}`)
    const here = { ...own, spot: followed, isExcluded: followed.node['x-toolrack'] === false }
    return { ...here, inputs: inputsOf(here, version) }
  } catch (error) {
    return { ...own, fault: faultOf(error) }
  }
}

/** Something that stands where an operation would, under a key that is no method of this version. */
const none = (method, path, spot) => ({
  method,
  path,
  pointer: spot.pointer,
  items: [],
  inputs: [],
  fault: 'malformed',
})

function chain(item) {
  const items = [item]
  for (let target = item.target(); target !== undefined; target = target.target()) {
    if (items.some(({ document, pointer }) => document === target.document && pointer === target.pointer)) break
    items.push(target)
  }
  return items
}

function faultOf(error) {
  if (error instanceof Dangling) return error.reason
  throw error
}
