// OpenAI Agents enablement: `isEnabled` of a tool, which the runner of that SDK asks before it offers the tool.

import type { ExportedValue } from '../exported-value'
import type { RunContext } from './openai-agents-context'
import { policyOf } from './openai-agents-policy'

type IsEnabled = (runContext: RunContext, agent: undefined) => unknown

/** Makes the check of each call of a tool; undefined where the tool is enabled for good. */
export function enablementOf(tool: ExportedValue): ((runContext: RunContext) => Promise<void>) | undefined {
  const given = policyOf('isEnabled', tool.get('isEnabled'))
  if (given === undefined || given === null || given === true) return undefined
  const self = tool.value
  const isEnabled = typeof given === 'function' ? (given as IsEnabled) : () => given
  return async (runContext) => {
    if (!(await isEnabled.call(self, runContext, undefined))) throw new Error('the tool is disabled by isEnabled')
  }
}
