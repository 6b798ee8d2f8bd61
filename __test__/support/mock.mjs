// A server that is made of a document by code that is not ours, and judges what it is asked: Prism of Stoplight, which
// reads Swagger 2.0 and OpenAPI 3 by itself, finds the operation, and validates path, query, headers and body with ajv.
import { createServer } from 'node:http'
import { once } from 'node:events'
import prism from '@stoplight/prism-http'

const quiet = {
  ...Object.fromEntries(
    ['info', 'success', 'error', 'warn', 'debug', 'trace', 'fatal'].map((level) => [level, () => {}]),
  ),
  child: () => quiet,
}
// Credentials are not what this is about.
const CONFIG = {
  isProxy: false,
  checkSecurity: false,
  validateRequest: true,
  validateResponse: false,
  errors: true,
  mock: { dynamic: false },
}

/**
 * A server of a document's operations. `verdicts` has what is wrong with each request in its turn; nothing where all is
 * well.
 * @returns {Promise<{ url: string, verdicts: { request: string, faults: string[] }[] }>}
 */
export async function mock(t, document) {
  const operations = await prism.getHttpOperationsFromSpec(structuredClone(document))
  const instance = prism.createInstance(CONFIG, { logger: quiet })
  const verdicts = []
  const server = createServer(async (request, response) => {
    const input = await inputOf(request)
    const outcome = await instance.request(input, operations, CONFIG)()
    verdicts.push({ request: `${request.method} ${request.url}`, faults: faultsOf(outcome) })
    answer(response, outcome)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${server.address().port}`, verdicts }
}

/** A request as Prism's own server hands it on. */
async function inputOf(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://h')
  const bytes = Buffer.concat(await request.toArray())
  const isJson = /[/+]json\b/.test(request.headers['content-type'] ?? '')
  const query = [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)])
  return {
    method: request.method.toLowerCase(),
    url: {
      path: pathname,
      query: Object.fromEntries(query.map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
    },
    headers: request.headers,
    body: bytes.length === 0 ? undefined : isJson ? JSON.parse(bytes) : bytes.toString('latin1'),
  }
}

/**
 * What is wrong. Prism answers with a failure that the document has, where it has one, and says why beside it; what is
 * deprecated it warns of.
 */
function faultsOf({ _tag, left, right }) {
  const told =
    _tag === 'Right'
      ? right.validations.input
      : (left.additional?.validation ?? [{ message: `${left.name}: ${left.detail}` }])
  return told.filter(({ severity }) => severity !== 1 && severity !== 'Warning').map(({ message }) => message)
}

/** What the document says of an answer, without a length that is of another one. */
function answer(response, { _tag, left, right }) {
  if (_tag === 'Left')
    return response
      .writeHead(left.status ?? 500, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ title: left.name }))
  const { statusCode, headers = {}, body } = right.output
  const said = Object.entries(headers).filter(
    ([name, value]) => value !== undefined && !/^(content-length|transfer-encoding|connection)$/i.test(name),
  )
  response.writeHead(
    statusCode,
    Object.fromEntries(said.map(([name, value]) => [name, String(value).replace(/[^\x20-\x7e]/g, '')])),
  )
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
}
