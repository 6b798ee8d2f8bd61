// A file with a spec: the function of the tool's name is called. It is edited between two steps of the plan.
import { label } from './_labels.ts'

export const toolSpec = {
  name: 'open_ticket',
  description: 'Opens a ticket about a customer',
  category: 'external',
  inputSchema: {
    type: 'object',
    properties: {
      customer: { type: 'string', description: 'Name of the customer' },
      subject: { type: 'string', description: 'What the ticket is about' },
    },
    required: ['customer', 'subject'],
  },
}

interface Context {
  userId: string
  auditingId: string
  metadata: { step: number; planType: string }
}

export function open_ticket({ customer, subject }: { customer: string; subject: string }, context: Context) {
  return `${label(subject)} for ${customer}, by ${context.userId} in step ${context.metadata.step}`
}
