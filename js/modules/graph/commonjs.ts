// CommonJS: runs a CommonJS file of the graph, with its `module` and `require`.

import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileCommonJsBody } from './code-evaluation'
import { isRequireRace } from './module-faults'
import type { ModuleHost } from './module-host'
import { EvaluationFailure } from './module-instance'
import type { CommonJsModule } from './module-instance'
import { COMMONJS_EXPORTS, defineValues } from './namespace'

/** Runs a module once and gives its exports; those that it has so far, if it is running. Throws what it throws. */
export function runCommonJs(module: CommonJsModule, host: ModuleHost): unknown {
  if (module.object !== undefined) return module.object.exports
  if (module.body === undefined) Object.assign(module, compileCommonJsBody(module.record, module.code ?? ''))
  module.status = 'running'
  try {
    const exports = runBody(module, host)
    module.object = { exports }
    module.status = 'run'
    Object.assign(module, { body: undefined, code: undefined })
    defineValues(module.namespace, namespaceValues(exports))
    return exports
  } catch (thrown) {
    // The next `require` runs it again, as in Node.
    Object.assign(module, { object: undefined, status: 'new' })
    throw thrown
  }
}

function runBody(module: CommonJsModule, host: ModuleHost): unknown {
  const filename = module.record.path
  const path = dirname(filename)
  const require = createRequireFunction(module, host)
  const exports = {}
  const object = { id: filename, path, exports, filename, loaded: false, children: [], paths: [], require }
  module.object = object
  module.body?.call(exports, exports, require, object, filename, path, (specifier, options) =>
    host.importCall(module, specifier, options),
  )
  // A file may have frozen it.
  Reflect.set(object, 'loaded', true)
  return object.exports
}

/** Runs a module for an ES module. A failure is the same for all who import it, but for one that passes. */
export function importCommonJs(module: CommonJsModule, host: ModuleHost): void {
  if (module.failure !== undefined) throw module.failure
  if (module.status === 'running') throw new EvaluationFailure(circularImport(module), module)
  try {
    runCommonJs(module, host)
  } catch (thrown) {
    const failure = new EvaluationFailure(thrown, module)
    if (!isRequireRace(thrown)) module.failure = failure
    throw failure
  }
}

function circularImport(module: CommonJsModule): Error {
  const message = `import of ${module.record.path} in a circle: it is CommonJS, and requires what imports it`
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_CYCLE_MODULE' })
}

/** What ES modules import of CommonJS exports, read once. A getter that throws gives nothing, as in Node. */
function namespaceValues(exports: unknown): Map<string, unknown> {
  const values = new Map<string, unknown>()
  for (const name of namesOf(exports)) {
    try {
      values.set(name, Reflect.get(exports as object, name))
    } catch {
      values.set(name, undefined)
    }
  }
  return values.set('default', exports).set(COMMONJS_EXPORTS, exports)
}

function namesOf(exports: unknown): string[] {
  const isObject = exports !== null && (typeof exports === 'object' || typeof exports === 'function')
  // Elements of lists and bytes are no exports.
  if (!isObject || ArrayBuffer.isView(exports)) return []
  try {
    return Array.isArray(exports) ? [] : Object.keys(exports)
  } catch {
    // A revoked proxy, or one with a trap that throws.
    return []
  }
}

/** Node's own `require` of a file. */
export function nodeRequireOf(module: CommonJsModule): NodeJS.Require {
  return (module.nodeRequire ??= createRequire(module.record.path))
}

function createRequireFunction(module: CommonJsModule, host: ModuleHost): unknown {
  const require = (specifier: unknown): unknown => host.requireCall(module, specifier)
  const resolve = (specifier: unknown, options?: unknown): string => host.requireResolve(module, specifier, options)
  Object.assign(resolve, { paths: (request: string) => nodeRequireOf(module).resolve.paths(request) })
  // Node's cache has no module of the graph. Programs delete entries from it.
  return Object.assign(require, { resolve, cache: Object.create(null) as object, main: undefined })
}
