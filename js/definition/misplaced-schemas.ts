// Misplaced schemas: schemas of libraries where a definition takes plain data, and what to write instead.

import { isAiSdkSchema, readAiSdkSchema } from './ai-sdk-schema'
import { libraryOf } from './standard-schema'

/** A value of a definition and its place. */
export interface HeldValue {
  readonly value: unknown
  readonly key: string
  readonly parent: HeldValue | undefined
}

/** A library in messages. */
interface SchemaLibrary {
  /** Its schema, with an article. */
  readonly schema: string
  /** Writes the schema of an object with these members. */
  readonly writeObject: (members: string) => string
}

const LIBRARIES = new Map<string, SchemaLibrary>([
  ['zod', { schema: 'a Zod schema', writeObject: (members) => `z.object({ ${members} })` }],
  [
    'valibot',
    { schema: 'a Valibot schema', writeObject: (members) => `toStandardJsonSchema(v.object({ ${members} }))` },
  ],
  ['arktype', { schema: 'an ArkType schema', writeObject: (members) => `type({ ${members} })` }],
  [
    'ai',
    {
      schema: 'an AI SDK schema',
      writeObject: (members) => `jsonSchema({ type: "object", properties: { ${members} } })`,
    },
  ],
])

/** Limits of the names in a message: how many, and their length in characters. */
const MOST_NAMES = 3
const LONGEST_NAME = 40

/** Returns the library of a schema; `ai` for one of the AI SDK. */
export function schemaLibraryOf(value: unknown): string | undefined {
  return libraryOf(value) ?? (isAiSdkSchema(value) ? 'ai' : undefined)
}

/** Whether a value is one of the parameters of a definition. */
export function isParameter({ parent }: HeldValue): boolean {
  return parent !== undefined && isParameters(parent)
}

function isParameters({ key, parent }: HeldValue): boolean {
  return key === 'parameters' && parent !== undefined && parent.parent === undefined
}

/** Says where a schema of a library belongs, and how it is written there. */
export function misplacedSchema(library: string, held: HeldValue): string {
  const { schema, writeObject } = LIBRARIES.get(library) ?? {
    schema: `a schema of ${library}`,
    writeObject: () => 'a schema of an object',
  }
  const { parent } = held
  const names = isParameters(held)
    ? memberNames(library, held.value)
    : parent !== undefined && isParameters(parent)
      ? siblingNames(library, parent.value)
      : undefined
  return names === undefined
    ? `is ${schema}, and no part of a JSON Schema: write inputSchema: ${writeObject('…')} for all arguments`
    : `is misplaced, since ${schema} belongs in inputSchema: write inputSchema: ${writeObject(writeMembers(names))}`
}

/** Writes members whose schemas the caller knows. */
function writeMembers(names: readonly string[]): string {
  const members = names
    .slice(0, MOST_NAMES)
    .filter((name) => name.length <= LONGEST_NAME)
    .map((name) => `${/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name)}: …`)
  return [...members, ...(members.length < names.length || members.length === 0 ? ['…'] : [])].join(', ')
}

/** Names of the parameters that are schemas of the same library; not many more than a message has. */
function siblingNames(library: string, parameters: unknown): string[] {
  const names: string[] = []
  for (const [name, value] of Object.entries(parameters as object)) {
    if (names.length > MOST_NAMES) break
    if (schemaLibraryOf(value) === library) names.push(name)
  }
  return names
}

/** Members of an object's schema, by library. */
interface ObjectSchema {
  /** Of Zod. */
  readonly shape?: object | null
  /** Of Valibot. */
  readonly entries?: object | null
  /** Of ArkType. */
  readonly props?: readonly { readonly key: string }[]
}

/** Names of the members of an object's schema; none of another schema. Any access may throw. */
function memberNames(library: string, value: unknown): string[] {
  try {
    const schema = value as ObjectSchema
    if (library === 'arktype') return (schema.props ?? []).map(({ key }) => key)
    if (isAiSdkSchema(value)) return Object.keys(readAiSdkSchema(value, '').schema?.properties ?? {})
    return Object.keys((library === 'zod' ? schema.shape : schema.entries) ?? {})
  } catch {
    return []
  }
}
