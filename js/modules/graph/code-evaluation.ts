// Code evaluation: compiled text → function, without what Node keeps for ever.

import { pathToFileURL } from 'node:url'
import type { ModuleRecord } from './module-records'

/** This process forbids code from strings: only Node's own import can load modules. A load rejects with it. */
export class CodeGenerationForbidden extends Error {
  constructor() {
    super('this process forbids code generation from strings')
  }
}

/**
 * Evaluates text as a script of its own. By eval, since V8 frees what it made once nobody has it: `vm.Script` and
 * `vm.compileFunction` keep every source on Node 22 and later. A function constructor puts two lines before the text;
 * here each token stays on its line.
 */
// oxlint-disable-next-line eslint/no-eval -- see above
const evaluateText: (text: string) => unknown = eval

/** Whether this process evaluates text. */
export function canEvaluateText(): boolean {
  try {
    return evaluateText('true') === true
  } catch {
    return false
  }
}

/** The first two results of a body's iterator: at the first its exports are there, at the second it has run. */
export interface BodyIterator {
  next(): unknown
}

/** Body of an ES module; `imports` are the namespaces of its imports. */
export type ModuleBody = (
  defineExports: (getters: object) => void,
  meta: object,
  importCall: (specifier: unknown, options?: unknown) => Promise<object>,
  ...imports: object[]
) => BodyIterator

/** Body of a CommonJS module. */
export type CommonJsBody = (
  exports: unknown,
  require: unknown,
  module: object,
  filename: string,
  dirname: string,
  importCall: (specifier: unknown, options?: unknown) => Promise<object>,
) => void

/** A body, and the number of characters before the source on its first line. */
export interface CompiledBody<Body> {
  readonly body: Body
  readonly firstColumn: number
}

export function compileModuleBody(record: ModuleRecord, code: string): CompiledBody<ModuleBody> {
  const { prefix, imports, isAsync } = record
  const parameters = ['exports', 'meta', 'import', ...imports.keys()].map((name) => `${prefix}${name}`)
  const head = `(${isAsync ? 'async ' : ''}function* (${parameters.join(', ')}) {"use strict";`
  const prelude = code.indexOf(PRELUDE_END)
  const firstColumn = head.length + (prelude < 0 ? 0 : prelude + PRELUDE_END.length)
  return { body: compile(head, code, stackName(record)) as ModuleBody, firstColumn }
}

/** What ends the definition of exports, before the first token of the source. */
const PRELUDE_END = 'yield; '

export function compileCommonJsBody(record: ModuleRecord, code: string): CompiledBody<CommonJsBody> {
  const head = `(function (exports, require, module, __filename, __dirname, ${record.prefix}import) {`
  return { body: compile(head, code, stackName(record)) as CommonJsBody, firstColumn: head.length }
}

function compile(head: string, code: string, name: string): unknown {
  return evaluateText(`${head}${code}\n})\n//# sourceURL=${name}`)
}

/**
 * The name of a module in stack traces: Node shows the URL of an ES module and the path of another one. A `sourceURL`
 * has neither blanks nor quotes.
 */
export function stackName({ path, format }: ModuleRecord): string {
  return format === 'module' || /[\s'"]/.test(path) ? pathToFileURL(path).href.replaceAll("'", '%27') : path
}
