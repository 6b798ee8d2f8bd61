// What became of each operation of a census, judged from outside: by the tools, the report and nothing else.
import { reasonOf } from './resolving.mjs'

/** Notes that say of what stands somewhere that no argument is it. */
const ABSENT = [
  'BODY_MEDIA_TYPE_UNUSED',
  'OAS_HEADER_IGNORED',
  'PARAMETER_TWICE',
  'PARAMETER_UNUSABLE',
  'PATH_PARAMETER_DROPPED',
]
/** Notes that say of a body that it is one text. */
const WITHOUT_PARTS = ['BODY_AS_TEXT', 'OAS_BINARY']

/**
 * Judges what was counted by what came of it. `tool` gives `{ name, inputSchema }` of a method and path, or nothing.
 * Each operation is `usable`, `skipped`, `excluded` or `lost`; `code` is why it is skipped and `unresolved` why nobody
 * could read it, where that is so; `missing` are the inputs that are in no schema and in no note.
 */
export function judge(census, { report, tool }) {
  const skips = skipsOf(report.skipped)
  const notes = notesOf(report.notes)
  const taken = new Set()
  return census.map((operation) => {
    const { method, path, inputs } = operation
    const own = operation.fault === undefined ? tool(method, path) : undefined
    if (own !== undefined && !taken.has(own.name)) {
      taken.add(own.name)
      const missing = missingOf(inputs, own.inputSchema, notes.get(own.name) ?? new Map())
      return { state: missing.length > 0 ? 'lost' : 'usable', method, path, missing: missing.map(lossOf) }
    }
    const skip = skips.take(operation)
    if (skip !== undefined)
      return {
        state: 'skipped',
        method,
        path,
        code: skip.code,
        reason: skip.reason,
        unresolved: reasonOf(operation, skip.code),
      }
    return { state: operation.isExcluded ? 'excluded' : 'lost', method, path, missing: [] }
  })
}

/** All operations of a document that was refused as a whole. */
export const refused = (census, { code, message }, isWellFormed) => {
  const unresolved = code === 'INVALID_SPEC' && !isWellFormed ? 'malformed' : undefined
  return census.map(({ method, path }) => ({ state: 'skipped', method, path, code, reason: message, unresolved }))
}

/** What the report says was skipped, each entry for one operation. */
function skipsOf(skipped) {
  const all = new Map()
  for (const skip of skipped) {
    const key = `${skip.method} ${skip.path}`
    all.set(key, [...(all.get(key) ?? []), skip])
  }
  return { take: ({ method, path }) => all.get(`${method} ${path}`)?.shift() }
}

/** What notes tell, by tool and place; a place in another file counts without the file's name. */
function notesOf(notes) {
  const told = new Map()
  for (const { code, pointer, message, tools } of notes) {
    // The note of a field says its name first, and tells nothing of the other fields.
    if (WITHOUT_PARTS.includes(code) && message.startsWith('"')) continue
    const places = [pointer, ...[...pointer.matchAll(/#/g)].map(({ index }) => pointer.slice(index + 1))]
    for (const tool of tools) {
      const own = told.get(tool) ?? new Map()
      told.set(tool, own)
      for (const place of places) own.set(place, [...(own.get(place) ?? []), code])
    }
  }
  return told
}

/**
 * The inputs that no argument is and no note tells. A body is spread over arguments, or whole in one: whichever tells
 * more.
 */
function missingOf(inputs, schema, notes) {
  const open = inputs.filter((input) => !isTold(input, notes))
  const names = candidates(Object.keys(schema.properties ?? {}))
  const parts = shown(schema, schema.properties?.body)
  const isPart = (input) =>
    input.place === 'body' && !input.isWhole && (parts.has(input.name) || hasNoParts(input, notes))
  const spread = unclaimed(open, names)
  if (spread.length === 0 || !open.some(isPart)) return spread
  // All that is in it is lost with the argument that is the body.
  const whole = unclaimed([...open.filter((input) => !isPart(input)), WHOLE], names)
  const missing = [...whole.filter((input) => input !== WHOLE), ...(whole.includes(WHOLE) ? open.filter(isPart) : [])]
  return missing.length < spread.length ? missing : spread
}

const lossOf = ({ name, place, ways }) => ({ name, place, pointer: ways[0].properties[0] ?? ways[0].at[0] })

const WHOLE = { name: 'body', place: 'body' }

/** The inputs that find no argument of their own. */
function unclaimed(inputs, names) {
  const owners = new Map()
  const own = ({ name, place }) => (names.get(name) ?? []).filter((one) => place !== 'body' || one === name)
  return inputs.filter((input) => input.isSecond || !claim(input, own(input), owners, new Set()))
}

const has = (notes, places, codes) => places.some((place) => notes.get(place)?.some((code) => codes.includes(code)))

/** Whether notes tell of an input, for each form that has it, that it is not there. */
function isTold({ ways }, notes) {
  const isReadOnly = ({ properties }) =>
    properties.length > 0 && properties.every((place) => has(notes, [place], ['OAS_READONLY_REMOVED']))
  return (
    ways.some(({ at }) => has(notes, at, ['BODY_WITHOUT_MEDIA_TYPE'])) ||
    ways.every((way) => has(notes, way.at, ABSENT) || isReadOnly(way))
  )
}

/** Whether notes tell that the body which has an input is one text. */
const hasNoParts = ({ ways }, notes) => ways.some(({ at }) => has(notes, at, WITHOUT_PARTS))

/** The arguments that an input of a name may be: those of its name, or with the place of a parameter behind it. */
function candidates(names) {
  const all = new Map()
  const add = (input, name) => all.set(input, [...(all.get(input) ?? []), name])
  for (const name of names) {
    add(name, name)
    const suffixed = /^(.+)__(?:path|query|querystring|header|cookie)(?:_\d+)?$/s.exec(name)
    if (suffixed !== null) add(suffixed[1], name)
  }
  return all
}

/** Finds each input an argument of its own: one that is taken goes to this input if its owner has another one. */
function claim(input, own, owners, tried) {
  for (const name of own) {
    if (tried.has(name)) continue
    tried.add(name)
    const owner = owners.get(name)
    if (owner === undefined || claim(owner.input, owner.own, owners, tried)) {
      owners.set(name, { input, own })
      return true
    }
  }
  return false
}

/** The properties of the argument that is the whole body. */
function shown(root, schema, names = new Set(), seen = new Set()) {
  if (schema === null || typeof schema !== 'object' || seen.has(schema)) return names
  seen.add(schema)
  for (const name of Object.keys(schema.properties ?? {})) names.add(name)
  const reference = /^#\/\$defs\/(.+)$/
    .exec(schema.$ref ?? '')?.[1]
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
  if (reference !== undefined) shown(root, root.$defs?.[reference], names, seen)
  const nullable = schema.anyOf?.length === 2 && schema.anyOf[1]?.type === 'null' ? [schema.anyOf[0]] : []
  for (const part of [...(schema.allOf ?? []), ...nullable]) shown(root, part, names, seen)
  return names
}
