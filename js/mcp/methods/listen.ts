// `subscriptions/listen` (modern): a stream of notifications that the client asks for.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { ContentCatalog } from '../content/content-catalog'
import type { ContentSubscriber } from '../content/content-subscriber'
import type { Principal } from '../principals'
import type { OpenStream } from '../protocol/exchange'
import { INTERNAL_ERROR, INVALID_PARAMS, fault } from '../protocol/json-rpc'
import type { RequestId } from '../protocol/json-rpc'
import { joinPieces, modernMembers, writeNotification, writeResult } from '../protocol/answers'
import { ListStream, MOST_WATCHED } from '../subscriptions/list-stream'
import type { MessageSink } from '../subscriptions/list-stream'
import type { Method, MethodAnswer, ServedRequest, ServerState } from './method'

/** The key of the subscription in the `_meta` of each message of its stream: the id of the request. */
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

export const listen: Method = (server, request) => {
  const { id, params } = request
  const { notifications } = params
  if (!isMembers(notifications))
    return fault(INVALID_PARAMS, 'params/notifications must be an object, such as { "toolsListChanged": true }', { id })
  const { content } = server
  if (content === undefined || !asksForContent(notifications)) return openListening(server, request, notifications)
  return listenToContent(server, request, { content, notifications })
}

/** What is sent of what the client asks for. */
interface Honoured {
  readonly toolsListChanged?: true
  readonly resourcesListChanged?: true
  readonly promptsListChanged?: true
  readonly resourceSubscriptions?: readonly string[]
}

function asksForContent({ resourcesListChanged, promptsListChanged, resourceSubscriptions }: Members): boolean {
  return resourcesListChanged === true || promptsListChanged === true || resourceSubscriptions !== undefined
}

/** Listens to resources and prompts too, as far as they are served and the client may know of them. */
async function listenToContent(
  server: ServerState,
  request: ServedRequest,
  { content, notifications }: { readonly content: ContentCatalog; readonly notifications: Members },
): Promise<MethodAnswer> {
  const { id, exchange } = request
  const { resourcesListChanged, promptsListChanged, resourceSubscriptions: uris = [] } = notifications
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === 'string') || uris.length > MOST_WATCHED)
    return fault(
      INVALID_PARAMS,
      `params/notifications/resourceSubscriptions must be a list of at most ${MOST_WATCHED} URIs`,
      {
        id,
      },
    )
  await server.whenReady()
  await content.ready()
  const seen = content.kinds.has('resources') ? uris.filter((uri) => content.sees(exchange.principal, uri)) : []
  return openListening(server, request, notifications, {
    ...(resourcesListChanged === true && content.kinds.has('resources') && { resourcesListChanged }),
    ...(promptsListChanged === true && content.kinds.has('prompts') && { promptsListChanged }),
    ...(seen.length > 0 && { resourceSubscriptions: [...new Set(seen)] }),
  })
}

function openListening(
  server: ServerState,
  request: ServedRequest,
  { toolsListChanged }: Members,
  more: Honoured = {},
): MethodAnswer {
  const { id, revision, exchange } = request
  const honoured: Honoured = { ...(toolsListChanged === true && { toolsListChanged }), ...more }
  // A list that cannot be made is a fault of the server, before anything is sent.
  if (honoured.toolsListChanged) server.views.listing(exchange.principal, revision.shape)
  const leave = server.admission.streams.enter(exchange.principal.key)
  if (leave === undefined) return fault(INTERNAL_ERROR, 'too many streams are open: close one', { id })
  const open = (sink: MessageSink) => openStream(server, request, { sink, honoured, leave })
  return { kind: 'stream', open, discard: leave }
}

/** What an open stream needs beside its request. */
interface StreamParts {
  readonly sink: MessageSink
  readonly honoured: Honoured
  readonly leave: () => void
}

function openStream(server: ServerState, request: ServedRequest, { sink, honoured, leave }: StreamParts): OpenStream {
  const { id, revision, exchange } = request
  const _meta = { [SUBSCRIPTION]: id }
  const stream = new ListStream(sink, writeNotification('notifications/tools/list_changed', { _meta }))
  stream.send(writeNotification('notifications/subscriptions/acknowledged', { _meta, notifications: honoured }))
  const stop = honoured.toolsListChanged
    ? server.changes.subscribe(exchange.principal, revision.shape, () => stream.notify())
    : () => {}
  const content = server.content && openContent(server.content, exchange.principal, honoured)
  content?.attach(exchange.principal, (method, params) =>
    stream.notify(writeNotification(method, { ...params, _meta })),
  )
  const cancel = () => {
    stop()
    content?.close()
    stream.end()
    leave()
  }
  const complete = () => {
    stream.send(completeResult(server, id))
    cancel()
  }
  return { stream, complete, cancel }
}

function openContent(content: ContentCatalog, principal: Principal, honoured: Honoured): ContentSubscriber | undefined {
  const { resourcesListChanged, promptsListChanged, resourceSubscriptions = [] } = honoured
  const kinds = [
    ...(resourcesListChanged ? (['resources'] as const) : []),
    ...(promptsListChanged ? (['prompts'] as const) : []),
  ]
  if (kinds.length + resourceSubscriptions.length === 0) return undefined
  const subscriber = content.subscriber(principal, kinds)
  for (const uri of resourceSubscriptions) subscriber.watch(uri)
  return subscriber
}

/** The result of a stream that the server ends. */
function completeResult({ serverInfo }: ServerState, id: RequestId): string {
  const subscription = `"${SUBSCRIPTION}":${JSON.stringify(id)}`
  return joinPieces(writeResult(id, [modernMembers(serverInfo, subscription)])).toString()
}
