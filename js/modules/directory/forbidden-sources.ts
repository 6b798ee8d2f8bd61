// Forbidden sources: links out of a watched directory. They are not loaded; a file that comes in the place of one is.

import { createFileSource, faultWords } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import type { FoundFiles } from './module-directories'

/** The sources that links would be. Their fault is told already. */
export function forbiddenSources(
  links: FoundFiles['forbidden'],
  common: SourceOptions,
  directory: string,
): ModuleSource[] {
  return links.map(({ error, ...file }) => {
    const source = createFileSource(file, common, { directory, followLinks: false })
    source.fault = faultWords(error)
    return source
  })
}

/** Whether a source was refused as a link. It keeps its name from no other file. */
export function isForbidden({ fault }: ModuleSource): boolean {
  return fault?.code === 'SOURCE_FORBIDDEN'
}
