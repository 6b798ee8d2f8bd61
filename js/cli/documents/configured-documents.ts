// Loaded configuration of a command that ends: a registry with its tools, and what became of each part.

import type { ConfigReport } from '../../../index'
import { partOf } from '../../config/config-run'
import type { Config, DocumentConfig } from '../../config/read-config'
import { UsageError } from '../command'
import type { CommandError } from '../command'
import type { CommandOutput } from '../output/command-output'
import type { Variables } from '../variables'
import type { GivenDocument } from './document-options'
import type { CommandUse, LoadOutcome, LoadedDocuments } from './loaded-documents'
import { failureText, isServer, loadFailure, partText, placeText } from './config-places'
import { openConfig, readConfig } from './open-loader'
import type { OpenConfig } from './open-loader'

/** What the core says of a log that another registry has open. */
const LOCKED = 'another registry is writing it'

/** How a configuration is loaded by a command. */
export interface ConfigLoad {
  readonly file: string
  readonly variables: Variables
  readonly output: CommandOutput
  readonly use: CommandUse
}

/**
 * Loads a configuration. What is no mistake of a source is a warning: MCP servers that cannot be read, and parts whose
 * variable is missing.
 */
export async function loadConfigured(load: ConfigLoad): Promise<LoadedDocuments> {
  const { file, output } = load
  output.progress(`loading ${file}`)
  const { loaded, reading, start } = await openConfigured(load)
  await start()
  output.progress(undefined)
  const documents = Object.entries(reading.config.documents ?? {}).map(givenDocument)
  const { report } = loaded
  for (const problem of [...report.disabled, ...report.warnings]) output.warn(placeText(problem))
  for (const failure of report.failed.filter(({ part }) => isServer(part)))
    output.warn(failureText(failure.part, loadFailure(failure)))
  return { registry: loaded.registry, loader: loaded.loader, outcomes: outcomesOf(documents, report), documents }
}

/**
 * Opens a configuration. An audit log that another registry writes, such as that of a server, cannot have the call: that
 * is a warning.
 */
async function openConfigured(load: ConfigLoad): Promise<OpenConfig> {
  const { file, variables, output, use } = load
  const amend = (config: Config): Config => ofOneCommand(config, use)
  const reading = await readConfig(file, variables, amend)
  try {
    return await openConfig(file, reading, { amend })
  } catch (thrown) {
    const { message } = thrown as CommandError
    if (!message.includes(LOCKED)) throw thrown
    output.warn(`the call is not recorded: ${message}`)
    return openConfigured({ ...load, use: { ...use, call: 'unrecorded' } })
  }
}

/** One document of a configuration: the only one, or that of a name. Nothing is loaded. */
export async function documentOfConfig(
  file: string,
  name: string | undefined,
  variables: Variables,
): Promise<GivenDocument> {
  const { config } = await readConfig(file, variables, (read) => ofOneCommand(read, {}))
  const documents = Object.entries(config.documents ?? {}).map(givenDocument)
  const [first, ...more] = name === undefined ? documents : documents.filter((document) => document.name === name)
  if (first !== undefined && more.length === 0) return first
  const names = documents.map((document) => document.name).join(', ')
  throw new UsageError(`give --name NAME: the documents of ${file} are ${names === '' ? 'none' : names}`)
}

/**
 * A configuration for a command that ends: nothing is watched, and the state file and the audit log, which a server may
 * have open, are left alone. A call is recorded where the configuration says so.
 */
function ofOneCommand(config: Config, { call, ...load }: CommandUse): Config {
  const { audit, ...kept } = config.registry ?? {}
  const isRecorded = call === 'recorded' && typeof audit === 'object' && audit.calls === true
  const registry = { ...kept, ...(call && { coerce: true }), ...(isRecorded && { audit }) }
  const documents = Object.entries(config.documents ?? {}).map(([name, document]): [string, DocumentConfig] => [
    name,
    { ...document, ...load, watch: false },
  ])
  const modules = config.modules?.map((entry) => (typeof entry === 'string' ? entry : { ...entry, watch: false }))
  return {
    ...config,
    registry,
    loader: {},
    documents: Object.fromEntries(documents),
    ...(modules !== undefined && { modules }),
  }
}

function givenDocument([name, { source, ...options }]: [string, DocumentConfig]): GivenDocument {
  return { address: source, given: name, name, options }
}

/** Documents in the order of the file, then modules, then what else failed. */
function outcomesOf(
  documents: readonly GivenDocument[],
  { documents: reports, modules, mcpServers, failed }: ConfigReport,
): LoadOutcome[] {
  const outcomes = documents.map((document): LoadOutcome => {
    const report = reports.find(({ source }) => source === document.name)
    if (report !== undefined) return { document, report }
    const failure = failed.find(({ part }) => part === partOf('documents', document.given))
    return { document, ...(failure !== undefined && { error: loadFailure(failure) }) }
  })
  const ofModules = [...modules, ...mcpServers].map((report): LoadOutcome => ({
    document: partDocument(report.source),
    report,
  }))
  const others = failed.filter(({ part }) => !part.startsWith('/documents/') && !isServer(part))
  const ofOthers = others.map((failure): LoadOutcome => ({
    document: partDocument(partText(failure)),
    error: loadFailure(failure),
  }))
  return [...outcomes, ...ofModules, ...ofOthers]
}

function partDocument(given: string): GivenDocument {
  return { address: given, given }
}
