// Attachment to a server that exists: its own tools stay, and those of a registry stand beside them.

import { checkOptions } from '../../border/options'
import { invalidSource } from '../../border/package-copies'
import { isRegistry } from '../../registry'
import { Principals } from '../principals'
import { readCallerRule, readPageBytes } from '../server-options'
import { attachedRegistry } from './attached-registry'
import { ATTACHED_SHAPE, AttachedTools } from './attached-tools'
import { ForeignServer } from './foreign-server'

/** Ends the subscription of a server that is collected: one made for each request is never detached. */
const COLLECTED = new FinalizationRegistry<() => void>((end) => end())

/** Adds the tools of a registry to a server of an SDK. The returned function takes them away. */
export function attachMcp(registry: unknown, server: unknown, options?: unknown): () => void {
  if (!isRegistry(registry)) throw invalidSource(registry)
  const read = checkOptions(options, ['filter', 'context', 'page'])
  const principals = new Principals(readCallerRule(read))
  const foreign = new ForeignServer(server)
  foreign.declareTools()
  const attached = attachedRegistry(registry, readPageBytes(read.page))
  const { changes } = attached
  const tools = new AttachedTools(foreign, attached, principals)
  const restore = [
    foreign.wrap('tools/list', (theirs) => tools.list(theirs)),
    foreign.wrap('tools/call', (theirs) => tools.call(theirs)),
  ]
  const end = changes.subscribe(principals.everyone, ATTACHED_SHAPE, foreign.weakNotifier())
  COLLECTED.register(foreign.object, end, foreign)
  return () => {
    COLLECTED.unregister(foreign)
    end()
    tools.detach()
    for (const putBack of restore) putBack()
  }
}
