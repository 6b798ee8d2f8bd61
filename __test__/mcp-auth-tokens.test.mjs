// Access tokens of an MCP server: which are taken, and every attack that is not.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { jwtVerifier } from 'toolrack/mcp'
import { ALGORITHMS, ISSUER, RESOURCE, bearer, claimsOf, guarded, jwks, keyOf, token } from './support/mcp-auth.mjs'
import { modern } from './support/mcp-http.mjs'
import { registryOf } from './support/tools.mjs'

const LIST = (headers) => modern('tools/list', {}, { headers })
const now = () => Math.floor(Date.now() / 1000)
const pem = (alg) => keyOf(alg).publicKey.export({ type: 'spki', format: 'pem' })
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })

for (const alg of ALGORITHMS)
  test(`a token that ${alg} has signed is taken`, async (t) => {
    const { ask } = await guarded(t, registryOf({}))
    assert.equal((await ask(LIST(bearer(token({}, { alg }))))).status, 200)
  })

const TAKEN = {
  'an audience in a list': token({ aud: ['x', RESOURCE] }),
  'a token without a key id': token({}, { header: { kid: undefined } }),
  'a clock that is 50 s behind': token({ exp: now() - 50 }),
  'a clock that is 50 s ahead': token({ nbf: now() + 50, iat: now() + 50 }),
  'a list of scopes in scp': token({ scope: undefined, scp: ['tools'] }),
  'a scheme in another case': [{ authorization: `bEARER  ${token()}` }],
  'duplicate keys, of which the last counts': token(JSON.stringify(claimsOf()).replace('{', '{"iss":"evil",')),
}

for (const [name, given] of Object.entries(TAKEN))
  test(`taken: ${name}`, async (t) => {
    const { ask } = await guarded(t, registryOf({}))
    const headers = typeof given === 'string' ? bearer(given) : given[0]
    assert.equal((await ask(LIST(headers))).status, 200)
  })

const [head, body, signature] = token().split('.')
const forged = Buffer.from(JSON.stringify(claimsOf({ sub: 'root' }))).toString('base64url')
const REFUSED = {
  'alg none': token({}, { alg: 'none', header: { kid: undefined } }),
  'alg none with a signature': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
  'HS256 with the public key as the secret': token({}, { alg: 'HS256', key: pem('RS256'), header: { kid: 'RS256' } }),
  'another issuer': token({ iss: 'https://evil.example' }),
  'an issuer with a slash': token({ iss: `${ISSUER}/` }),
  'another audience': token({ aud: 'https://other.example' }),
  'no audience': token({ aud: undefined }),
  'an audience that begins alike': token({ aud: `${RESOURCE}/more` }),
  'an expired token': token({ exp: now() - 61 }),
  'a token without an end': token({ exp: undefined }),
  'an end that is a text': token({ exp: '9999999999' }),
  'an end that is endless': token(JSON.stringify(claimsOf()).replace(/"exp":\d+/, '"exp":1e999')),
  'a token of the future (nbf)': token({ nbf: now() + 120 }),
  'a token of the future (iat)': token({ iat: now() + 120 }),
  'a token without a subject': token({ sub: undefined }),
  'an unknown key id': token({}, { header: { kid: 'x' } }),
  'a key id of another key': token({}, { header: { kid: 'RS256' } }),
  'a key of somebody else': token({}, { key: other }),
  'another algorithm than that of the key': token({}, { alg: 'PS256', header: { kid: 'RS256' } }),
  'a key of another type for the algorithm': token({}, { alg: 'EdDSA', header: { alg: 'ES256', kid: 'EdDSA' } }),
  'a key in the header': token(
    {},
    { key: other, header: { kid: undefined, jwk: keyOf('ES256').publicKey.export({ format: 'jwk' }) } },
  ),
  'a critical extension': token({}, { header: { crit: ['exp'] } }),
  'an unencoded body': token({}, { header: { b64: false } }),
  'a token for another purpose': token({}, { header: { typ: 'dpop+jwt' } }),
  'a changed body': `${head}.${forged}.${signature}`,
  'no signature': `${head}.${body}.`,
  'a signature with foreign characters': `${head}.${body}.${signature}~`,
  'a part too many': `${head}.${body}.${signature}.${signature}`,
  'claims that are a list': token('[]'),
  'claims that are no JSON': token('{'),
  'a subject by __proto__': token(`{"__proto__":${JSON.stringify(claimsOf())}}`),
  'duplicate keys, of which the first is right': token(JSON.stringify(claimsOf()).replace('}', ',"iss":"evil"}')),
  'an opaque text': 'x',
  'a token of 12 KiB that is none': 'a.'.repeat(6_000),
}

