// Approval question: what a client shows of a call that a person has to approve, and what it decides.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { resultText } from '../../border/results'
import { visibleText } from '../../border/visible-text'
import type { ClientDecision, ShownTool } from '../../call/approval-notes'
import type { Question } from '../../call/questions'
import type { Snapshot } from '../../snapshot'

/** The key of the question, where a call has keys. A round that asks it asks nothing else. */
export const APPROVAL_KEY = 'approval'

/** The most characters of each part. */
const MOST = Object.freeze({ title: 120, description: 300, arguments: 4_000 })

/** A form without a field: a person accepts it or declines it. */
const FORM = Object.freeze({ type: 'object', properties: Object.freeze({}) })

/** Asks whether a call may be made. The arguments are those that run. */
export function approvalQuestion(
  view: Snapshot,
  params: Members,
  { name: toolName, schemaHash }: ShownTool,
  shown: unknown,
): Question {
  // That of the call, which may be an older one by now.
  const tool = view.definition(toolName, schemaHash)
  const title = tool?.title
  const name = `"${cut(visibleText(toolName), MOST.title)}"`
  const lines = [
    `Approve this call of ${title === undefined ? name : `${cut(visibleText(title), MOST.title)} (${name})`}?`,
    cut(visibleText(firstSentence(tool?.description ?? '')), MOST.description),
    `Arguments: ${cut(argumentsText(shown, params.arguments), MOST.arguments)}`,
  ]
  const message = lines.filter((line) => line !== '').join('\n')
  return { key: APPROVAL_KEY, method: 'elicitation/create', params: { message, requestedSchema: FORM } }
}

function firstSentence(text: string): string {
  const [line = ''] = text.trim().split('\n', 1)
  return /^.*?[.!?](?=\s|$)/u.exec(line)?.[0] ?? line
}

/** Arguments as people read JSON. Those that JSON cannot hold are shown as the client has sent them. */
function argumentsText(shown: unknown, sent: unknown): string {
  let value: unknown = sent ?? {}
  try {
    value = JSON.parse(resultText(shown)) as unknown
  } catch {
    // A Standard Schema may have made anything of them.
  }
  return visibleText(JSON.stringify(value, undefined, 2), true)
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} characters more)`
}

/** Reads what a client decided; nothing for what is no answer. Only an accepted question approves. */
export function readDecision(given: unknown): ClientDecision | undefined {
  if (!isMembers(given)) return undefined
  const { action, content } = given
  if (action === 'decline') return 'rejected'
  if (action === 'cancel') return 'cancelled'
  if (action !== 'accept') return undefined
  // A client may have made a field of its own.
  const approve = isMembers(content) ? content.approve : undefined
  return approve === undefined || approve === true ? 'approved' : 'cancelled'
}
