// Arguments that a tool takes, made from the words of its schema. Not all are: the tool judges them.

/** How deep values go whose parts are optional. */
const DEEPEST = 5

/** Texts that patterns and formats of APIs ask for. */
const TEXTS = [
  'abc',
  '1',
  '11446498',
  'a1b2c3',
  'A',
  '2024-05-06T07:08:09Z',
  '2024-05-06',
  'en',
  'a@example.com',
  'https://example.com/a',
  '6dcb09b5b57875f334f61aebed695e2e4193db5e',
  '#ff0000',
  'ff0000',
  '1.2.3',
  '10',
  'folders',
  '=',
  'a/b',
  '12:00',
  'sha256:' + 'a'.repeat(64),
  'ssh-rsa AAAAB3NzaC1yc2EAAA',
]
const FORMATS = {
  'date-time': '2024-05-06T07:08:09Z',
  date: '2024-05-06',
  time: '07:08:09Z',
  email: 'a@example.com',
  uri: 'https://example.com/a',
  url: 'https://example.com/a',
  'uri-reference': '/a',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  duration: 'P1D',
  'json-pointer': '/a',
  regex: 'a',
}

/**
 * A value that a schema may take: with its optional parts or without them; of a union the branch of that number.
 * @param {{ optional?: boolean, branch?: number }} style
 */
export function sample(schema, { optional = true, branch = 0 } = {}) {
  const root = schema
  const value = (schema, depth) => {
    const whole = merged(schema, depth)
    if ('const' in whole) return whole.const
    if (whole.enum !== undefined) return whole.enum.find((one) => one !== null) ?? whole.enum[0]
    const types = [whole.type ?? kindOf(whole)].flat()
    const type = types.find((type) => type !== 'null') ?? types[0]
    if (type === 'object') return object(whole, depth)
    if (type === 'array') return array(whole, depth)
    if (type === 'integer' || type === 'number') return number(whole, type)
    if (type === 'boolean') return true
    return type === 'null' ? null : text(whole)
  }
  /** A schema with what it refers to, all of its parts, and one branch of each union. */
  const merged = (schema, depth) => {
    if (schema === true || schema === undefined || depth > DEEPEST + 12) return {}
    const { $ref, allOf = [], oneOf, anyOf, ...own } = schema
    const union = oneOf ?? anyOf
    const parts = [
      ...($ref === undefined
        ? []
        : [root.$defs[decodeURIComponent($ref.slice('#/$defs/'.length)).replaceAll('~1', '/').replaceAll('~0', '~')]]),
      ...allOf,
      ...(union === undefined ? [] : [union.filter(({ type }) => type !== 'null')[branch % union.length] ?? union[0]]),
    ]
    return parts
      .map((part) => merged(part, depth + 1))
      .reduceRight(
        (own, part) => ({
          ...part,
          ...own,
          properties: { ...part.properties, ...own.properties },
          required: [...new Set([...(part.required ?? []), ...(own.required ?? [])])],
          ...(part.enum && own.enum ? { enum: own.enum.filter((one) => part.enum.includes(one)) } : {}),
        }),
        own,
      )
  }
  const object = ({ properties = {}, required = [], additionalProperties, minProperties = 0 }, depth) => {
    const entries = Object.entries(properties).filter(
      ([name]) => required.includes(name) || (optional && depth < DEEPEST),
    )
    const held = entries.map(([name, schema]) => [name, value(schema, depth + 1)])
    for (const name of required) if (!Object.hasOwn(properties, name)) held.push([name, 'a'])
    const more = typeof additionalProperties === 'object' ? additionalProperties : {}
    for (
      let i = 0;
      held.length < minProperties ||
      (i === 0 && held.length === 0 && optional && additionalProperties && depth < DEEPEST);
      i++
    )
      held.push([`key${i}`, value(more, depth + 1)])
    return Object.fromEntries(held)
  }
  const array = ({ items, minItems = 0, maxItems = Infinity, uniqueItems }, depth) => {
    const length = Math.min(Math.max(minItems, optional && depth < DEEPEST ? 1 : 0), maxItems)
    const one = () => value(items, depth + 1)
    return Array.from({ length }, (_, i) =>
      uniqueItems && i > 0 && typeof one() === 'string' ? `${one()}${i}` : one(),
    )
  }
  return value(schema, 0)
}

const kindOf = (schema) =>
  'properties' in schema && Object.keys(schema.properties).length > 0
    ? 'object'
    : 'items' in schema
      ? 'array'
      : 'minimum' in schema || 'maximum' in schema
        ? 'number'
        : 'string'

function number({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 }, type) {
  const least =
    minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + (type === 'integer' ? 1 : 0.5))
  const most =
    maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - (type === 'integer' ? 1 : 0.5))
  const wanted = Math.min(Math.max(1, least ?? 1), most ?? Infinity)
  return type === 'integer' ? Math.ceil(wanted / multipleOf) * multipleOf : wanted
}

function text({ pattern, format, minLength = 0, maxLength = Infinity, examples = [], contentEncoding }) {
  if (contentEncoding === 'base64') return 'AAEC'
  const fits = (text) =>
    text.length >= minLength && text.length <= maxLength && (pattern === undefined || matches(pattern, text))
  const given = [FORMATS[format], ...examples.filter((one) => typeof one === 'string'), ...TEXTS].filter(
    (text) => text !== undefined,
  )
  return given.find(fits) ?? 'a'.repeat(Math.min(Math.max(minLength, 1), maxLength))
}

function matches(pattern, text) {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}