for (const [name, given] of Object.entries(REFUSED))
  test(`refused: ${name}`, async (t) => {
    const { ask } = await guarded(t, registryOf({}))
    const answer = await ask(LIST(bearer(given)))
    assert.equal(answer.status, 401)
    assert.match(answer.headers['www-authenticate'], /^Bearer error="invalid_token", resource_metadata="[^"]+", scope=/)
    // The token comes back nowhere.
    assert.ok(!answer.text.includes(given))
  })

const MALFORMED = {
  'a no-break space after the scheme': `Bearer\u00a0${token()}`,
  'a tab after the scheme': `Bearer\t${token()}`,
  'two tokens in one header': `Bearer ${token()}, Bearer ${token()}`,
  'a scheme without a token': 'Bearer',
  'a comma after the token': `Bearer ${token()},`,
}

for (const [name, authorization] of Object.entries(MALFORMED))
  for (const carrier of ['http', 'fetch'])
    test(`${carrier}: malformed: ${name}`, async (t) => {
      const { ask } = await guarded(t, registryOf({}), { carrier })
      assert.equal((await ask(LIST({ authorization }))).status, 401)
    })

test('a token in the query, or of another scheme, is none', async (t) => {
  const { ask } = await guarded(t, registryOf({}))
  for (const message of [
    { ...LIST(), path: `/mcp?access_token=${token()}` },
    LIST({ authorization: `Basic ${token()}` }),
    LIST({ 'x-access-token': token(), cookie: `access_token=${token()}` }),
  ]) {
    const answer = await ask(message)
    assert.equal(answer.status, 401)
    assert.doesNotMatch(answer.headers['www-authenticate'], /error=/)
  }
})

test('two headers with tokens are refused, though Node reads the first alone', async (t) => {
  const { port } = await guarded(t, registryOf({}))
  const { headers, body: message } = LIST(bearer(token()))
  const text = JSON.stringify(message)
  const lines = Object.entries({ host: `127.0.0.1:${port}`, 'content-length': text.length, ...headers })
  const head = ['POST /mcp HTTP/1.1', ...lines.map(([name, value]) => `${name}: ${value}`), 'connection: close']
  const send = (more) =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write([...head, ...more, '', text].join('\r\n')))
      socket.once('data', (chunk) => {
        resolve(Number(/^HTTP\/1.1 (\d+)/.exec(String(chunk))[1]))
        socket.destroy()
      })
    })
  assert.equal(await send([]), 200)
  assert.equal(await send([`Authorization: Bearer ${token({ sub: 'root' })}`]), 401)
})

const bad = (name, keys) => [name, { keys: [{ ...keys, kid: 'k' }] }]
const jwkOf = (pair) => pair.publicKey.export({ format: 'jwk' })
for (const [name, set, alg, pair] of [
  [...bad('an RSA key of 1024 bits', jwkOf(weak)), 'RS256', weak],
  [...bad('another curve', jwkOf(p384)), 'ES256', p384],
  [...bad('a key for encryption', { ...jwkOf(keyOf('RS256')), use: 'enc' }), 'RS256', keyOf('RS256')],
  [...bad('a key that may not verify', { ...jwkOf(keyOf('RS256')), key_ops: ['encrypt'] }), 'RS256', keyOf('RS256')],
  [...bad('a key of another algorithm', { ...jwkOf(keyOf('RS256')), alg: 'PS256' }), 'RS256', keyOf('RS256')],
])
  test(`a signature by ${name} is not taken`, async () => {
    const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: set })
    assert.equal(await verify(token({}, { alg, key: pair.privateKey, header: { kid: 'k' } })), undefined)
  })

test('an identity has subject, scopes, claims and when it ends', async () => {
  const verify = jwtVerifier({ issuer: ISSUER, audience: [RESOURCE], jwks: jwks(), now: () => 1_000_000 })
  const claims = claimsOf({ iat: 1_000, exp: 1_100, scope: 'a b  c"d' })
  const { claims: read, ...identity } = await verify(token(claims))
  assert.deepEqual(identity, { subject: 'ann', scopes: ['a', 'b'], expiresAt: 1_160_000 })
  assert.deepEqual({ ...read }, claims)
})

