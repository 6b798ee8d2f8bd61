// File parts of the AI SDK 7 in the output of a tool.

import type { AiSdkOutput } from '../../index'

/** Writes files as version 7 takes them. It takes the parts of version 6 too, with a warning for each. */
export function withFileParts(output: AiSdkOutput): AiSdkOutput {
  if (output.type !== 'content') return output
  const parts = output.value.map((part) => {
    if (part.type === 'text') return part
    const { type: _, data, ...rest } = part
    return { type: 'file', data: { type: 'data', data }, ...rest }
  })
  // The types of version 6 have no such part.
  return { type: 'content', value: parts as typeof output.value }
}
