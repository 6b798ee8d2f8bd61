// Every way of writing an operation and its inputs that a census has to count, each as the files of a document; the
// first file is the one that is loaded.
const DESCRIBED = { responses: {} }
const at = (paths, more = {}) => ({ openapi: '3.1.0', servers: [{ url: 'http://127.0.0.1:9' }], paths, ...more })
const only = (document) => ({ 'a.json': document })
const query = (name, more) => ({ name, in: 'query', schema: { type: 'string' }, ...more })
const text = { type: 'string' }
const object = (...names) => ({ type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])) })

/** Ways of writing an operation, and the operations that are there. */
export const WAYS = {
  'each method of OpenAPI 3.0': {
    files: only(
      at(
        {
          '/a': Object.fromEntries(
            ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'].map((method) => [method, DESCRIBED]),
          ),
        },
        { openapi: '3.0.4' },
      ),
    ),
    operations: ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'].map((method) => `${method} /a`),
  },
  'each method of Swagger 2.0': {
    files: only({
      swagger: '2.0',
      host: 'a.example',
      paths: {
        '/a': Object.fromEntries(
          ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'].map((method) => [method, DESCRIBED]),
        ),
      },
    }),
    operations: ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'].map((method) => `${method} /a`),
  },
  'query and additionalOperations of OpenAPI 3.2': {
    files: only(
      at(
        { '/a': { query: DESCRIBED, additionalOperations: { LINK: DESCRIBED, purge: DESCRIBED } } },
        { openapi: '3.2.0' },
      ),
    ),
    operations: ['QUERY /a', 'LINK /a', 'purge /a'],
  },
  'a path item in components': {
    files: only(
      at({ '/a': { $ref: '#/components/pathItems/a' } }, { components: { pathItems: { a: { get: DESCRIBED } } } }),
    ),
    operations: ['GET /a'],
  },
  'a path item beside a reference to more of it': {
    files: only(
      at(
        { '/a': { $ref: '#/x-items/a', get: DESCRIBED } },
        {
          'x-items': { a: { $ref: '#/x-items/b', get: { deprecated: true }, put: DESCRIBED }, b: { post: DESCRIBED } },
        },
      ),
    ),
    operations: ['GET /a', 'PUT /a', 'POST /a'],
  },
  'a path item in another file': {
    files: {
      'a.json': at({ '/a': { $ref: 'paths/a.yaml' } }),
      'paths/a.yaml': 'get: { responses: {} }\npost: { responses: {} }\n',
    },
    operations: ['GET /a', 'POST /a'],
  },
  'a path item in a file of another folder': {
    files: {
      'main/a.json': at({ '/a': { $ref: '../paths/a.json#/items/0' } }),
      'paths/a.json': { items: [{ get: DESCRIBED }] },
    },
    operations: ['GET /a'],
  },
  'a path of another document, its reference percent-encoded': {
    files: {
      'a.json': at({ '/a': { $ref: 'other%20one.json#/paths/~1b~1%7Bid%7D' } }),
      'other one.json': at({ '/b/{id}': { delete: DESCRIBED } }),
    },
    operations: ['DELETE /a'],
  },
  'a reference that is an operation': {
    files: only(
      at(
        { '/a': { get: { $ref: '#/x-operations/one' } }, '/b': { put: { $ref: '#/paths/~1a/get' } } },
        { 'x-operations': { one: DESCRIBED } },
      ),
    ),
    operations: ['GET /a', 'PUT /b'],
  },
  'a reference to an operation in another file': {
    files: {
      'a.yaml': 'openapi: 3.0.0\npaths:\n  /a:\n    get:\n      $ref: operations/get.yml\n',
      'operations/get.yml': 'responses: {}\n',
    },
    operations: ['GET /a'],
  },
  'merge keys and aliases of YAML': {
    files: {
      'a.yaml':
        'openapi: 3.0.0\nx-all: &all\n  get: &get { responses: {} }\n' +
        'paths:\n  /a:\n    <<: *all\n    put: *get\n  /b: *all\n  /c:\n    <<: [*all, { post: *get }]\n',
    },
    operations: ['GET /a', 'PUT /a', 'GET /b', 'GET /c', 'POST /c'],
  },
  'a name that objects of JavaScript have': {
    files: { 'a.json': '{"openapi": "3.0.0", "paths": {"__proto__": {"get": {}}, "constructor": {"get": {}}}}' },
    operations: ['GET __proto__', 'GET constructor'],
  },
  'brackets of YAML, quoted lines too far left': {
    files: { 'a.yaml': '{openapi: 3.0.0,\npaths: {/a: {get: {summary: "one\ntwo",\n},},},}' },
    operations: ['GET /a'],
  },
  'one that is deprecated, and one in UTF-16': {
    files: { 'a.json': `\uFEFF${JSON.stringify(at({ '/ä': { get: { deprecated: true } } }))}` },
    operations: ['GET /ä'],
  },
  'a path among extensions': {
    files: only(at({ 'x-draft': { get: DESCRIBED }, '/x-a': { 'x-get': DESCRIBED, summary: 'get', get: DESCRIBED } })),
    operations: ['GET /x-a'],
  },
}

