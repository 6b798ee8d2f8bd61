// What a registry tells, and what it is not.
const { MessageChannel } = require('node:worker_threads')
const { echo, faultOf, maker, same } = require('./support.cjs')

module.exports = ({ ToolRegistry, SpecLoader }, registryOf = maker(ToolRegistry)) => ({
  async 'changes end with a signal of the program'() {
    const controller = new AbortController()
    const registry = registryOf()
    const loop = registry.changes({ signal: controller.signal })
    registry.register(echo())
    same((await loop.next()).value.added, ['echo'])
    controller.abort()
    same((await loop.next()).done, true)
  },
  async 'listeners hear of changes and calls'() {
    const registry = registryOf()
    const heard = []
    registry.onChange(({ added }) => heard.push(...added))
    registry.on('call', ({ outcome }) => heard.push(outcome))
    registry.register(echo())
    await registry.execute('echo')
    same(heard, ['echo', 'ok'])
  },
  async 'what is shared is frozen, and the rest may be written into'() {
    const registry = registryOf({ tags: ['a'] })
    const frozen = [
      registry.definitions('openai')[0],
      registry.catalog()[0],
      registry.tools()[0].inputSchema,
      registry.get('echo').inputSchema,
    ].map(Object.isFrozen)
    same([frozen, registry.get('echo').tags, registry.size], [[true, true, false, false], ['a'], 1])
  },
  async 'a registry cannot be posted to a thread, and is not made nothing of'() {
    const { port1, port2 } = new MessageChannel()
    try {
      same((await faultOf(() => port1.postMessage(registryOf({})))).name, 'DataCloneError')
      same((await faultOf(() => new SpecLoader({}))).code, 'INVALID_OPTIONS')
    } finally {
      port1.close()
      port2.close()
    }
  },
  async 'a closed registry is told'() {
    const registry = registryOf({})
    registry.close()
    registry.close()
    for (const ask of [() => registry.register(echo()), () => registry.list(), () => registry.size])
      same((await faultOf(ask)).code, 'CLOSED')
  },
})