/** An issuer whose documents may change. */
async function issuer(t, documents) {
  const asked = []
  const server = createServer(({ url }, response) => {
    asked.push(url)
    const found = documents[url]
    if (found === undefined) return void response.writeHead(404).end()
    if (typeof found === 'string') return void response.writeHead(302, { location: found }).end()
    response.end(JSON.stringify(found))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${server.address().port}`, asked, documents }
}

test('keys are found by the metadata of the issuer, and fetched once', async (t) => {
  const found = await issuer(t, { '/jwks': jwks() })
  const name = `${found.url}/tenant`
  found.documents['/tenant/.well-known/openid-configuration'] = { issuer: name, jwks_uri: `${found.url}/jwks` }
  const verify = jwtVerifier({ issuer: name, audience: RESOURCE })
  const many = Array.from({ length: 20 }, () => verify(token({ iss: name })))
  for (const identity of await Promise.all(many)) assert.equal(identity.subject, 'ann')
  assert.deepEqual(found.asked, [
    '/.well-known/oauth-authorization-server/tenant',
    '/tenant/.well-known/openid-configuration',
    '/jwks',
  ])
})

test('metadata of another issuer, and an address that leads elsewhere, are not followed', async (t) => {
  const found = await issuer(t, { '/jwks': jwks(), '/moved': '/jwks' })
  const place = '/.well-known/oauth-authorization-server'
  found.documents[place] = { issuer: 'https://evil.example', jwks_uri: `${found.url}/jwks` }
  const verify = jwtVerifier({ issuer: found.url, audience: RESOURCE })
  await assert.rejects(verify(token({ iss: found.url })))
  const moved = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: `${found.url}/moved` })
  await assert.rejects(moved(token()))
})

test('a new key is fetched at most once in 30 s, and a key that is gone is trusted no more', async (t) => {
  const { documents, url, asked } = await issuer(t, { '/jwks': { keys: jwks().keys.slice(0, 1) } })
  let time = Date.now()
  const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: new URL(`${url}/jwks`), now: () => time })
  const takes = async (alg) => (await verify(token({}, { alg }))) !== undefined
  assert.deepEqual([await takes('RS256'), await takes('ES256'), await takes('ES256')], [true, false, false])
  assert.equal(asked.length, 1)
  documents['/jwks'] = { keys: jwks().keys.slice(2) }
  time += 30_001
  assert.deepEqual([await takes('ES256'), await takes('RS256'), asked.length], [true, false, 2])
})

test('known keys are used on where a fetch fails, and without any it is an error', async (t) => {
  const { documents, url, asked } = await issuer(t, {})
  let time = Date.now()
  const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: `${url}/jwks`, now: () => time })
  await assert.rejects(verify(token()))
  await assert.rejects(verify(token()))
  assert.equal(asked.length, 1, 'the failure is remembered for a second')
  documents['/jwks'] = jwks()
  time += 1_001
  assert.equal((await verify(token())).subject, 'ann')
  delete documents['/jwks']
  time += 11 * 60_000
  assert.equal((await verify(token({ exp: now() + 3_600 }))).subject, 'ann')
  assert.equal(asked.length, 3)
})

test('a token that was taken before ends in its time, and with its key', async (t) => {
  const { documents, url } = await issuer(t, { '/jwks': jwks() })
  let time = Date.now()
  const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: `${url}/jwks`, now: () => time })
  const [short, long] = [token({ exp: now() + 60 }), token({ exp: now() + 3_600 })]
  const taken = async () => [await verify(short), await verify(long)].map((identity) => identity?.subject)
  assert.deepEqual(await taken(), ['ann', 'ann'])
  time += 130_000
  assert.deepEqual(await taken(), [undefined, 'ann'])
  documents['/jwks'] = { keys: [] }
  time += 11 * 60_000
  assert.deepEqual(await taken(), [undefined, undefined])
})

test('an identity is the same for each request with its token, and nobody can change it', async () => {
  const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: jwks() })
  const text = token({ roles: ['reader'] })
  const identity = await verify(text)
  assert.equal(await verify(text), identity)
  assert.throws(() => identity.claims.roles.push('admin'), TypeError)
  assert.throws(() => identity.scopes.push('admin'), TypeError)
})

for (const alg of ALGORITHMS)
  test(`${alg}: a signature of any other length is refused, and is no failure`, async () => {
    const verify = jwtVerifier({ issuer: ISSUER, audience: RESOURCE, jwks: jwks() })
    const [head, body] = token({}, { alg }).split('.')
    for (let length = 1; length <= 300; length++)
      assert.equal(await verify(`${head}.${body}.${Buffer.alloc(length, 7).toString('base64url')}`), undefined)
  })

for (const [name, options, message] of [
  ['no issuer', { audience: 'a' }, /issuer/],
  ['no audience', { issuer: ISSUER }, /audience/],
  ['an issuer over http', { issuer: 'http://issuer.example', audience: 'a' }, /issuer must be an https address/],
  ['keys over http', { issuer: ISSUER, audience: 'a', jwks: 'http://issuer.example/jwks' }, /jwks must be an https/],
  ['no key set', { issuer: ISSUER, audience: 'a', jwks: { keys: {} } }, /key set/],
  ['a function as keys', { issuer: ISSUER, audience: 'a', jwks: () => jwks() }, /jwks/],
  ['an unknown option', { issuer: ISSUER, audience: 'a', jwk: {} }, /jwks/],
])
  test(`options of a verifier: ${name} is INVALID_OPTIONS`, () => {
    assert.throws(
      () => jwtVerifier(options),
      (error) => error.code === 'INVALID_OPTIONS' && message.test(error.message),
    )
  })
