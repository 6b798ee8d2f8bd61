// Questions of tools, as programs answer them.
import { ToolRegistry, questionsOf } from 'toolrack'
import type { AskFunction, CallQuestion, QuestionAnswer } from 'toolrack'
import type { McpLoadOptions } from 'toolrack/mcp'

export const asked: McpLoadOptions = { questions: ['elicitation', 'roots'] }
// @ts-expect-error A server asks in one of three ways.
export const forms: McpLoadOptions = { questions: ['forms'] }

/** Answers each kind of question. */
export const ask: AskFunction = async (question) => {
  question.signal satisfies AbortSignal
  question.from satisfies string | undefined
  if ('roots' in question) return { roots: [{ uri: 'file:///home' }] }
  if ('sampling' in question) return { role: 'assistant', content: question.sampling.messages[0] }
  if ('url' in question) return question.url.startsWith('https://mine.example/') ? { action: 'accept' } : undefined
  return question.schema === undefined
    ? { action: 'cancel' }
    : { action: 'accept', content: { name: question.message } }
}
// @ts-expect-error A text is no answer.
export const wrong: AskFunction = () => 'Ann'

export async function use(registry: ToolRegistry<{ context: { userId: string } }>, shown: (q: CallQuestion) => object) {
  const context = { userId: 'ann' }
  const answer = await registry.respond(
    'anthropic',
    { type: 'tool_use', id: 'a', name: 'b', input: {} },
    { context, ask },
  )
  const waiting = questionsOf(answer)
  if (waiting?.state === undefined) return answer
  const given = Object.entries(waiting.requests).map(([key, question]) => [key, shown(question) as QuestionAnswer])
  const answers: Record<string, QuestionAnswer> = Object.fromEntries(given)
  // @ts-expect-error A state is a text.
  await registry.resume(5, answers)
  return registry.resume<typeof answer>(waiting.state, answers, { context })
}

export const registry = new ToolRegistry({ stateKey: new Uint8Array(32) })
