// Require: `require()` and `require.resolve()` of a CommonJS file of the graph, with the rules of Node 22.

import { fileURLToPath } from 'node:url'
import { nodeRequireOf, runCommonJs } from './commonjs'
import { evaluateNow, unloadedExternals } from './graph-evaluation'
import { awaitingModule } from './import-checks'
import { noteMissing } from './missing-imports'
import type { ModuleHost } from './module-host'
import { EvaluationFailure } from './module-instance'
import type { CommonJsModule, EsModule, LocalModule } from './module-instance'
import type { ResolvedImport } from './module-records'
import { parseJson } from './module-linking'
import { COMMONJS_EXPORTS, closeNamespace } from './namespace'

/** Gives the exports of what a specifier leads to. Throws what it throws. */
export function requireModule(importer: CommonJsModule, host: ModuleHost, specifier: unknown): unknown {
  const nodeRequire = nodeRequireOf(importer)
  const to = resolveRequire(importer, host, specifier)
  if (to instanceof Unresolved) return requireUnresolved(nodeRequire, specifier as string, to)
  if (to.kind === 'file') return exportsOf(host.instanceAt(importer, to.path), host)
  return nodeRequire(requirePath(to))
}

/** Gives the path of a file that a specifier leads to, or the name of a builtin. */
export function resolveForRequire(
  importer: CommonJsModule,
  host: ModuleHost,
  specifier: unknown,
  options: unknown,
): string {
  const to = options === undefined ? resolveRequire(importer, host, specifier) : undefined
  if (to !== undefined && !(to instanceof Unresolved)) {
    if (to.kind === 'file') return to.path
    if (to.kind === 'package') return requirePath(to)
  }
  return nodeRequireOf(importer).resolve(specifier as string, options as { paths?: string[] } | undefined)
}

function requirePath(to: Exclude<ResolvedImport, { readonly kind: 'file' }>): string {
  if (to.kind === 'builtin') return to.specifier
  return to.url.startsWith('file:') ? fileURLToPath(to.url) : to.url
}

/** Why a specifier could not be resolved. */
class Unresolved {
  readonly fault: unknown

  constructor(fault: unknown) {
    this.fault = fault
  }
}

function resolveRequire(importer: CommonJsModule, host: ModuleHost, specifier: unknown): ResolvedImport | Unresolved {
  if (typeof specifier !== 'string') return new Unresolved(undefined)
  try {
    return host.resolve(importer, specifier, 'require')
  } catch (thrown) {
    return new Unresolved(thrown)
  }
}

/** Has Node require it: its own error says what it always says, with its code. */
function requireUnresolved(nodeRequire: NodeJS.Require, specifier: string, { fault }: Unresolved): unknown {
  try {
    return nodeRequire(specifier) as unknown
  } catch (thrown) {
    noteMissing(thrown, specifier, fault)
    throw thrown
  }
}

function exportsOf(module: LocalModule, host: ModuleHost): unknown {
  try {
    if (module.format === 'json') return parseJson(module)
    if (module.format === 'module') return requireEsModule(module, host)
  } catch (thrown) {
    throw thrown instanceof EvaluationFailure ? thrown.thrown : thrown
  }
  return runCommonJs(module, host)
}

function requireEsModule(module: EsModule, host: ModuleHost): unknown {
  const awaiting = awaitingModule(module)
  if (awaiting !== undefined) throw asyncModule(`${awaiting.record.path} has a top-level await`)
  const [unloaded] = module.status === 'evaluated' ? [] : unloadedExternals(module)
  if (unloaded !== undefined) throw asyncModule(`${unloaded.url} is not loaded yet`)
  evaluateNow(module, host)
  const { namespace } = module
  if (Object.hasOwn(namespace, COMMONJS_EXPORTS)) return Reflect.get(namespace, COMMONJS_EXPORTS)
  return (module.required ??= withMark(namespace))
}

/** A namespace with a default export has `__esModule` for `require`, as in Node: tools know a default export by it. */
function withMark(namespace: object): object {
  if (!Object.hasOwn(namespace, 'default') || Object.hasOwn(namespace, '__esModule')) return namespace
  const mark = { value: true, enumerable: true }
  const marked = Object.create(null) as object
  for (const name of [...Object.keys(namespace), '__esModule'].toSorted())
    Object.defineProperty(marked, name, Object.getOwnPropertyDescriptor(namespace, name) ?? mark)
  closeNamespace(marked)
  return marked
}

function asyncModule(reason: string): Error {
  const message = `require() of an ES module that is not ready in time: ${reason}; use import()`
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_ASYNC_MODULE' })
}
