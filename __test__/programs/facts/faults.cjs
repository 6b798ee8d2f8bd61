// Every way to fail is one class of errors, of the realm of the program.
const { faultOf, hangs, maker, same } = require('./support.cjs')

module.exports = ({ ToolRegistry, SpecLoader, ToolrackError }, registryOf = maker(ToolRegistry)) => {
  /** Each code, and how it is met. */
  const FAULTS = {
    INVALID_DEFINITION: () => registryOf({ name: 'a b' }),
    NAME_TAKEN: () => registryOf({}, {}),
    UNKNOWN_TOOL: () => registryOf({}).execute('ecko'),
    INVALID_PARAMS: () => registryOf({}).execute('echo', { n: 'x' }),
    MISSING_CONTEXT: () => registryOf({ requiresAuth: true }).execute('echo'),
    APPROVAL_REQUIRED: () => registryOf({ requiresApproval: true }).execute('echo'),
    INPUT_REQUIRED: () => registryOf({ execute: (_, { ask }) => ask('where', { roots: true }) }).execute('echo'),
    TOOL_FAILED: () =>
      registryOf({
        execute: () => {
          throw new TypeError('no wires')
        },
      }).execute('echo'),
    INVALID_OPTIONS: () => registryOf({}).list({ x: 1 }),
    INVALID_SPEC: () => new SpecLoader(new ToolRegistry()).load('{ "openapi": "3.0.3", "paths": '),
    UNKNOWN_SOURCE: () => new SpecLoader(new ToolRegistry()).unload('none'),
    CLOSED: () => {
      const registry = registryOf({})
      registry.close()
      return registry.execute('echo')
    },
    TIMEOUT: () => registryOf(hangs).execute('hangs', {}, { timeoutMs: 5 }),
  }
  const facts = {
    async 'an unknown tool names the nearest'() {
      const { details } = await faultOf(FAULTS.UNKNOWN_TOOL)
      same(details.nearest, ['echo'])
    },
    async 'arguments that do not fit are told with their pointers'() {
      const { details } = await faultOf(FAULTS.INVALID_PARAMS)
      same(
        details.problems.map(({ pointer }) => pointer),
        ['/n'],
      )
    },
  }
  for (const [code, action] of Object.entries(FAULTS)) {
    facts[`${code} is an error of the program with a code`] = async () => {
      const fault = await faultOf(action)
      same(
        [fault.code, fault.name, fault instanceof ToolrackError, fault instanceof Error],
        [code, 'ToolrackError', true, true],
      )
    }
  }
  return facts
}
