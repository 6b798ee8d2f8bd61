// Tool shapes: definitions of one target, taken apart by tool and put together to a request.

import type { FinderTarget } from '../../index'
import { deepFreeze, ownCopy } from '../border/freeze'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'

/** A tool as a request of a target has it. */
export interface ToolShape {
  readonly wireName: string
  /** An item of the list of tools; for Gemini one declaration. */
  readonly definition: Members
}

/** Where the parts of a definition stand, in the formats of all targets. */
const SCHEMA_KEYS = Object.freeze(['parameters', 'input_schema', 'parametersJsonSchema', 'inputSchema'] as const)

const isGemini = (target: FinderTarget) => target === 'gemini' || target === 'gemini-openapi'

/** Takes the definitions of a target apart. */
export function shapesOf(target: FinderTarget, definitions: readonly object[]): ToolShape[] {
  const items = isGemini(target)
    ? definitions.flatMap((list) => (list as { readonly functionDeclarations: Members[] }).functionDeclarations)
    : (definitions as readonly Members[])
  return items.map((definition) => ({ wireName: wireNameOf(definition), definition }))
}

/** Puts definitions together to the tools of one request, which are frozen where nobody writes into them. */
export function requestOf(target: FinderTarget, definitions: readonly object[]): object[] {
  if (target === 'plain') return ownCopy([...definitions])
  if (target === 'gemini-openapi')
    // Google's SDK writes into declarations.
    return [{ functionDeclarations: definitions.map((declaration) => ({ ...declaration })) }]
  return deepFreeze(isGemini(target) ? [{ functionDeclarations: [...definitions] }] : [...definitions])
}

/** The schema of the arguments, as the model reads it. */
export function schemaOf(definition: Members): unknown {
  const part = partOf(definition)
  const key = SCHEMA_KEYS.find((one) => part[one] !== undefined)
  const schema = key === undefined ? undefined : part[key]
  return isMembers(schema) && isMembers(schema.json) && definition.toolSpec !== undefined ? schema.json : schema
}

/** The name, as the model reads it. */
export function wireNameOf(definition: Members): string {
  return String(partOf(definition).name)
}

/** The description, as the model reads it. */
export function descriptionOf(definition: Members): unknown {
  return partOf(definition).description
}

/** The names of the arguments that a call must have. */
export function requiredOf(definition: Members): readonly string[] {
  const schema = schemaOf(definition)
  const required = isMembers(schema) ? schema.required : undefined
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : []
}

/** The estimated tokens of a definition: its bytes as JSON, divided by 4, as `tokens` counts them. */
export function tokensOf(definition: object): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(definition)) / 4)
}

/** What has name and schema. */
function partOf(definition: Members): Members {
  const { function: inFunction, toolSpec } = definition
  return isMembers(inFunction) ? inFunction : isMembers(toolSpec) ? toolSpec : definition
}
