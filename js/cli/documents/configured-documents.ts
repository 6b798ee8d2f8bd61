// Loaded configuration of a command that ends: a registry with its tools, and what became of each part.

import type { ConfigReport, LoadOptions, RegistryOptions } from '../../../index'
import { partOf } from '../../config/config-run'
import type { Config, DocumentConfig } from '../../config/read-config'
import { UsageError } from '../command'
import type { CommandOutput } from '../output/command-output'
import type { Variables } from '../variables'
import type { GivenDocument } from './document-options'
import type { LoadOutcome, LoadedDocuments } from './loaded-documents'
import { isServer, placeText } from './config-places'
import { openConfig, readConfig } from './open-loader'

/** How a configuration is loaded by a command. */
export interface ConfigLoad {
  readonly file: string
  readonly variables: Variables
  readonly output: CommandOutput
  readonly load: Pick<LoadOptions, 'targets'>
  readonly registry: RegistryOptions
}

/** Loads a configuration. What is no mistake of a source is a warning: MCP servers that cannot be read, and parts whose variable is missing. */
export async function loadConfigured({
  file,
  variables,
  output,
  load,
  registry,
}: ConfigLoad): Promise<LoadedDocuments> {
  output.progress(`loading ${file}`)
  const amend = (config: Config): Config => ofOneCommand(config, load, registry)
  const reading = await readConfig(file, variables, amend)
  const { loaded, start } = await openConfig(file, reading, { amend })
  await start()
  output.progress(undefined)
  const documents = Object.entries(reading.config.documents ?? {}).map(givenDocument)
  const { report } = loaded
  for (const problem of [...report.disabled, ...report.warnings]) output.warn(placeText(problem))
  for (const { part, error } of report.failed) if (isServer(part)) output.warn(`${part}: ${error.message}`)
  return { registry: loaded.registry, loader: loaded.loader, outcomes: outcomesOf(documents, report), documents }
}

/** One document of a configuration: the only one, or that of a name. Nothing is loaded. */
export async function documentOfConfig(
  file: string,
  name: string | undefined,
  variables: Variables,
): Promise<GivenDocument> {
  const { config } = await readConfig(file, variables, (read) => ofOneCommand(read, {}, {}))
  const documents = Object.entries(config.documents ?? {}).map(givenDocument)
  const [first, ...more] = name === undefined ? documents : documents.filter((document) => document.name === name)
  if (first !== undefined && more.length === 0) return first
  const names = documents.map((document) => document.name).join(', ')
  throw new UsageError(`give --name NAME: the documents of ${file} are ${names === '' ? 'none' : names}`)
}

/**
 * A configuration for a command that ends: nothing is watched, and the state file and the audit log, which a server may
 * have open, are left alone.
 */
function ofOneCommand(config: Config, load: Pick<LoadOptions, 'targets'>, registry: RegistryOptions): Config {
  const registryOptions = { ...config.registry, ...registry }
  Reflect.deleteProperty(registryOptions, 'audit')
  const documents = Object.entries(config.documents ?? {}).map(([name, document]): [string, DocumentConfig] => [
    name,
    { ...document, ...load, watch: false },
  ])
  const modules = config.modules?.map((entry) => (typeof entry === 'string' ? entry : { ...entry, watch: false }))
  return {
    ...config,
    registry: registryOptions,
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
    const error = failed.find(({ part }) => part === partOf('documents', document.given))?.error
    return { document, ...(error !== undefined && { error }) }
  })
  const ofModules = [...modules, ...mcpServers].map((report): LoadOutcome => ({
    document: partDocument(report.source),
    report,
  }))
  const others = failed.filter(({ part }) => !part.startsWith('/documents/') && !isServer(part))
  const ofOthers = others.map(({ part, location, error }): LoadOutcome => {
    const given = location === undefined ? part : `${part} ${location}`
    return { document: partDocument(given), error }
  })
  return [...outcomes, ...ofModules, ...ofOthers]
}

function partDocument(given: string): GivenDocument {
  return { address: given, given }
}
