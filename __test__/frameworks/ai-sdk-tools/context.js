// Context: tools that read their options.
import { tool } from 'ai'
import { z } from 'zod'

export const myOrders = tool({
  description: 'Orders of the user',
  inputSchema: z.object({}),
  execute: async (_, { context, experimental_context: former, toolCallId, messages }) =>
    `${context.userId} ${former.tenant} ${toolCallId.length > 0} ${messages.length}`,
})

export const tenantPlan = tool({
  description: 'The plan of the tenant',
  inputSchema: z.object({}),
  contextSchema: z.object({ tenant: z.string() }),
  execute: (_, { context }) => Object.entries(context).join(),
})

export const wait = tool({
  description: 'Waits for good',
  inputSchema: z.object({}),
  execute: (_, { abortSignal }) =>
    new Promise((_, reject) => abortSignal.addEventListener('abort', () => reject(abortSignal.reason))),
})
