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
export async function saveFiles(files: Files, run: ArtifactStore): Promise<string[]> {
  if (run.invocationContext.artifactService === undefined) return files.map(describeFile)
  const names = artifactNames(files)
  const save = async ({ mediaType, data }: Files[number], i: number) =>
    run.saveArtifact(names[i] as string, { inlineData: { mimeType: mediaType, data } })
  await Promise.all(files.map(save))
  return names
}

/** Names of artifacts: without folders, of this session (`user:` means all of its user), and each different. */
function artifactNames(files: Files): string[] {
  const names = files.map(({ name }) => name.replaceAll(/[:/\\]/g, '_'))
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${i + 1} ${name}`))
}
