// Given tools: what `register` gets, as a definition: one of toolrack, or a tool of a framework with options beside it.

import type { ModelOutput } from '../call/interfaces'
import { ignoreRejection } from '../border/error'
import { isLater } from '../border/maybe-promise'
import { checkOptions } from '../border/options'
import { raise } from '../border/raised-error'
import { checkDefinition, withMembers } from '../definition/definition'
import { ExportedValues } from '../modules/shapes/exported-value'
import { settleTool } from '../modules/shapes/settled-tool'
import type { RecognisedTool, Shape } from '../modules/shapes/shape'
import { ShapeFault, exportError } from '../modules/shapes/shape-faults'
import { findShape } from '../modules/shapes/shape-table'

/** Members of a definition that the options beside a tool may set. */
const OPTIONS = Object.freeze([
  'name',
  'title',
  'description',
  'category',
  'tags',
  'aliases',
  'version',
  'requiresAuth',
  'requiresApproval',
  'scopes',
  'rateLimit',
  'callLimits',
  'deprecated',
  'annotations',
] as const)

/** Shapes that `register` reads as a definition itself: toolrack's own, and what has nothing to call. */
const OWN: readonly string[] = Object.freeze(['E1', 'E15'])
// Marks of classes whose tools have a name and an `execute`, as definitions have.
const MASTRA = Symbol.for('mastra.core.tool.Tool')
const ADK = Symbol.for('google.adk.baseTool')

/** A tool to register. */
export interface GivenTool {
  readonly definition: object
  /** The `this` of its `execute`. */
  readonly self: object
  readonly toModel?: ModelOutput
}

/** Reads what was given to `method`, with options or nothing beside it. Throws `INVALID_DEFINITION` for what is no tool. */
export function readGivenTool(method: string, given: unknown, second: unknown): GivenTool {
  // `tools.forEach(registry.register, registry)` hands over an index there.
  const options = typeof second === 'number' ? undefined : second
  if (options === undefined && isOwnDefinition(given)) return { definition: given, self: given }
  // A tool of Genkit is a function.
  if (typeof given !== 'function') checkDefinition(`${method}(definition)`, given)
  const { name, ...others } = checkOptions(options, OPTIONS)
  const tool = readFrameworkTool(method, given, name)
  if (tool === undefined) checkDefinition(`${method}(definition)`, given)
  const { definition, self, toModel } = tool ?? { definition: given, self: given, toModel: undefined }
  const added = { ...(name !== undefined && { name }), ...others }
  return {
    definition: Object.keys(added).length === 0 ? definition : withMembers(definition, added),
    self,
    ...(toModel && { toModel }),
  }
}

/** Whether a value is an object literal with the members of a definition. No member is read, which may run code. */
function isOwnDefinition(given: unknown): given is object {
  try {
    return (
      typeof given === 'object' &&
      given !== null &&
      Object.getPrototypeOf(given) === Object.prototype &&
      Object.hasOwn(given, 'name') &&
      Object.hasOwn(given, 'execute') &&
      !(MASTRA in given) &&
      !(ADK in given)
    )
  } catch {
    // A trap of a proxy: it is reported where the definition is read.
    return false
  }
}

function readFrameworkTool(method: string, given: unknown, name: unknown): RecognisedTool | undefined {
  const values = new ExportedValues()
  const place = { specifier: `${method}(tool)`, path: '', name: typeof name === 'string' ? name : undefined }
  const exported = values.read(given)
  const shape = exported && findForeign(() => findShape(exported, place))
  if (exported === undefined || shape === undefined) return undefined
  // Without a name it may be a definition of toolrack whose name is missing.
  if (shape.id === 'E12' && name === undefined) return undefined
  let tool = ''
  try {
    const draft = shape.read(exported, place)
    tool = typeof draft.definition.name === 'string' ? draft.definition.name : ''
    const settled = settleTool(draft)
    if (!isLater(settled)) return settled
    ignoreRejection(settled)
    const message = 'is known by a promise, and registration is synchronous: await modules.add(tool) of ToolModules'
    throw new ShapeFault([{ pointer: '/inputSchema', message }])
  } catch (thrown) {
    throw namedFault(exportError(thrown, place, tool), place.specifier)
  }
}

/** The shape of a tool that is not toolrack's own. What cannot be read is reported where definitions are read. */
function findForeign(find: () => Shape | undefined): Shape | undefined {
  try {
    const shape = find()
    return shape === undefined || OWN.includes(shape.id) ? undefined : shape
  } catch {
    return undefined
  }
}

type ExportFault = ReturnType<typeof exportError>

/** The error of a tool that no module exports: its details are those of a definition. */
function namedFault(fault: ExportFault, method: string): ExportFault {
  if (fault.code !== 'INVALID_DEFINITION') return fault
  const { tool, problems } = fault.details
  const details = { tool, problems }
  const options = 'cause' in fault ? { cause: fault.cause } : {}
  return raise('INVALID_DEFINITION', details, { words: { ...details, function: method }, ...options })
}
