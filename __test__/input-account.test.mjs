// A second opinion on what the report says of inputs: documents of the field, parsed by another parser and counted in
// plain JavaScript, beside the tools and the notes that came of them. They stand beside the checkout and are no part of
// it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { load as parseYaml } from 'js-yaml'
import { SpecLoader, ToolRegistry } from 'toolrack'

const folder = new URL('../../shared/specs/dev/', import.meta.url)
const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(json|yaml)$/.test(file)) : []
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/** What a value stands for: local references alone. */
function follow(root, value) {
  for (let hops = 0; typeof value?.$ref === 'string' && value.$ref.startsWith('#/') && hops < 50; hops++) {
    const keys = value.$ref
      .slice(2)
      .split('/')
      .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    value = keys.reduce((node, key) => node?.[key], root)
  }
  return value
}

/** The names of the properties that a schema has itself, by reference, by allOf and beside null. */
function properties(root, schema, seen = new Set()) {
  if (schema === null || typeof schema !== 'object' || seen.has(schema)) return []
  seen.add(schema)
  const nullable = schema.anyOf?.length === 2 && schema.anyOf[1]?.type === 'null' ? [schema.anyOf[0]] : []
  const parts = [...(schema.$ref === undefined ? [] : [follow(root, schema)]), ...(schema.allOf ?? []), ...nullable]
  const own =
    schema.$ref !== undefined && !/^3\.[12]/.test(root.openapi ?? '3.1') ? [] : Object.keys(schema.properties ?? {})
  return [...new Set([...own, ...parts.flatMap((part) => properties(root, part, seen))])]
}

/** Every operation with its parameters and the names in its body. */
function* operations(root) {
  for (const [path, written] of Object.entries(root.paths)) {
    const item = follow(root, written)
    for (const method of METHODS.filter((method) => method in item)) {
      const operation = item[method]
      const all = new Map(
        [...(item.parameters ?? []), ...(operation.parameters ?? [])]
          .map((one) => follow(root, one))
          .map((one) => [`${one.in} ${one.name}`, one]),
      )
      const parameters = [...all.values()].filter(({ in: place }) => !['body', 'formData'].includes(place))
      const fields = [...all.values()].filter(({ in: place }) => place === 'formData').map(({ name }) => name)
      const whole =
        root.swagger === undefined
          ? content(root, operation.requestBody)
          : [...all.values()].find(({ in: place }) => place === 'body')
      const names = whole === undefined ? fields : properties(root, whole.schema)
      yield {
        method: method.toUpperCase(),
        path,
        parameters,
        body: whole !== undefined && names.length === 0 ? ['body'] : names,
      }
    }
  }
}

/** What all media types of a body say of it together. */
function content(root, requestBody) {
  const media = Object.values(follow(root, requestBody)?.content ?? {}).map((one) => follow(root, one).schema)
  if (media.length === 0) return undefined
  const names = new Set(media.flatMap((schema) => properties(root, schema)))
  return { schema: { properties: Object.fromEntries([...names].map((name) => [name, {}])) } }
}

/** Whether a model sees a parameter: under its name, or under one with its place behind it. */
const isArgument = (names, { name, in: place }) =>
  names.some((own) => own === name || own === `${name}__${place}` || own.startsWith(`${name}__${place}_`))

for (const file of files) {
  test(`the inputs of ${file} are those that another count finds`, async () => {
    const bytes = readFileSync(new URL(file, folder), 'utf8')
    const root = file.endsWith('.json') ? JSON.parse(bytes) : parseYaml(bytes)
    const registry = new ToolRegistry()
    const report = await new SpecLoader(registry).load(new URL(file, folder), { document: { deprecated: 'include' } })
    const named = new Map(registry.names().names.map(({ method, path, name }) => [`${method} ${path}`, name]))
    const skipped = new Set(report.skipped.map(({ method, path }) => `${method} ${path}`))
    const notes = new Map(registry.list().map((name) => [name, []]))
    for (const { tools, message } of report.notes) for (const name of tools) notes.get(name).push(message)

    const counted = {
      parameters: { declared: 0, exposed: 0, reported: 0 },
      bodyProperties: { declared: 0, exposed: 0, reported: 0 },
    }
    const lost = []
    for (const { method, path, parameters, body } of operations(root)) {
      if (skipped.has(`${method} ${path}`)) continue
      const tool = registry.get(named.get(`${method} ${path}`))
      const schema = tool.inputSchema
      const names = Object.keys(schema.properties)
      const inBody =
        'body' in schema.properties ? properties({ ...schema, openapi: '3.1' }, schema.properties.body) : []
      const isTold = (name) =>
        notes
          .get(tool.name)
          .some(
            (message) =>
              message.includes(`"${name}"`) ||
              message.includes('as base64') ||
              message.includes('as one text') ||
              message.startsWith('the body is sent as '),
          )
      const count = (tally, name, isExposed) => {
        tally.declared += 1
        if (isExposed) tally.exposed += 1
        else if (isTold(name)) tally.reported += 1
        else lost.push(`${method} ${path}: ${name}`)
      }
      for (const one of parameters) count(counted.parameters, one.name, isArgument(names, one))
      // An argument of that name is the parameter's where one has it, unless that one has another name.
      const isFree = (name) =>
        parameters.every((one) => one.name !== name || names.some((own) => own.startsWith(`${name}__${one.in}`)))
      for (const name of body)
        count(counted.bodyProperties, name, (names.includes(name) && isFree(name)) || inBody.includes(name))
    }
    assert.deepEqual(lost, [])
    assert.deepEqual(report.lost, [])
    assert.deepEqual(counted, report.inputs)
    assert.ok(counted.parameters.declared > 0 || counted.bodyProperties.declared > 0)
  })
}

test(
  'the documents of the field are there',
  { skip: files.length > 0 ? false : 'there is no ../shared/specs/dev' },
  () => {
    assert.ok(files.length > 5)
  },
)
