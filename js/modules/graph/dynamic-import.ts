// Dynamic import: `import()` of a module of the graph.

import { isFault } from '../../border/error'
import { evaluateGraph } from './graph-evaluation'
import type { ModuleHost } from './module-host'
import { EvaluationFailure } from './module-instance'
import type { LocalModule } from './module-instance'
import type { ResolvedImport } from './module-records'

/** Evaluates what a specifier leads to, and gives its namespace. Rejects with what was thrown, as Node does. */
export async function importModule(
  importer: LocalModule,
  host: ModuleHost,
  specifier: unknown,
  options: unknown,
): Promise<object> {
  // As in a template: a symbol is an error.
  const text = `${specifier as string}`
  const type = attributeType(options)
  // The importer goes on first: nothing that it imports runs within the call.
  await Promise.resolve()
  const to = resolveImport(importer, host, text)
  if (to.kind !== 'file') {
    const external = host.externals.at(to, type)
    await external.load()
    return external.namespace ?? {}
  }
  const module = host.instanceAt(importer, to.path)
  if (type === 'json' && module.format !== 'json') throw new TypeError(`"${text}" is no JSON`)
  try {
    await evaluateGraph(module, host)
  } catch (thrown) {
    throw thrown instanceof EvaluationFailure ? thrown.thrown : thrown
  }
  return module.namespace
}

/** Resolves a specifier. The error of one that leads nowhere has the code of Node, which programs ask for. */
function resolveImport(importer: LocalModule, host: ModuleHost, specifier: string): ResolvedImport {
  try {
    return host.resolve(importer, specifier, 'import')
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown
    throw Object.assign(new Error(thrown.message, { cause: thrown }), { code: 'ERR_MODULE_NOT_FOUND' })
  }
}

function attributeType(options: unknown): string | undefined {
  if (options === undefined || options === null) return undefined
  const { type } = (options as { readonly with?: { readonly type?: unknown } }).with ?? {}
  return typeof type === 'string' ? type : undefined
}
