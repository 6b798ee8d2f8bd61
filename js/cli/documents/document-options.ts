// Documents in arguments: which API documents a command reads, and with which options of a load.

import type { LoadOptions, OperationChoice } from '../../../index'
import { UsageError } from '../command'
import type { OptionSpec, OptionTable } from '../command'
import { Variables } from '../variables'
import { configFileOf, refuseDocumentOptions } from './config-file'
import { readHeaders } from './header-options'
import { readChoices } from './operation-choices'

/** Options of a selection of operations. */
export const CHOICE_OPTIONS = Object.freeze({
  include: {
    type: 'string',
    multiple: true,
    value: 'CHOICE',
    help: 'takes chosen operations alone: tag:NAME, GET, /path/**, "GET /path/**", or an operation id',
  },
  exclude: { type: 'string', multiple: true, value: 'CHOICE', help: 'leaves operations out' },
} satisfies OptionTable)

/** Options of calls. */
export const CALL_OPTIONS = Object.freeze({
  'base-url': {
    type: 'string',
    value: 'URL',
    help: 'the base URL of calls, if the document has none or another one; for one document',
  },
  header: { type: 'string', multiple: true, value: "'NAME: VALUE'", help: 'a header of every call' },
} satisfies OptionTable)

/** The option of the names of sources. */
export const NAME_OPTION = Object.freeze({
  type: 'string',
  multiple: true,
  value: 'NAME',
  help: 'the name of the source, one for each document (default: the name of its file)',
} satisfies OptionSpec)

/** What is said of variables below the options. */
export const VARIABLES_NOTE =
  '${VAR} and ${VAR:-default} in a document, a header or --base-url is a variable of the environment.'

/** A document of the arguments. */
export interface GivenDocument {
  /** The path or URL. It may have secrets. */
  readonly address: string
  /** The argument as it was given, for people. */
  readonly given: string
  /** The name of its source, where it is given. */
  readonly name?: string
  /** Its own options of a load, of a configuration. */
  readonly options?: LoadOptions
}

/** Documents, and the options that all of them are loaded with. */
export interface DocumentArguments {
  readonly documents: readonly GivenDocument[]
  /** The variables that are filled in. */
  readonly variables: Variables
  readonly options: DocumentLoadOptions
  /** The configuration file that is loaded instead of documents. */
  readonly config?: string
}

/** The options of a load that arguments give. */
export type DocumentLoadOptions = Pick<LoadOptions, 'baseUrl' | 'headers'> & {
  readonly include?: readonly OperationChoice[]
  readonly exclude?: readonly OperationChoice[]
}

/** The values of the options of this file. */
export interface DocumentValues {
  readonly config?: string | undefined
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly 'base-url'?: string | undefined
  readonly header?: readonly string[] | undefined
  readonly name?: readonly string[] | undefined
}

/** Reads documents and their options. Throws {@link UsageError}. */
export function readDocuments(texts: readonly string[], values: DocumentValues): DocumentArguments {
  const variables = new Variables(process.env)
  const config = configFileOf(texts, { config: values.config })
  if (config !== undefined) {
    refuseDocumentOptions(config, { ...CHOICE_OPTIONS, ...CALL_OPTIONS, name: NAME_OPTION }, { ...values })
    return { documents: [], variables, options: {}, config }
  }
  const options = readLoadOptions(texts.length, values, variables)
  const { name: names } = values
  if (names !== undefined && names.length !== texts.length)
    throw new UsageError(`--name is given ${names.length} times for ${texts.length} documents: give one for each`)
  const documents = texts.map((text, i) => {
    const [document, name] = [fillDocument(text, i, variables), names?.[i]]
    return name === undefined ? document : { ...document, name }
  })
  return { documents, variables, options }
}

/** Reads the options of a load of `count` documents. */
export function readLoadOptions(
  count: number,
  { include, exclude, 'base-url': baseUrl, header }: Omit<DocumentValues, 'name' | 'config'>,
  variables: Variables,
): DocumentLoadOptions {
  if (count === 0) throw new UsageError('give at least one document (a file or a URL), or --config FILE')
  if (baseUrl !== undefined && count > 1)
    throw new UsageError('--base-url is for one document: give the documents of each API by themselves')
  return {
    ...(baseUrl === undefined ? {} : { baseUrl: variables.fill('--base-url', baseUrl) }),
    ...(header === undefined ? {} : { headers: readHeaders(header, variables) }),
    ...(include === undefined ? {} : { include: readChoices('--include', include) }),
    ...(exclude === undefined ? {} : { exclude: readChoices('--exclude', exclude) }),
  }
}

/** Fills in the variables of the document at an index. */
export function fillDocument(given: string, index: number, variables: Variables): GivenDocument {
  if (given === '') throw new UsageError(`document ${index + 1} is empty: give a file or a URL`)
  return { address: variables.fill(`document ${index + 1}`, given), given }
}
