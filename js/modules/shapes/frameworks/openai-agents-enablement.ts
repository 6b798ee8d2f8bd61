// OpenAI Agents enablement: `isEnabled` of a tool, which the runner of that SDK asks before it offers the tool.

import type { ExportedValue } from '../exported-value'
import type { RunContext } from './openai-agents-context'

type IsEnabled = (runContext: RunContext, agent: undefined) => unknown

/** Makes the check of a tool; undefined where the tool has none. A predicate without parameters is asked once. */
export function enablementOf(tool: ExportedValue): ((runContext: RunContext) => Promise<void> | undefined) | undefined {
  const given = tool.get('isEnabled')
  if (typeof given !== 'function') return undefined
  const self = tool.value
  const isEnabled = given as IsEnabled
  const isConstant = given.length === 0
  let isKnown = false
  const check = async (runContext: RunContext): Promise<void> => {
    if (!(await isEnabled.call(self, runContext, undefined))) throw new Error('the tool is disabled by isEnabled')
    isKnown = isConstant
  }
  return (runContext) => (isKnown ? undefined : check(runContext))
}
