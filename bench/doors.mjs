// Crossings between JavaScript and Rust: how many calls into the addon one call of a tool makes, and how many bytes of
// text and files cross with them. Counted, not timed: the figures are the same on every machine. The closure itself
// and the settlement of a promise are not counted.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { goal, table, title } from './lib/table.mjs'
import { load, wrapAddon } from './lib/toolrack.mjs'

const ITEMS = { items: Array.from({ length: 40 }, (_, id) => ({ id, name: `name ${id}` })) }
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/items/{id}': {
      get: {
        operationId: 'items',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: 'The items' } },
      },
    },
  },
}
const WEATHER = {
  name: 'weather',
  description: 'The weather forecast of a city',
  parameters: { city: { type: 'string' } },
  execute: ({ city }) => city,
}

/** The most crossings that each call may make. */
const MOST = {
  'execute a closure': 1,
  'respond with a closure': 2,
  'execute an HTTP operation': 1,
  'respond with an HTTP operation': 1,
  'execute a closure, on a snapshot': 1,
  'respond with an HTTP operation, on a snapshot': 1,
  'execute a closure with a concurrency limit': 2,
  register: 1,
  replace: 1,
  'disable, enable': 2,
}

const use = (name, input) => ({ type: 'tool_use', id: 'toolu_1', name, input })

/** The calls that are counted, by name. */
async function actions(origin) {
  const { ToolRegistry, SpecLoader } = load()
  const registry = new ToolRegistry()
  const handle = registry.register(WEATHER)
  registry.register({ ...WEATHER, name: 'limited', callLimits: { concurrency: 2 } })
  await new SpecLoader(registry).load(DOCUMENT, { name: 'shop', baseUrl: origin })
  const turn = registry.snapshot()
  const writes = new ToolRegistry()
  let number = 0
  return {
    'execute a closure': () => registry.execute('weather', { city: 'Zürich' }),
    'respond with a closure': () => registry.respond('anthropic', use('weather', { city: 'Zürich' })),
    'execute an HTTP operation': () => registry.execute('items', { id: '1' }),
    'respond with an HTTP operation': () => registry.respond('anthropic', use('items', { id: '1' })),
    'execute a closure, on a snapshot': () => turn.execute('weather', { city: 'Zürich' }),
    'respond with an HTTP operation, on a snapshot': () => turn.respond('anthropic', use('items', { id: '1' })),
    'execute a closure with a concurrency limit': () => registry.execute('limited', { city: 'Zürich' }),
    'execute a closure, first after a change': Object.assign(
      () => registry.execute('weather', { city: 'Zürich' }),
      // Not counted.
      { prepare: () => (handle.disable(), handle.enable()) },
    ),
    register: () => void writes.register({ ...WEATHER, name: `tool_${number++}` }),
    replace: () => void writes.replace({ ...WEATHER, name: 'tool_0', description: `Version ${number++}` }),
    'disable, enable': () => {
      handle.disable()
      handle.enable()
    },
  }
}

/** The bytes of text and files in a value that crosses; `later` gets the value of a promise. */
function bytesOf(value, later) {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.byteLength
  if (value instanceof Promise) {
    // The caller handles the rejection.
    value.then(later, () => {})
    return 0
  }
  const isData = Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype
  return isData ? Object.values(value).reduce((sum, member) => sum + bytesOf(member, later), 0) : 0
}

export async function run() {
  title('doors: crossings between JavaScript and Rust in one call')
  let count = { crossings: 0, bytes: 0 }
  wrapAddon((args, door) => {
    const counted = count
    const add = (value) => (counted.bytes += bytesOf(value, add))
    counted.crossings++
    add([...args])
    const result = door()
    add(result)
    return result
  })
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(ITEMS))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const rows = []
  for (const [name, act] of Object.entries(await actions(`http://127.0.0.1:${server.address().port}`))) {
    // What the first calls make is kept for later ones.
    await act()
    await act()
    act.prepare?.()
    count = { crossings: 0, bytes: 0 }
    const answer = await act()
    // The promise of the addon settles before that of the call.
    rows.push([
      name,
      count.crossings,
      count.bytes,
      answer === undefined ? 0 : Buffer.byteLength(JSON.stringify(answer)),
    ])
  }
  server.close()
  server.closeAllConnections()
  table(['', 'crossings', 'bytes', 'bytes of the answer'], rows)
  for (const [name, crossings] of rows) {
    if (name in MOST) goal(`${name}: at most ${MOST[name]}`, String(crossings), crossings <= MOST[name])
  }
}
