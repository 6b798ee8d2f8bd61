// Source admission: which files of sources may be read and evaluated. The file of a directory must be in it.

import type { ToolrackError } from '../../border/error'
import { linkFault, outsideFault } from '../directory/directory-links'
import type { Admission } from '../graph/module-loader'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

/** The sources whose files are links out of their directory now. They are not read. */
export function forbiddenLinks(sources: readonly ModuleSource[]): Map<ModuleSource, ToolrackError> {
  const faults = new Map<ModuleSource, ToolrackError>()
  for (const source of sources) {
    const entry = entryOf(source)
    if (entry === undefined || source.confinedTo === undefined) continue
    const fault = linkFault(source.confinedTo, entry)
    if (fault !== undefined) faults.set(source, fault)
  }
  return faults
}

/** Refuses a file that was read through a link which was not there, or led elsewhere, before the read. */
export function admissionOf(sources: readonly ModuleSource[]): Admission {
  const confined = new Map<string, string>()
  for (const source of sources) {
    const entry = entryOf(source)
    if (entry !== undefined && source.confinedTo !== undefined) confined.set(entry, source.confinedTo)
  }
  return (entry, path) => {
    const directory = confined.get(entry)
    const fault = directory === undefined ? undefined : outsideFault(directory, entry, path)
    if (fault !== undefined) throw fault
  }
}
