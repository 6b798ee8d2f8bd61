// Given paths: a path, a name, or a file URL, as a caller may give it.

import { fileURLToPath } from 'node:url'
import { readOption, toName } from '../../border/options'
import { isUrl } from '../../border/realm'

/** The path of a file URL, which may be a text too; another text as it is. */
export function toGivenPath(option: string, given: unknown): string {
  return readOption(option, () => {
    if (isUrl(given)) return fileURLToPath(given.href)
    const text = toName(option, given)
    return /^file:\/\//i.test(text) ? fileURLToPath(text) : text
  })
}
