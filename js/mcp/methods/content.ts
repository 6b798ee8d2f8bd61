// Methods of resources, prompts and completion. A server without them does not load this.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { ContentSubscriber } from '../content/content-subscriber'
import type { ContentCatalog } from '../content/content-catalog'
import { ContentFault } from '../content/content-fault'
import type { CompletedArgument, ContentCall, ContentKind } from '../content/content-item'
import { INVALID_PARAMS, METHOD_NOT_FOUND, fault } from '../protocol/json-rpc'
import type { Connection } from '../protocol/connection'
import type { Principal } from '../principals'
import { MOST_WATCHED } from '../subscriptions/list-stream'
import { serveContent } from './content-method'
import type { ContentMethod } from './content-method'
import { listContent } from './list-content'

/** The error of a resource that is not there. Source: 2025-11-25, "Resources"; 2026-07-28 has -32602 for it (SEP-2164). */
const RESOURCE_NOT_FOUND = -32_002

const readResource: ContentMethod = (server, content, request) => {
  const { id, params, revision, exchange } = request
  const { uri } = params
  if (typeof uri !== 'string') return fault(INVALID_PARAMS, 'params/uri must be the URI of a resource', { id })
  const unknown = (): ContentFault => {
    const nearest = content.view(exchange.principal).nearest('resources', uri)
    const code = revision.isModern ? INVALID_PARAMS : RESOURCE_NOT_FOUND
    return new ContentFault(code, `no resource has the URI "${shown(uri)}"${nearest}`, { uri })
  }
  return serveContent(server, content, { ...request, named: `resources/read ${uri}` }, async (call) => {
    for (const item of content.view(call.principal).readable(uri)) {
      if (content.missingScopes(call.principal, item) !== undefined) continue
      const result = await item.read(uri, call)
      if (result !== undefined) return result
    }
    throw unknown()
  })
}

const getPrompt: ContentMethod = (server, content, request) => {
  const { id, params } = request
  const { name, arguments: args = {} } = params
  if (typeof name !== 'string') return fault(INVALID_PARAMS, 'params/name must be the name of a prompt', { id })
  if (!isMembers(args)) return fault(INVALID_PARAMS, 'params/arguments must be an object', { id })
  return serveContent(server, content, { ...request, named: `prompts/get ${name}` }, async (call) => {
    const prompt = content.view(call.principal).prompts.find(name)
    if (prompt === undefined || content.missingScopes(call.principal, prompt) !== undefined)
      throw unknownItem(content, call.principal, 'prompts', name)
    return prompt.get(args, call)
  })
}

const complete: ContentMethod = (server, content, request) => {
  const { id, params } = request
  const { ref, argument, context } = params
  const { name, value } = isMembers(argument) ? argument : ({} as Members)
  if (typeof name !== 'string' || typeof value !== 'string')
    return fault(INVALID_PARAMS, 'params/argument must have a name and a value, both texts', { id })
  const target = targetOf(ref)
  if (target === undefined)
    return fault(INVALID_PARAMS, 'params/ref must be { type: "ref/prompt", name } or { type: "ref/resource", uri }', {
      id,
    })
  const others = othersOf(context)
  if (others === undefined) return fault(INVALID_PARAMS, 'params/context/arguments must be an object of texts', { id })
  const named = `completion/complete ${target.key}`
  return serveContent(server, content, { ...request, named }, async (call) => ({
    completion: await completed(content, target, { name, value, others }, call),
  }))
}

interface CompletionTarget {
  readonly kind: 'prompts' | 'resourceTemplates'
  readonly key: string
}

async function completed(
  content: ContentCatalog,
  { kind, key }: CompletionTarget,
  argument: CompletedArgument,
  { listeners: { progress, log }, ...call }: ContentCall,
): Promise<Members> {
  const view = content.view(call.principal)
  // The URI of a resource without variables has nothing to complete.
  if (kind === 'resourceTemplates' && view.resources.find(key) !== undefined) return { values: [] }
  const item = view[kind].find(key)
  if (item === undefined || content.missingScopes(call.principal, item) !== undefined)
    throw unknownItem(content, call.principal, kind, key)
  // Source: 2026-07-28, "Multi Round-Trip Requests": a completion asks its client nothing.
  const completion = await item.complete(argument, { ...call, listeners: { progress, log } })
  if (completion === undefined)
    throw new ContentFault(INVALID_PARAMS, `params/argument/name "${shown(argument.name)}" is no argument of "${key}"`)
  return completion
}

