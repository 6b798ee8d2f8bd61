// A token endpoint that takes nothing but what RFC 6749 says.
import { serve } from './server.mjs'

/**
 * Gives tokens to one client; `given` has them in their order. A refresh token is good once: each answer has the next
 * one.
 * @param {{ clientId: string, clientSecret: string, refreshToken?: string, tokens: string[], expiresIn?: number }}
 * known
 */
export async function tokenServer(t, { clientId, clientSecret, refreshToken, tokens, expiresIn = 3600 }) {
  const given = []
  let refresh = refreshToken
  const server = await serve(t, ({ method, url, headers, body }, response) => {
    const refuse = (status, error) =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error, error_description: `not ${body} ${headers.authorization}` }))
    if (method !== 'POST' || url !== '/token') return refuse(404, 'not_found')
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') return refuse(400, 'invalid_request')
    const form = new URLSearchParams(body)
    if (new Set(form.keys()).size !== [...form].length) return refuse(400, 'invalid_request')
    const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ')
    const pair = Buffer.from(encoded, 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    const [id, secret] = scheme === 'Basic' ? pair : [form.get('client_id'), form.get('client_secret')]
    if (id !== clientId || secret !== clientSecret) return refuse(401, 'invalid_client')
    const more = {}
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== refresh) return refuse(400, 'invalid_grant')
      more.refresh_token = refresh += '-next'
    } else if (form.get('grant_type') !== 'client_credentials') return refuse(400, 'unsupported_grant_type')
    const token = tokens[Math.min(given.length, tokens.length - 1)]
    given.push(token)
    response.setHeader('cache-control', 'no-store')
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn, ...more }
  })
  return { ...server, tokenUrl: `${server.url}/token`, given }
}
