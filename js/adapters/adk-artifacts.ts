// Artifacts of ADK: where the files of a result go, since a function response has none.

import type { PlainAnswer } from '../../index'
import { describeFile } from './file-text'

/** The part of a running agent that keeps files. */
export interface ArtifactStore {
  readonly invocationContext: { readonly artifactService?: unknown; readonly session?: object }
  readonly listArtifacts?: () => Promise<readonly string[]>
  readonly saveArtifact: (name: string, part: unknown) => Promise<number>
}

type Files = NonNullable<Extract<PlainAnswer, { ok: true }>['files']>

/** Saves files as artifacts, which the model can load by their names; without a service it reads what they are. */
export async function saveFiles(files: Files, run: ArtifactStore | undefined): Promise<string[]> {
  if (run?.invocationContext.artifactService === undefined) return files.map(describeFile)
  const listed = await listArtifacts(run)
  // From here on at once: calls of one step run beside each other.
  const names = takeNames(files, listed, run)
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

/** The names that were taken in a session, of files that may not be saved yet. */
const TAKEN = new WeakMap<object, Set<string>>()

/** The artifacts of the session. Without a list, names of other calls are those of this process. */
async function listArtifacts(run: ArtifactStore): Promise<readonly string[]> {
  try {
    return (await run.listArtifacts?.()) ?? []
  } catch {
    return []
  }
}

/** Names of artifacts: without folders, of this session (`user:` means all of its user), and of no other file of it. */
function takeNames(files: Files, listed: readonly string[], { invocationContext }: ArtifactStore): string[] {
  const session = invocationContext.session ?? invocationContext
  const taken = TAKEN.get(session) ?? new Set<string>()
  TAKEN.set(session, taken)
  for (const name of listed) taken.add(name)
  const names = files.map(({ name }) => name.replaceAll(/[:/\\]/g, '_'))
  const isOwn = names.map((name, i) => names.indexOf(name) === i && !taken.has(name))
  for (const name of names) taken.add(name)
  return names.map((name, i) => {
    if (isOwn[i] === true) return name
    let number = Math.max(i + 1, 2)
    while (taken.has(`${number} ${name}`)) number++
    taken.add(`${number} ${name}`)
    return `${number} ${name}`
  })
}