function targetOf(ref: unknown): CompletionTarget | undefined {
  if (!isMembers(ref)) return undefined
  const { type, name, uri } = ref
  if (type === 'ref/prompt' && typeof name === 'string') return { kind: 'prompts', key: name }
  if (type === 'ref/resource' && typeof uri === 'string') return { kind: 'resourceTemplates', key: uri }
  return undefined
}

/** The other arguments of a completion; nothing where they are no texts. */
function othersOf(context: unknown): CompletedArgument['others'] | undefined {
  const args = isMembers(context) ? context.arguments : context
  if (args === undefined) return {}
  if (!isMembers(args) || !Object.values(args).every((value) => typeof value === 'string')) return undefined
  return args as CompletedArgument['others']
}

/** `resources/subscribe` (legacy). Modern clients name resources in `subscriptions/listen`. */
const subscribe: ContentMethod = async (server, content, { id, params, exchange }) => {
  const { connection, principal } = exchange
  const { uri } = params
  if (connection === undefined) return inSessionAlone(id, 'resources/subscribe')
  if (typeof uri !== 'string') return fault(INVALID_PARAMS, 'params/uri must be the URI of a resource', { id })
  await server.whenReady()
  await content.ready()
  if (!content.sees(principal, uri))
    return fault(
      RESOURCE_NOT_FOUND,
      `no resource has the URI "${shown(uri)}"${content.view(principal).nearest('resources', uri)}`,
      { id, data: { uri } },
    )
  if (!subscriberOf(content, connection, principal).watch(uri))
    return fault(INVALID_PARAMS, `a client can subscribe to ${MOST_WATCHED} resources: unsubscribe from one`, { id })
  return { members: [] }
}

const unsubscribe: ContentMethod = (_server, _content, { id, params, exchange: { connection } }) => {
  if (connection === undefined) return inSessionAlone(id, 'resources/unsubscribe')
  if (typeof params.uri !== 'string') return fault(INVALID_PARAMS, 'params/uri must be the URI of a resource', { id })
  connection.content?.unwatch(params.uri)
  return { members: [] }
}

function inSessionAlone(id: string | number, method: string) {
  return fault(METHOD_NOT_FOUND, `method "${method}" is served in a session alone`, { id })
}

/** What tells a legacy client of changes, for its whole connection. */
export function subscriberOf(content: ContentCatalog, connection: Connection, principal: Principal): ContentSubscriber {
  return (connection.content ??= content.subscriber(principal, ['resources', 'prompts']))
}

function unknownItem(content: ContentCatalog, principal: Principal, kind: ContentKind, key: string): ContentFault {
  const noun = kind === 'prompts' ? 'prompt has the name' : 'resource template is'
  return new ContentFault(INVALID_PARAMS, `no ${noun} "${shown(key)}"${content.view(principal).nearest(kind, key)}`)
}

/** A text of a client in a message. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

const RESOURCES: readonly (readonly [string, ContentMethod])[] = [
  ['resources/list', listContent('resources')],
  ['resources/templates/list', listContent('resourceTemplates')],
  ['resources/read', readResource],
]
const WATCHING: readonly (readonly [string, ContentMethod])[] = [
  ['resources/subscribe', subscribe],
  ['resources/unsubscribe', unsubscribe],
]
const PROMPTS: readonly (readonly [string, ContentMethod])[] = [
  ['prompts/list', listContent('prompts')],
  ['prompts/get', getPrompt],
]

/** The methods that a server serves for its content, in one era. */
export function contentMethods({ kinds }: ContentCatalog, isModern: boolean): ReadonlyMap<string, ContentMethod> {
  return new Map([
    ...(kinds.has('resources') ? [...RESOURCES, ...(isModern ? [] : WATCHING)] : []),
    ...(kinds.has('prompts') ? PROMPTS : []),
    ['completion/complete', complete] as const,
  ])
}
