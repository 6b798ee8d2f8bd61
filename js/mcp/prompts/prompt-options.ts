// Prompt options: `prompts` of `createMcpServer` → what is served.

import { invalidOption, readOption, toBoolean } from '../../border/options'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { noneOf } from '../../border/nearest'
import { INVALID_PARAMS } from '../protocol/json-rpc'
import { runContent } from '../content/content-context'
import type { ContentEnvironment } from '../content/content-context'
import { ContentFault } from '../content/content-fault'
import type { PromptItem } from '../content/content-item'
import { checkUnique, filled, optionalText, readItems, toFunction, writeListed } from '../content/content-options'
import { checkOptions } from '../../border/options'
import { completionOf, readCompleter } from './completion'
import type { Completers } from './completion'
import { messagesOf } from './prompt-messages'

type GetFunction = (this: object, args: unknown, context: unknown) => unknown

/** Arguments of one prompt. */
interface PromptArguments {
  /** What lists have of them. */
  readonly listed: readonly Members[] | undefined
  readonly names: readonly string[]
  readonly required: readonly string[]
  readonly completers: Completers
}

export function readPrompts(given: unknown, environment: ContentEnvironment): readonly PromptItem[] {
  const items = readItems('prompts', given, ['arguments', 'get']).map((item): PromptItem => {
    const { place, self, read, scopes } = item
    const name = filled(`${place}.name`, read.name)
    const description = optionalText(`${place}.description`, read.description)
    const getIt = toFunction<GetFunction>(`${place}.get`, read.get)
    const args = readArguments(`${place}.arguments`, read.arguments)
    return {
      key: name,
      text: writeListed(item, { arguments: args.listed }),
      scopes,
      get: async (sent, call) => {
        const checked = checkArguments(name, sent, args)
        const work = (context: unknown) => getIt.call(self, checked, context)
        return messagesOf(await runContent(environment, call, `prompt "${name}"`, work), description)
      },
      complete: (argument, call) => completionOf(args.completers, argument, { environment, call, self }),
    }
  })
  checkUnique(
    'prompts',
    items.map(({ key }) => key),
  )
  return items
}

function readArguments(option: string, given: unknown): PromptArguments {
  if (given === undefined) return { listed: undefined, names: [], required: [], completers: new Map() }
  if (!readOption(option, () => Array.isArray(given))) throw invalidOption(option, 'must be a list')
  const read = readOption(option, () => Array.from(given as readonly unknown[])).map((one, index) => {
    const place = `${option}[${index}]`
    if (!isMembers(one)) throw invalidOption(place, 'must be an object with a name')
    const { name, title, description, required, complete } = checkOptions(
      one,
      ['name', 'title', 'description', 'required', 'complete'],
      place,
    )
    const listed = {
      name: filled(`${place}.name`, name),
      title: optionalText(`${place}.title`, title),
      description: optionalText(`${place}.description`, description),
      required: toBoolean(`${place}.required`, required, false),
    }
    return { listed, complete: readCompleter(`${place}.complete`, complete) }
  })
  const names = read.map(({ listed }) => listed.name)
  checkUnique(option, names)
  return {
    listed: read.map(({ listed }) => listed),
    names,
    required: read.flatMap(({ listed }) => (listed.required ? [listed.name] : [])),
    completers: new Map(read.map(({ listed, complete }) => [listed.name, complete])),
  }
}

/** Checks the arguments of a request: texts that the prompt has, and all that it needs. */
function checkArguments(prompt: string, sent: Members, { names, required }: PromptArguments): Members {
  const problems = [
    ...required.filter((name) => !Object.hasOwn(sent, name)).map((name) => `"${name}" is missing`),
    ...Object.keys(sent)
      .filter((name) => !names.includes(name))
      .map((name) =>
        names.length === 0 ? `"${name}" is none: it takes no arguments` : `"${name}" ${noneOf(name, names)}`,
      ),
    ...Object.entries(sent).flatMap(([name, value]) => (typeof value === 'string' ? [] : [`"${name}" must be a text`])),
  ]
  if (problems.length > 0)
    throw new ContentFault(
      INVALID_PARAMS,
      `params/arguments of prompt "${prompt}": ${problems.slice(0, 20).join('; ')}`,
    )
  const args: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sent))
    Object.defineProperty(args, name, { value, enumerable: true, writable: true, configurable: true })
  return args
}
