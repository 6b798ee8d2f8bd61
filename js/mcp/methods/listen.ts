// `subscriptions/listen` (modern): a stream of notifications that the client asks for.

import { isMembers } from '../../border/kind'
import type { OpenStream } from '../protocol/exchange'
import { INTERNAL_ERROR, INVALID_PARAMS, fault } from '../protocol/json-rpc'
import type { RequestId } from '../protocol/json-rpc'
import { joinPieces, modernMembers, writeNotification, writeResult } from '../protocol/answers'
import { ListStream } from '../subscriptions/list-stream'
import type { MessageSink } from '../subscriptions/list-stream'
import type { Method, ServedRequest, ServerState } from './method'

/** The key of the subscription in the `_meta` of each message of its stream: the id of the request. */
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

export const listen: Method = (server, request) => {
  const { id, params, revision, exchange } = request
  const { notifications } = params
  if (!isMembers(notifications))
    return fault(INVALID_PARAMS, 'params/notifications must be an object, such as { "toolsListChanged": true }', { id })
  const isHonoured = notifications.toolsListChanged === true
  // A list that cannot be made is a fault of the server, before anything is sent.
  if (isHonoured) server.views.listing(exchange.principal, revision.shape)
  const leave = server.admission.streams.enter(exchange.principal.key)
  if (leave === undefined) return fault(INTERNAL_ERROR, 'too many streams are open: close one', { id })
  const open = (sink: MessageSink) => openStream(server, request, { sink, isHonoured, leave })
  return { kind: 'stream', open, discard: leave }
}

/** What an open stream needs beside its request. */
interface StreamParts {
  readonly sink: MessageSink
  /** Whether changes of the list are sent. */
  readonly isHonoured: boolean
  readonly leave: () => void
}

function openStream(server: ServerState, request: ServedRequest, { sink, isHonoured, leave }: StreamParts): OpenStream {
  const { id, revision, exchange } = request
  const _meta = { [SUBSCRIPTION]: id }
  const stream = new ListStream(sink, writeNotification('notifications/tools/list_changed', { _meta }))
  const notifications = isHonoured ? { toolsListChanged: true } : {}
  stream.send(writeNotification('notifications/subscriptions/acknowledged', { _meta, notifications }))
  const stop = isHonoured
    ? server.changes.subscribe(exchange.principal, revision.shape, () => stream.notify())
    : () => {}
  const cancel = () => {
    stop()
    stream.end()
    leave()
  }
  const complete = () => {
    stream.send(completeResult(server, id))
    cancel()
  }
  return { stream, complete, cancel }
}

/** The result of a stream that the server ends. */
function completeResult({ serverInfo }: ServerState, id: RequestId): string {
  const subscription = `"${SUBSCRIPTION}":${JSON.stringify(id)}`
  return joinPieces(writeResult(id, [modernMembers(serverInfo, subscription)])).toString()
}
