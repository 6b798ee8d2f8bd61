// Source admission: which files of sources may be read and evaluated. The file of a directory must be in it.

import type { ToolrackError } from '../../border/error'
import { DirectoryLinks } from '../directory/directory-links'
import type { Admission } from '../graph/module-loader'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

/** The sources whose files are links out of their directory now. They are not read. */
export function forbiddenLinks(sources: readonly ModuleSource[]): Map<ModuleSource, ToolrackError> {
  const linksOf = linksByDirectory()
  const faults = new Map<ModuleSource, ToolrackError>()
  for (const source of sources) {
    const entry = entryOf(source)
    if (entry === undefined || source.confinedTo === undefined) continue
    const fault = linksOf(source.confinedTo).faultOf(entry)
    if (fault !== undefined) faults.set(source, fault)
  }
  return faults
}

/** Refuses a file that was read through a link which was not there, or led elsewhere, before the read or is there now. */
export function admissionOf(sources: readonly ModuleSource[]): Admission {
  const linksOf = linksByDirectory()
  const confined = new Map<string, string>()
  for (const source of sources) {
    const entry = entryOf(source)
    if (entry !== undefined && source.confinedTo !== undefined) confined.set(entry, source.confinedTo)
  }
  return (entry, path) => {
    const directory = confined.get(entry)
    if (directory === undefined) return
    const links = linksOf(directory)
    // What was its real path may lead through a link by now.
    const fault = links.faultOfReal(entry, path) ?? links.faultOf(path)
    if (fault !== undefined) throw fault
  }
}

function linksByDirectory(): (directory: string) => DirectoryLinks {
  const all = new Map<string, DirectoryLinks>()
  return (directory) => {
    const links = all.get(directory) ?? new DirectoryLinks(directory)
    all.set(directory, links)
    return links
  }
}
