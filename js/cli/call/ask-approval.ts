// Approval on a terminal: a person says whether a call may be made that needs it.

import type { PendingApproval, ToolRegistry } from '../../../index'
import { visibleText } from '../../border/visible-text'

/** A terminal, and how texts are shown on it. */
export interface AskedTerminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string
  /** Called before a question, and where the person leaves. */
  readonly onQuestion: () => void
  readonly onLeave: () => void
}

/** Asks about each call of a registry that needs approval. Only `y` and `yes` approve. */
export function askForApproval(registry: ToolRegistry, terminal: AskedTerminal): void {
  const isOpen = ({ id }: PendingApproval) => registry.approvals().some((waiting) => waiting.id === id)
  registry.on('approval', (request) => void ask(request, terminal, isOpen))
}

async function ask(
  request: PendingApproval,
  { input, output, hide, onQuestion, onLeave }: AskedTerminal,
  isOpen: (request: PendingApproval) => boolean,
): Promise<void> {
  const { createInterface } = await import('node:readline')
  const { toolName, arguments: args, approve, reject } = request
  onQuestion()
  const shown = visibleText(hide(JSON.stringify(args, undefined, 2)), true)
  output.write(`toolrack: ${visibleText(hide(toolName))} needs approval. Its arguments:\n${shown}\n`)
  const reader = createInterface({ input, output })
  // A call that is over is settled already.
  const settle = (decide: () => void): void => {
    if (isOpen(request)) decide()
  }
  let isAnswered = false
  reader.on('SIGINT', onLeave)
  reader.on('close', () => {
    if (!isAnswered) settle(reject)
  })
  reader.question('Approve this call? [y/N] ', (answer) => {
    isAnswered = true
    reader.close()
    settle(/^y(es)?$/i.test(answer.trim()) ? approve : reject)
  })
}
