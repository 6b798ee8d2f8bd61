// `toolrack clients`: prints what a desktop client needs to start `toolrack serve`, or to reach one that runs.

import { readFileSync } from 'node:fs'
import { basename, extname, isAbsolute, relative, resolve, sep } from 'node:path'
import { reasonOf } from '../../border/error'
import { noneOf } from '../../border/nearest'
import { CommandError, JSON_OPTION, UsageError, parseCommand } from '../command'
import type { Command, OptionTable } from '../command'
import { CONFIG_OPTION, configFileOf, refuseDocumentOptions } from '../documents/config-file'
import { CALL_OPTIONS, CHOICE_OPTIONS } from '../documents/document-options'
import { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'
import { Variables } from '../variables'
import { CLIENTS } from './desktop-clients'
import type { ClientServer, DesktopClient } from './desktop-clients'

const NAMES = CLIENTS.map(({ name }) => name)

const OPTIONS = Object.freeze({
  name: {
    type: 'string',
    value: 'NAME',
    help: 'the name of the server in the client (default: the name of the first file)',
  },
  url: {
    type: 'string',
    value: 'URL',
    help: 'a server that runs already (toolrack serve --http), instead of documents',
  },
  config: CONFIG_OPTION,
  ...CHOICE_OPTIONS,
  ...CALL_OPTIONS,
  'read-only': { type: 'boolean', help: 'serves only tools that change nothing' },
  json: { ...JSON_OPTION, help: 'prints the list as JSON; for a client its file beside the configuration' },
} satisfies OptionTable)

export const clients: Command = Object.freeze({
  words: ['clients'],
  usage: '[CLIENT DOCUMENT...] [OPTIONS]',
  about:
    'Prints the configuration with which a desktop client starts toolrack serve; without a client, the list of ' +
    'clients. The options are those of serve. A variable, as in ${API_TOKEN}, is left to the client: no secret is ' +
    'printed.',
  options: OPTIONS,
  exitCodes: { 0: 'the configuration or the list is printed', 2: 'a mistake in the arguments' },
  example: "toolrack clients cursor openapi.yaml --read-only --header 'Authorization: Bearer ${API_TOKEN}'",
  firstArguments: NAMES,
  run,
})

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, OPTIONS)
  const [name, ...documents] = positionals
  const output = new CommandOutput(new Variables({}))
  if (name === undefined) {
    const listed = CLIENTS.map(({ name, title, file }) => ({ name, title, file }))
    if (values.json) output.json(listed)
    else output.lines(textTable(listed.map(({ name, title, file }) => [name, title, file])))
    return 0
  }
  const client = CLIENTS.find((known) => known.name === name)
  if (client === undefined) throw new UsageError(`client "${name}" ${noneOf(name, NAMES)}`)
  const config = client.configure(values.name ?? keyOf(documents), serverOf(client, documents, values))
  if (values.json) output.json({ client: client.name, file: client.file, config })
  else {
    output.note(`${client.title} has it in ${client.file}`)
    output.json(config)
  }
  return 0
}

interface ClientValues {
  readonly config?: string | undefined
  readonly url?: string | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly header?: readonly string[] | undefined
  readonly 'base-url'?: string | undefined
  readonly 'read-only'?: boolean | undefined
}

function serverOf(client: DesktopClient, documents: readonly string[], values: ClientValues): ClientServer {
  const { url, include = [], exclude = [], header = [], 'base-url': baseUrl, 'read-only': isReadOnly } = values
  const each = (name: string, texts: readonly string[]): string[] => texts.flatMap((text) => [`--${name}`, text])
  const options = [
    ...each('base-url', baseUrl === undefined ? [] : [baseUrl]),
    ...each('header', header),
    ...each('include', include),
    ...each('exclude', exclude),
    ...(isReadOnly ? ['--read-only'] : []),
  ]
  if (url !== undefined) {
    if (documents.length > 0 || options.length > 0 || values.config !== undefined)
      throw new UsageError('--url is a server that runs already: leave out documents and the options of serve')
    if (!client.hasUrls)
      throw new UsageError(`${client.title} starts its servers itself: give documents instead of --url`)
    return { url }
  }
  const file = configFileOf(documents, { config: values.config })
  if (file !== undefined) return configServer(file, options, client, values)
  if (documents.length === 0) throw new UsageError('give at least one document (a file or a URL), or --config FILE')
  const args = [...documents.map((document) => placeOf(document, client.folder)), ...options]
  return { args, variables: requiredVariables(documents, values) }
}

/** The variables that `serve` will need. Throws a {@link UsageError} for a reference that it would refuse. */
function requiredVariables(
  documents: readonly string[],
  { header = [], 'base-url': baseUrl }: ClientValues,
): readonly string[] {
  const texts: (readonly [place: string, text: string])[] = [
    ...documents.map((document, i) => [`document ${i + 1}`, document] as const),
    ...(baseUrl === undefined ? [] : [['--base-url', baseUrl] as const]),
    ...header.map((text) => ['--header', text] as const),
  ]
  const variables = new Variables({})
  return [...new Set(texts.flatMap(([place, text]) => variables.requiredIn(place, text)))]
}

/** References to variables without a default, in any text. */
const REFERENCES = /(?<!\$)\$\{(?:env:)?([A-Za-z_]\w*)\}/g

/** A server of a configuration. Its variables are those of its text: a client may give one too many, of a comment. */
function configServer(
  file: string,
  options: readonly string[],
  client: DesktopClient,
  values: ClientValues,
): ClientServer {
  refuseDocumentOptions(file, { ...CALL_OPTIONS, ...CHOICE_OPTIONS }, { ...values })
  try {
    const names = [...readFileSync(file, 'utf8').matchAll(REFERENCES)].flatMap(([, name]) => name ?? [])
    return { args: ['--config', placeOf(file, client.folder), ...options], variables: [...new Set(names)] }
  } catch (thrown) {
    throw new CommandError(`${file}: ${reasonOf(thrown)}`)
  }
}

/** A document as the client finds it: its own folder is another one than the current one. */
function placeOf(document: string, folder: string | undefined): string {
  if (isAddress(document) || document.startsWith('$')) return document
  const inside = relative('.', resolve(document))
  if (folder === undefined || inside.startsWith('..') || isAbsolute(inside)) return resolve(document)
  return `${folder}/${inside.split(sep).join('/')}`
}

function isAddress(document: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(document)
}

function keyOf([document]: readonly string[]): string {
  if (document === undefined) return 'toolrack'
  const file = basename(document.replace(/[?#].*$/s, ''))
  return basename(file, extname(file)).replace(/[^\w-]+/g, '-') || 'toolrack'
}