const post = (operation, more) => only(at({ '/a': { post: operation } }, more))
const body = (content) => ({ requestBody: { content } })

/** Ways of writing parameters; `inputs` are those of the operation, `told` those that are in notes alone. */
export const PARAMETERS = {
  'a path item and its operation': {
    files: only(
      at({
        '/a/{id}': {
          parameters: [query('a'), { name: 'id', in: 'path', required: true, schema: text }, query('b')],
          get: { parameters: [query('b'), query('c')] },
        },
      }),
    ),
    inputs: ['b', 'c', 'a', 'id'],
  },
  'parameters of one name in three places': {
    files: post({
      parameters: [query('a'), { name: 'a', in: 'header', schema: text }, { name: 'a', in: 'cookie', schema: text }],
      ...body({ 'application/json': { schema: object('a') } }),
    }),
    inputs: ['a', 'a', 'a', 'a'],
  },
  'parameters by reference, here and in another file': {
    files: {
      ...post(
        { parameters: [{ $ref: '#/components/parameters/a' }, { $ref: 'b.json#/b' }] },
        { components: { parameters: { a: query('a') } } },
      ),
      'b.json': { b: query('b') },
    },
    inputs: ['a', 'b'],
  },
  'parameters of a path item that is a reference': {
    files: only(
      at(
        { '/a': { parameters: [query('a')], $ref: '#/components/pathItems/a' } },
        { components: { pathItems: { a: { parameters: [query('a'), query('b')], get: DESCRIBED } } } },
      ),
    ),
    inputs: ['a', 'b'],
  },
  'parameters that are told and not exposed': {
    files: post({
      parameters: [
        query('a'),
        query('a'),
        { name: 'Accept', in: 'header' },
        { name: 'gone', in: 'path', required: true },
        { in: 'query' },
        { name: 'b', in: 'nowhere' },
      ],
    }),
    inputs: ['a', 'a', 'Accept', 'gone', '', 'b'],
    told: ['a', 'Accept', 'gone', '', 'b'],
  },
  'parameters with content': {
    files: post({ parameters: [{ name: 'a', in: 'query', content: { 'application/json': { schema: object('b') } } }] }),
    inputs: ['a'],
  },
}

const swagger = (operation, more) =>
  only({ swagger: '2.0', host: 'a.example', paths: { '/a': { post: operation } }, ...more })

