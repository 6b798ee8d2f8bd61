// What the facts need: no test runner, and the globals of the program that runs them.
const { createServer } = require('node:http')
const { createContext, runInContext } = require('node:vm')

const elsewhere = createContext({})
/** A value of another realm, as a host or a library hands it in. */
exports.foreign = (code) => runInContext(code, elsewhere)

/** Compares by JSON, because values of two realms have two prototypes. */
exports.same = (actual, expected) => {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`is ${is}, should be ${should}`)
}

/** The fault that an action throws or rejects with. */
exports.faultOf = async (action) => {
  try {
    await action()
  } catch (thrown) {
    return thrown
  }
  throw new Error(`${action} was not refused`)
}

/** An API on this machine. @returns {Promise<{ url: string, close: () => void }>} */
exports.serve = (answer) =>
  new Promise((resolve, reject) => {
    const server = createServer(answer).on('error', reject)
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }),
    )
  })

/** A definition in which only what a fact is about has to be said. */
const echo = (over) => ({
  name: 'echo',
  description: 'Says what it was told',
  parameters: { n: { type: 'integer', required: false } },
  execute: (params) => params,
  ...over,
})
exports.echo = echo

/** Makes a registry that has these tools. */
exports.maker =
  (ToolRegistry) =>
  (...tools) => {
    const registry = new ToolRegistry()
    for (const one of tools) registry.register(echo(one))
    return registry
  }

/** A document with an operation `GET /<id>` for each id. */
exports.document = (...ids) => ({
  openapi: '3.1.0',
  paths: Object.fromEntries(ids.map((id) => [`/${id}`, { get: { operationId: id } }])),
})
exports.hangs = { name: 'hangs', execute: () => new Promise(() => {}) }
