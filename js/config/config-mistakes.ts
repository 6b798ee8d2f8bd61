// Mistakes of a configuration that are found after it was read, by what takes its options: their places in the file.

import { callNative, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { placeConfigProblems } from '../border/native'
import { raise } from '../border/raised-error'
import { whole } from '../border/well-formed'
import type { ConfigContent } from './config-content'
import type { ConfigProblem } from './read-config'

/** A mistake, with the JSON pointer of the member that it is about. */
export interface ConfigMistake {
  readonly pointer: string
  readonly message: string
}

/** A JSON pointer of a member of what another one points to. */
export function pointerTo(above: string, ...keys: readonly string[]): string {
  return keys.reduce((at, key) => `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, above)
}

/** What an error says of the options of a part. Empty: it is about none. */
export function optionMistakes(part: string, { code, details }: ToolrackError): ConfigMistake[] {
  if (code !== 'INVALID_OPTIONS') return []
  const { option, reason, problems } = details as {
    readonly option: string
    readonly reason?: string
    readonly problems?: readonly ConfigMistake[]
  }
  const at = pointerTo(part, ...option.split('.'))
  if (problems === undefined) return [{ pointer: at, message: reason ?? '' }]
  return problems.map(({ pointer, message }) => ({ pointer: at + pointer, message }))
}

/** What an error says of the options of what is opened; those over a limit have a JSON pointer of their own. */
function openingMistakes(part: string, error: ToolrackError): ConfigMistake[] {
  const { what, limit, pointer } = error.details as { what?: string; limit?: number; pointer?: string }
  if (error.code !== 'LIMIT_EXCEEDED' || pointer === undefined) return optionMistakes(part, error)
  return [{ pointer: part + pointer, message: `${what} is over the limit of ${limit}` }]
}

/** Looks up where mistakes are. A member that is not in the file is where the nearest one above it is. */
export function placeMistakes(
  { bytes, ...content }: ConfigContent,
  mistakes: readonly ConfigMistake[],
): readonly ConfigProblem[] {
  if (mistakes.length === 0) return []
  const problems = mistakes.map(({ pointer, message }) => [pointer, message])
  const options = whole(JSON.stringify({ content, problems }))
  return JSON.parse(callNative(() => placeConfigProblems(bytes, options))) as readonly ConfigProblem[]
}

/** Opens what all sources need with the options of a part. Those that it refuses are mistakes of the file: `CONFIG_INVALID`. */
export function openPart<Opened>(content: ConfigContent, part: string, open: () => Opened): Opened {
  try {
    return open()
  } catch (thrown) {
    const mistakes = openingMistakes(part, revive(thrown))
    if (mistakes.length === 0) throw thrown
    throw raise('CONFIG_INVALID', { problems: placeMistakes(content, mistakes) })
  }
}
