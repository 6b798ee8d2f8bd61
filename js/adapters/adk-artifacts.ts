// Artifacts of ADK: where the files of a result go, since a function response has none.

import type { PlainAnswer } from '../../index'
import { describeFile } from './file-text'

/** The part of a running agent that keeps files. */
export interface ArtifactStore {
  readonly invocationContext: { readonly artifactService?: unknown }
  readonly saveArtifact: (name: string, part: unknown) => Promise<number>
}

type Files = NonNullable<Extract<PlainAnswer, { ok: true }>['files']>

/** Saves files as artifacts, which the model can load by their names; without a service it reads what they are. */
export async function saveFiles(files: Files, run: ArtifactStore | undefined): Promise<string[]> {
  if (run?.invocationContext.artifactService === undefined) return files.map(describeFile)
  const names = artifactNames(files)
  return Promise.all(files.map(async (file, i) => saveFile(file, names[i] as string, run)))
}

/** Saves a file and returns its name. A call that was made does not fail for a file that is not saved. */
async function saveFile(file: Files[number], name: string, run: ArtifactStore): Promise<string> {
  try {
    await run.saveArtifact(name, { inlineData: { mimeType: file.mediaType, data: file.data } })
    return name
  } catch {
    return describeFile(file)
  }
}

/** Names of artifacts: without folders, of this session (`user:` means all of its user), and each different. */
function artifactNames(files: Files): string[] {
  const names = files.map(({ name }) => name.replaceAll(/[:/\\]/g, '_'))
  const taken = new Set(names)
  return names.map((name, i) => {
    if (names.indexOf(name) === i) return name
    let number = i + 1
    while (taken.has(`${number} ${name}`)) number++
    taken.add(`${number} ${name}`)
    return `${number} ${name}`
  })
}
