// The tables of docs/config.md, from the JSON Schema of the configuration file. `node scripts/config-docs.mjs` writes
// them.
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { root } from './steps.mjs'

const page = `${root}/docs/config.md`
const MARKS = ['<!-- tables -->', '<!-- end of tables -->']

/** The places of the file, by the type of the schema. */
const PLACES = {
  Config: '',
  DocumentConfig: 'documents.NAME.',
  ModuleConfig: 'modules.N.',
  McpServerConfig: 'mcpServers.NAME.',
  HttpToolConfig: 'tools.N.',
  ServeConfig: 'serve.',
  RegistryConfig: 'registry.',
  LoaderConfig: 'loader.',
}

/** Names of types in a schema, however deep. */
function namesIn(schema) {
  if (typeof schema !== 'object' || schema === null) return []
  const own = typeof schema.$ref === 'string' ? [schema.$ref.split('/').at(-1)] : []
  return [...own, ...Object.values(schema).flatMap(namesIn)]
}

/** A key as a cell has it: required ones in bold, a default behind. */
function keyOf(key, { default: value }, required) {
  const shown = required.includes(key) ? `**\`${key}\`**` : `\`${key}\``
  return value === undefined ? shown : `${shown} (${typeof value === 'string' ? `'${value}'` : JSON.stringify(value)})`
}

/** The tables: the keys of each place, then those of the objects in them. */
export function configTables() {
  const schema = JSON.parse(readFileSync(`${root}/schema/config.json`, 'utf8'))
  const types = { Config: schema, ...schema.definitions }
  const uses = new Map()
  for (const [type, { properties = {} }] of Object.entries(types))
    for (const [key, value] of Object.entries(properties))
      for (const name of namesIn(value))
        if (types[name]?.properties && !PLACES[name]) uses.set(name, [...(uses.get(name) ?? []), [type, key]])
  const row = (places, { properties, required = [] }) => {
    const keys = Object.entries(properties).map(([key, value]) => keyOf(key, value, required))
    return `| ${places} | ${keys.join(', ')} |`
  }
  const rows = Object.entries(PLACES).map(([type, place]) =>
    row(place === '' ? 'the file' : `\`${place.slice(0, -1)}\``, types[type]),
  )
  // What stands in a type of several places is told by the key of that type.
  const placeOf = (type) => PLACES[type] ?? `${uses.get(type)[0][1]}.`
  const inner = [...uses].map(([name, places]) =>
    row([...new Set(places.map(([type, key]) => `\`${placeOf(type)}${key}\``))].join(', '), types[name]),
  )
  return ['| where | keys |', '|---|---|', ...rows, ...inner].join('\n')
}

/** The page with new tables. */
export function withTables(text) {
  const [before, rest] = text.split(MARKS[0])
  const [, after] = rest.split(MARKS[1])
  return `${before}${MARKS[0]}\n${configTables()}\n${MARKS[1]}${after}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(page, withTables(readFileSync(page, 'utf8')))
