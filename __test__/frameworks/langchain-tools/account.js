// Account: tools that read the context of their run.
import { tool } from 'langchain'
import * as z from 'zod'

const USERS = { 7: { name: 'Ada', balance: 5000 } }

export const getAccountInfo = tool(
  (_, runtime) => {
    const user = USERS[runtime.context.userId]
    return user ? `Account holder: ${user.name}, balance: ${user.balance}` : 'User not found'
  },
  { name: 'get_account_info', description: "Get the current user's account information.", schema: z.object({}) },
)

export const whoami = tool((_, config) => `${config.configurable.userId} of ${config.configurable.tenant}`, {
  name: 'whoami',
  description: 'Who is calling.',
  schema: z.object({}),
})
