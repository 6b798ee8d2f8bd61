// Made tools: as many as are asked for, from real ones. A made source is a real one under another name whose nouns are
// exchanged within their kind, each for the same one in the whole source: `listUsers` becomes `listCouriers`. They are
// distractors: they say how fast a search is at that size, and what it finds among many tools that look alike.
import { oneOf, randomOf, shuffled } from './random.mjs'

/** Nouns in the singular. One of a kind stands for another of it; a word stands in one kind. */
export const NOUNS = {
  people:
    'user member customer employee contact owner author reviewer visitor patient student teacher driver courier ' +
    'agent guest tenant supplier vendor candidate attendee subscriber manager operator engineer',
  groups:
    'team group organization company department project workspace community channel committee class squad crew club ' +
    'household branch division league tribe',
  places:
    'folder directory repository bucket library warehouse room building city country region zone location store ' +
    'shelf garage harbor office stadium terminal airport clinic',
  writings:
    'document file page note message comment report article post letter template contract form draft paper manual ' +
    'brochure chapter essay recipe',
  work:
    'issue task ticket job deployment build release milestone workflow run incident request sprint campaign shipment ' +
    'booking delivery inspection repair lesson rehearsal',
  money:
    'invoice payment charge refund price account transaction subscription coupon balance dispute payout quote order ' +
    'budget loan salary donation deposit voucher mortgage',
  things:
    'product item image video device vehicle book card machine engine sensor camera printer bicycle parcel ' +
    'instrument medicine plant ship',
  computing:
    'server cluster node pod service domain certificate gateway network volume queue function database table ' +
    'cache proxy router firewall registry compiler tunnel',
  rules:
    'policy rule permission role scope limit quota setting preference filter alert reminder license schedule ' +
    'guideline law regulation treaty norm',
  marks: 'label tag category topic badge color symbol emoji ribbon sticker genre flavor stamp',
  events:
    'event meeting webhook session visit match concert festival webinar lecture auction exam flight wedding parade',
}

const SYLLABLES = 'ka lo mi ru ve no sa ti pe du ga zo fi ha be ly qua tor wen dra'.split(' ')

/**
 * Makes tools. An original, and what is made, is `{ source, method, path, operationId, description, category,
 * parameters: [{ name, description, type, enum }] }`. No two of all have the same text.
 * @returns the made ones alone, exactly `count`, source after source
 */
export function madeTools(originals, { count, seed = 1 }) {
  const random = randomOf(seed)
  const groups = grouped(originals)
  const texts = new Set(originals.map(textOf))
  const sources = new Set(groups.keys())
  const made = []
  while (made.length < count) {
    const before = made.length
    for (const [original, tools] of groups) {
      const source = newSource(random, sources)
      const swap = swapOf(original, source, exchanges(random))
      for (const tool of tools) {
        if (made.length === count) return made
        const one = exchanged(tool, swap, source)
        const text = textOf(one)
        if (texts.has(text)) continue
        texts.add(text)
        made.push(one)
      }
    }
    if (made.length === before) throw new Error(`${before} tools are all that can be made of these: none has a noun`)
  }
  return made
}

/** What a search may read of a tool, but for the name of its source. */
export function textOf({ method, path, operationId, description, parameters }) {
  return [operationId, method, path, description, ...parameters.map(({ name }) => name)].join('\n')
}

/** An OpenAPI document for each source of made tools. */
export function documentsOf(tools) {
  const documents = new Map()
  for (const [source, own] of grouped(tools)) {
    const paths = Object.create(null)
    for (const tool of own) (paths[tool.path] ??= {})[tool.method.toLowerCase()] = operationOf(tool)
    const info = { title: source, version: '1.0.0' }
    documents.set(source, { openapi: '3.1.0', info, servers: [{ url: `https://${source}.example` }], paths })
  }
  return documents
}

function operationOf({ method, path, operationId, description, category, parameters }) {
  const [summary, ...rest] = description.split('\n\n')
  const variables = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
  const inPath = variables.map((name) => ({
    name,
    in: 'path',
    required: true,
    description: parameters.find((one) => one.name === name)?.description,
    schema: { type: 'string' },
  }))
  const others = parameters.filter(({ name }) => !variables.includes(name))
  const hasBody = ['POST', 'PUT', 'PATCH'].includes(method) && others.length > 0
  const schemaOf = ({ type, enum: values }) => (values === undefined ? { type } : { type, enum: values })
  const inQuery = hasBody ? [] : others.map((one) => ({ ...inQueryOf(one), schema: schemaOf(one) }))
  const properties = Object.fromEntries(
    others.map((one) => [one.name, { ...schemaOf(one), description: one.description }]),
  )
  return {
    operationId,
    summary,
    ...(rest.length > 0 && { description: rest.join('\n\n') }),
    ...(category !== undefined && { tags: [category] }),
    parameters: [...inPath, ...inQuery],
    ...(hasBody && { requestBody: { content: { 'application/json': { schema: { type: 'object', properties } } } } }),
    responses: { 200: { description: 'OK' } },
  }
}

const inQueryOf = ({ name, description }) => ({ name, in: 'query', description })

function exchanged(tool, swap, source) {
  return {
    source,
    method: tool.method,
    path: swap(tool.path),
    operationId: swap(tool.operationId),
    description: swap(tool.description),
    category: swap(tool.category),
    parameters: tool.parameters.map((one) => ({ ...one, name: swap(one.name), description: swap(one.description) })),
  }
}

/** What exchanges the nouns of a text, and the name of its source, by which a model would ask for the real one. */
function swapOf(original, source, words) {
  const named = new RegExp(`(?<![a-z])${original}`, 'gi')
  return (text) => (text === undefined ? undefined : exchangeNouns(text.replace(named, source), words))
}

/** Which noun stands for which: each kind in another order, so that no two nouns become the same. */
export function exchanges(random) {
  const words = new Map()
  for (const kind of Object.values(NOUNS)) {
    const nouns = kind.split(' ')
    const others = shuffled(random, nouns)
    nouns.forEach((noun, i) => {
      words.set(noun, others[i])
      words.set(plural(noun), plural(others[i]))
    })
  }
  return words
}

/** A text with other nouns, in the case in which each stands: `user_id`, `UserId`, `Lists users`. */
export function exchangeNouns(text, words) {
  return text.replace(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g, (word) => {
    const other = words.get(word.toLowerCase())
    if (other === undefined) return word
    if (word.length > 1 && word === word.toUpperCase()) return other.toUpperCase()
    return /^[A-Z]/.test(word) ? other[0].toUpperCase() + other.slice(1) : other
  })
}

function plural(noun) {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}

/** A name that no source has yet. */
function newSource(random, sources) {
  for (let length = 3; ; length++) {
    const name = Array.from({ length }, () => oneOf(random, SYLLABLES)).join('')
    if (sources.has(name)) continue
    sources.add(name)
    return name
  }
}

function grouped(tools) {
  const groups = new Map()
  for (const tool of tools) {
    const own = groups.get(tool.source)
    if (own === undefined) groups.set(tool.source, [tool])
    else own.push(tool)
  }
  return groups
}
