// What a caller may fill of an operation: its parameters, and its body by the top-level properties of every media type.
// An input has a `name`, a `place`, and `ways`: the forms of the body that have it (`at`), and where each declares it
// (`properties`). A parameter has one. These are the places at which a note may tell what became of it.
import { Dangling, isMap, member } from './documents.mjs'

/** The inputs of an operation. */
export function inputsOf({ spot, items }, version) {
  const body = version.startsWith('2') ? undefined : spot.key('requestBody')
  const hasBody = body !== undefined && body.node !== null
  const inputs = parametersOf([spot, ...items]).flatMap((entry) => {
    if (entry.place === 'formData') return [{ ...entry, place: 'body', isField: true }]
    return hasBody || entry.place !== 'body' || entry.isSecond
      ? [entry]
      : bodyOf([{ schema: entry.target.key('schema'), at: entry.ways[0].at }])
  })
  return hasBody ? [...inputs, ...requestBody(body)] : inputs
}

/** Every parameter; one of a path item yields to one of the operation with its name and place. */
function parametersOf(holders) {
  const [known, all] = [new Map(), []]
  for (const [level, holder] of holders.entries()) {
    const [list, own] = [holder.key('parameters'), new Set()]
    for (const listed of Array.isArray(list?.node) ? list.all() : []) {
      const target = attempt(() => listed.followed()) ?? listed
      const place = text(target.node, 'in')
      const name = text(target.node, 'name') || (place === 'body' ? 'body' : '')
      const key = JSON.stringify([place, name])
      const first = known.get(key) ?? level
      known.set(key, first)
      if (first < level) continue
      // A request has one body, whatever it is called; nobody can tell those without a name apart.
      const isSecond =
        place === 'body' ? all.some((one) => one.place === 'body') : own.has(key) && name !== '' && place !== ''
      own.add(key)
      all.push({ name, place, target, ways: [{ at: [listed.pointer, target.pointer], properties: [] }], isSecond })
    }
  }
  return all
}

/** The body of OpenAPI 3, by all its media types. */
function requestBody(written) {
  const body = written.followed()
  const content = body.key('content')
  const media = (content?.all() ?? []).map((entry) => {
    const target = attempt(() => entry.followed()) ?? entry
    return { schema: target.key('schema'), at: [entry.pointer] }
  })
  return bodyOf(media.length > 0 ? media : [{ schema: undefined, at: [body.pointer] }])
}

/** The properties that the forms of a body have; the body itself where they have none. */
function bodyOf(forms) {
  const inputs = new Map()
  for (const { schema, at } of forms) {
    const ways = new Map()
    for (const { name, pointer } of propertiesOf(schema)) {
      const way = ways.get(name) ?? { at, properties: [] }
      way.properties.push(pointer)
      ways.set(name, way)
    }
    for (const [name, way] of ways) {
      const input = inputs.get(name) ?? { name, place: 'body', ways: [], isSecond: false }
      input.ways.push(way)
      inputs.set(name, input)
    }
  }
  if (inputs.size > 0) return [...inputs.values()]
  return [
    {
      name: 'body',
      place: 'body',
      isWhole: true,
      ways: forms.map(({ at }) => ({ at, properties: [] })),
      isSecond: false,
    },
  ]
}

/** The properties of a schema: its own, those behind its reference, those of `allOf`, and those beside null. */
function propertiesOf(schema, seen = new Set()) {
  if (schema === undefined || !isMap(schema.node) || seen.has(schema.node)) return []
  seen.add(schema.node)
  const target = attempt(() => schema.target())
  const behind = propertiesOf(target, seen)
  if (target !== undefined && !keepsSiblings(schema.document)) return behind
  const properties = schema.key('properties')
  const own = isMap(properties?.node)
    ? Object.keys(properties.node).map((name) => ({ name, pointer: properties.key(name).pointer }))
    : []
  const parts = schema.key('allOf')?.all() ?? []
  return [...own, ...behind, ...parts.flatMap((part) => propertiesOf(part, seen))]
}

/**
 * Whether what stands beside a `$ref` counts: since OpenAPI 3.1. A part of another document is written as the whole is.
 */
function keepsSiblings({ data, library }) {
  const version = (root) => member(root, 'openapi') ?? member(root, 'swagger')
  const [first] = library.values()
  return /^3\.[12]/.test(String(version(data) ?? version(first.data)))
}

const text = (node, key) => (typeof member(node, key) === 'string' ? node[key] : '')

/** What a reference leads to; nothing where it leads nowhere. */
function attempt(follow) {
  try {
    return follow()
  } catch (error) {
    if (error instanceof Dangling) return undefined
    throw error
  }
}
