// Resources and prompts of a server for tests: one interface over stdio and HTTP, in both eras.
import { ToolRegistry } from 'toolrack'
import { ERAS as LINE_ERAS, connect } from './mcp-client.mjs'
import { ERAS, openSession, served } from './mcp-http.mjs'

const UPDATED = 'notifications/resources/updated'

/** Each way with each era, for tests of both. */
export const WAYS = ['stdio', 'http'].flatMap((way) => Object.keys(ERAS).map((era) => ({ way, era })))

/** A client over stdio. `capabilities` are those of the client. */
async function overStdio(t, registry, { era, ...options }) {
  const { client, server, ask } = await connect(t, registry, { era, ...options })
  const isNotice = ({ method }) => method?.startsWith('notifications/') && !method.endsWith('/acknowledged')
  return {
    server,
    ask,
    async listen(notifications) {
      if (era === 'legacy') return { next: () => client.next(isNotice) }
      client.send({ id: 'l', method: 'subscriptions/listen', params: LINE_ERAS[era].params({ notifications }) })
      const { params } = await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
      return { honoured: params.notifications, next: () => client.next(isNotice) }
    },
  }
}

async function overHttp(t, registry, { era, ...options }) {
  const { server, ask: send } = await served(t, registry, options)
  const session = era === 'legacy' ? await openSession(send) : undefined
  const open = session === undefined ? {} : { session }
  return {
    server,
    ask: async (method, params) => (await send(ERAS[era](method, params, open))).json,
    async listen(notifications) {
      if (era === 'legacy') {
        const { events } = await send({ method: 'GET', headers: ERAS[era]('', undefined, open).headers })
        return { next: () => events.next() }
      }
      const { events } = await send(ERAS[era]('subscriptions/listen', { notifications }))
      const { params } = await events.next()
      return { honoured: params.notifications, next: () => events.next() }
    },
  }
}

/** Serves content to one client until the test ends. `listen` asks for notifications as the era has it. */
export async function serving(t, { way, era, registry = new ToolRegistry(), ...options }) {
  const client = await (way === 'stdio' ? overStdio : overHttp)(t, registry, { era, notifyMs: 1, ...options })
  return {
    ...client,
    registry,
    async listen(filter) {
      const { next, ...open } = await client.listen(filter)
      const stream = { ...open, next: () => within(next()) }
      if (era === 'modern') return stream
      for (const uri of filter.resourceSubscriptions ?? []) await client.ask('resources/subscribe', { uri })
      return stream
    },
  }
}

/** Waits for a notification, which comes by a timer that keeps no process, with a deadline that does. */
function within(notice) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no notification came')), 10_000)
    notice.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** What a notification says, without its subscription. */
export const told = ({ method, params }) => (method === UPDATED ? `${method} ${params.uri}` : method)

/** A result without what each modern one has. */
export function plain(result) {
  const own = Object.entries(result).filter(([key]) => !OF_MODERN.has(key))
  return Object.fromEntries(own)
}

const OF_MODERN = new Set(['resultType', '_meta', 'ttlMs', 'cacheScope'])
