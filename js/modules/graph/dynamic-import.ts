// Dynamic import: `import()` of a module of the graph.

import { evaluateGraph } from './graph-evaluation'
import { resolveImport } from './missing-imports'
import type { ModuleHost } from './module-host'
import { EvaluationFailure } from './module-instance'
import type { LocalModule } from './module-instance'

/** Evaluates what a specifier leads to, and gives its namespace. Rejects with what was thrown, as Node does. */
export async function importModule(
  importer: LocalModule,
  host: ModuleHost,
  specifier: unknown,
  options: unknown,
): Promise<object> {
  // As in a template: a symbol is an error.
  const text = `${specifier as string}`
  const attributes = readAttributes(options)
  // The importer goes on first: nothing that it imports runs within the call.
  await Promise.resolve()
  const to = resolveImport(importer, host, text)
  if (to.kind !== 'file') {
    const external = host.externals.at(to, attributes.get('type'))
    await external.load()
    return external.namespace ?? {}
  }
  const module = host.instanceAt(importer, to.path)
  checkAttributes(attributes, module)
  try {
    await evaluateGraph(module, host)
  } catch (thrown) {
    throw thrown instanceof EvaluationFailure ? thrown.thrown : thrown
  }
  return module.namespace
}

/** The import attributes of a call. */
function readAttributes(options: unknown): ReadonlyMap<string, string> {
  const attributes = (options as { readonly with?: unknown } | null | undefined)?.with
  const entries: [string, unknown][] = attributes === undefined ? [] : Object.entries(attributes as object)
  const wrong = entries.find(([, value]) => typeof value !== 'string')
  if (wrong !== undefined) throw new TypeError(`import attribute ${wrong[0]} must be a string`)
  return new Map(entries as [string, string][])
}

/** Refuses what Node refuses of a local file, by its codes. JSON needs no attribute here. */
function checkAttributes(attributes: ReadonlyMap<string, string>, { format, record: { path } }: LocalModule): void {
  for (const [key, value] of attributes) {
    if (key !== 'type' || value !== 'json') {
      const message = `import attribute ${key}: "${value}" of ${path} is not supported: there is type: "json"`
      throw attributeError('ERR_IMPORT_ATTRIBUTE_UNSUPPORTED', message)
    }
    if (format !== 'json') {
      const message = `${path} is not of type "json": take the import attribute away`
      throw attributeError('ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE', message)
    }
  }
}

function attributeError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code })
}
