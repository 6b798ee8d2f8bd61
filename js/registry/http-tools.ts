// HTTP tools: registers tools that call one endpoint of an API, one by one or all of a source in one revision.

import type { HttpToolChange, Problem } from '../../index'
import { isFault } from '../border/error'
import type { NativeHttpTool, NativeRegistry, NativeRevisionGroup } from '../border/native'
import { isList } from '../border/kind'
import { checkOptions, invalidOption, oneOf, readOption, toName, toNames } from '../border/options'
import { invalidRegistry } from '../border/package-copies'
import { raise } from '../border/raised-error'
import type { Closures } from '../closures'
import { writeHttpDefinition } from '../definition/http-definition'
import type { WrittenHttpDefinition } from '../definition/http-definition'
import { storeCredentials } from '../load/load-options'
import { isRegistry, registrationsOf } from '../registry'
import type { Registrations } from './registrations'

/** Registers one HTTP tool. */
export function registerHttpTool(registry: unknown, definition: unknown, options?: unknown): void {
  const registrations = openRegistrations(registry)
  const { onConflict, network } = checkOptions(options, ['onConflict', 'network'])
  oneOf('onConflict', onConflict, ['refuse', 'replace'])
  const hosts = readHosts(network)
  const written = writeHttpDefinition('registerHttpTool(registry, definition)', definition)
  const tool = nativeTool(written, registrations.closures)
  const replaces = onConflict === undefined ? undefined : onConflict === 'replace'
  registrations.write((native) => native.registerHttpTool(tool, hosts, replaces))
}

/** Replaces all tools of a source by HTTP tools. */
export function registerHttpTools(registry: unknown, definitions: unknown, options?: unknown): HttpToolChange {
  return replaceHttpTools(registry, definitions, options)
}

/** Does so in the revision of a group, where there is one. */
export function replaceHttpTools(
  registry: unknown,
  definitions: unknown,
  options: unknown,
  group?: NativeRevisionGroup,
): HttpToolChange {
  const registrations = openRegistrations(registry)
  const { source, network } = checkOptions(options, ['source', 'network'])
  const name = toName('source', source)
  if (name.trim() === '') throw invalidOption('source', 'must not be empty')
  const hosts = readHosts(network)
  const written = readDefinitions(definitions).map(writeAt)
  const tools = written.map((one) => nativeTool(one, registrations.closures))
  const replace = (native: NativeRegistry) => native.replaceHttpTools(name, tools, hosts, group)
  return JSON.parse(registrations.write(replace)) as HttpToolChange
}

function openRegistrations(registry: unknown): Registrations {
  if (!isRegistry(registry)) throw invalidRegistry(registry)
  const registrations = registrationsOf(registry)
  registrations.checkOpen()
  return registrations
}

function readHosts(network: unknown): string[] {
  const { hosts } = checkOptions(network, ['hosts'], 'network')
  return toNames('network.hosts', hosts) ?? []
}

/** Copies the list, which may be a proxy. */
function readDefinitions(definitions: unknown): unknown[] {
  const list = readOption('definitions', () => (isList(definitions) ? [...(definitions as unknown[])] : undefined))
  if (list === undefined) throw invalidOption('definitions', 'must be a list of definitions')
  return list
}

/** Writes one definition of a list. Its problems are told at its index. */
function writeAt(definition: unknown, index: number): WrittenHttpDefinition {
  try {
    return writeHttpDefinition('registerHttpTools(registry, definitions)', definition)
  } catch (thrown) {
    if (!isFault(thrown) || thrown.code !== 'INVALID_DEFINITION') throw thrown
    const { tool, problems } = thrown.details as { tool: string; problems: readonly Problem[] }
    const placed = problems.map(({ pointer, message }) => ({ pointer: `/${index}${pointer}`, message }))
    throw raise('INVALID_DEFINITION', { tool, problems: placed }, 'cause' in thrown ? { cause: thrown.cause } : {})
  }
}

/** Stores the credential function of a definition. It is released with its tool. */
function nativeTool({ text, unsaid, auth }: WrittenHttpDefinition, closures: Closures): NativeHttpTool {
  // Metadata crosses to Rust only where something there needs it.
  if (text.includes('context.metadata.')) closures.tellsMetadata = true
  const [credential] = storeCredentials(auth, closures)
  return {
    text,
    ...(unsaid !== undefined && { problems: unsaid }),
    ...(credential !== undefined && { auth: credential.asked }),
  }
}
