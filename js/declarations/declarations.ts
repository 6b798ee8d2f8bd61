// Declarations: the tools of a snapshot as TypeScript types, for programs that let a model write code.

import type { JsonSchema, RegisteredTool } from '../../index'
import { isMembers } from '../border/kind'
import { writeComment } from './comment'
import { Identifiers } from './identifiers'
import { NamedTypes, writeType } from './schema-types'

/** Writes the declarations of tools. The same tools have the same text. */
export function writeDeclarations(tools: readonly RegisteredTool[]): string {
  const [members, named] = [new Identifiers([]), new NamedTypes()]
  const signatures = tools.map((tool) => {
    const member = members.take(tool.name)
    const output = tool.outputSchema === undefined ? 'unknown' : writeType(tool.outputSchema, named)
    const type = `(${writeArgument(tool.inputSchema, named)}) => Promise<${output}>`
    return `${writeComment(linesOf(tool, member), '  ')}  ${member}: ${type.replaceAll('\n', '\n  ')}\n`
  })
  const types = named.declarations.map((declaration) => `${declaration}\n\n`).join('')
  return `${types}/** Tools: each function calls one. */\nexport interface Tools {\n${signatures.join('\n')}}\n`
}

/** The argument of a function; none for a tool without parameters. */
function writeArgument(schema: JsonSchema, named: NamedTypes): string {
  const { properties, additionalProperties, ...rest } = schema
  const isEmpty = isMembers(properties) && Object.keys(properties).length === 0 && additionalProperties !== true
  if (isEmpty && !isMembers(additionalProperties) && WIDENING.every((keyword) => !(keyword in rest))) return ''
  return `input${isOptional(schema) ? '?' : ''}: ${writeType(schema, named)}`
}

/** Keywords by which an object may have members that are no properties of its schema. */
const WIDENING = Object.freeze(['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'required'])

/** What a comment says of a tool. */
function linesOf({ name, description, deprecated }: RegisteredTool, member: string): readonly string[] {
  return [
    description,
    ...(member === name ? [] : [`@tool ${name}`]),
    ...(deprecated === true ? ['@deprecated'] : []),
  ].filter((line) => line !== '')
}

/** Whether a tool can be called without arguments. */
function isOptional({ required, $ref, allOf, anyOf, oneOf }: JsonSchema): boolean {
  const isRequired = Array.isArray(required) && required.length > 0
  return !isRequired && [$ref, allOf, anyOf, oneOf].every((one) => one === undefined)
}