/** Ways of writing a body. */
export const BODIES = {
  'a body with properties': {
    files: post(body({ 'application/json': { schema: object('a', 'b') } })),
    inputs: ['a', 'b'],
  },
  'a body without properties': {
    files: post(body({ 'application/json': { schema: { type: 'array' } } })),
    inputs: ['body'],
  },
  'a body of an empty schema and of none': { files: post(body({ 'application/json': {} })), inputs: ['body'] },
  'a body by reference': {
    files: {
      ...post({ requestBody: { $ref: 'b.yaml#/bodies/a' } }),
      'b.yaml':
        'bodies:\n  a: { content: { application/json: { schema: { $ref: "#/schemas/a" } } } }\n' +
        'schemas: { a: { properties: { a: {}, b: {} } } }\n',
    },
    inputs: ['a', 'b'],
  },
  'a body by allOf, with more beside a reference': {
    files: post(
      body({
        'application/json': {
          schema: { allOf: [{ $ref: '#/components/schemas/a', properties: { b: text } }, object('c')] },
        },
      }),
      { components: { schemas: { a: object('a') } } },
    ),
    inputs: ['b', 'a', 'c'],
  },
  'a body beside a reference of OpenAPI 3.0': {
    files: post(body({ 'application/json': { schema: { $ref: '#/components/schemas/a', properties: { b: text } } } }), {
      openapi: '3.0.0',
      components: { schemas: { a: object('a') } },
    }),
    inputs: ['a'],
  },
  'a schema with a name of its own': {
    files: post(body({ 'application/json': { schema: { $ref: 'https://schemas.example/a#own' } } }), {
      components: {
        schemas: { a: { $id: 'https://schemas.example/a', $defs: { b: { $anchor: 'own', ...object('a') } } } },
      },
    }),
    inputs: ['a'],
  },
  'a body that only answers have in part': {
    files: post(body({ 'application/json': { schema: { properties: { a: text, b: { readOnly: true } } } } })),
    inputs: ['a', 'b'],
    told: ['b'],
  },
  'two media types with schemas of their own': {
    files: post(body({ 'application/xml': { schema: object('a', 'b') }, 'application/json': { schema: object('a') } })),
    inputs: ['a', 'b'],
    told: ['b'],
  },
  'a body that is one text': {
    files: post(body({ 'application/xml': { schema: object('a', 'b') } })),
    inputs: ['a', 'b'],
    told: ['a', 'b'],
  },
  'a form and a file': {
    files: post(
      body({ 'multipart/form-data': { schema: { properties: { a: text, b: { type: 'string', format: 'binary' } } } } }),
    ),
    inputs: ['a', 'b'],
  },
  'a body of no media type': { files: post(body({ '': { schema: object('a') } })), inputs: ['a'] },
  'a parameter of Swagger 2.0 that is the body': {
    files: swagger(
      {
        parameters: [
          { name: 'whatever', in: 'body', schema: { $ref: '#/definitions/a' } },
          { name: 'q', in: 'query', type: 'string' },
        ],
      },
      { definitions: { a: object('a', 'b') } },
    ),
    inputs: ['a', 'b', 'q'],
  },
  'the fields of a form of Swagger 2.0': {
    files: swagger({
      consumes: ['multipart/form-data'],
      parameters: [
        { name: 'a', in: 'formData', type: 'string' },
        { name: 'b', in: 'formData', type: 'file' },
      ],
    }),
    inputs: ['a', 'b'],
  },
  'a body beside a form, and twice': {
    files: swagger({
      parameters: [
        { name: 'one', in: 'body', schema: object('a') },
        { name: 'two', in: 'body', schema: object('b') },
        { name: 'c', in: 'formData', type: 'string' },
      ],
    }),
    inputs: ['a', 'two', 'c'],
    told: ['two', 'c'],
  },
  'a body among the parameters of OpenAPI 3': {
    files: post({ parameters: [{ name: 'x', in: 'body', schema: object('a') }] }),
    inputs: ['a'],
  },
}

const dangling = (parameter) => post({ parameters: [parameter] })

/** Operations that nobody can read, or that toolrack does not; what is said of the one that is there. */
export const SKIPPED = {
  'whose reference leads nowhere': {
    files: dangling({ $ref: '#/components/parameters/a' }),
    skipped: 'POST /a UNRESOLVED_REF leads nowhere',
  },
  'whose file is not there': { files: dangling({ $ref: 'b.json' }), skipped: 'POST /a SOURCE_UNREADABLE no such file' },
  'whose reference is an address of the network': {
    files: dangling({ $ref: 'http://127.0.0.1:9/b.json' }),
    skipped: 'POST /a SOURCE_FORBIDDEN unreachable address',
  },
  'whose references go in a circle': {
    files: post({ $ref: '#/paths/~1a/post' }),
    skipped: 'POST /a UNRESOLVED_REF circle',
  },
  'whose parameters are no list': { files: post({ parameters: {} }), skipped: 'POST /a INVALID_SPEC malformed' },
  'whose body has no content': { files: post({ requestBody: {} }), skipped: 'POST /a INVALID_SPEC malformed' },
  'that is no map': { files: post([]), skipped: 'POST /a INVALID_SPEC malformed' },
  'under a method in capitals': {
    files: only(at({ '/a': { GET: DESCRIBED } })),
    skipped: 'GET /a INVALID_SPEC malformed',
  },
  'under a method of a later version': {
    files: only(at({ '/a': { query: DESCRIBED } })),
    skipped: 'query /a INVALID_SPEC malformed',
  },
  'whose path item is none': { files: only(at({ '/a': null })), skipped: '* /a INVALID_SPEC malformed' },
  'whose path item is not there': {
    files: only(at({ '/a': { $ref: 'b.json' } })),
    skipped: '* /a SOURCE_UNREADABLE no such file',
  },
  'whose path leads out of itself': {
    files: only(at({ '/a/../b': { get: DESCRIBED } })),
    skipped: 'GET /a/../b INVALID_SPEC malformed',
  },
  'and counts against the share, whose definition is too long': {
    files: post(body({ 'application/json': { schema: { enum: ['x'.repeat(4_000_000)] } } })),
    skipped: 'POST /a LIMIT_EXCEEDED',
  },
}
