// Module exports: names and values of a namespace, with those of `module.exports` where the module is CommonJS.

import { ExportedValues } from './exported-value'
import type { ExportedValue } from './exported-value'
import { findShape } from './shape-table'

/** One export; `fault` holds what its getter threw. */
interface ModuleExport {
  readonly value: unknown
  readonly fault?: { readonly thrown: unknown }
}

/** The exports of a module, each read once. */
export class ModuleExports {
  readonly namespace: object
  /** Where the exports are read. */
  readonly values = new ExportedValues()
  readonly #exports: Map<string, ModuleExport>

  /** Reads all exports. Throws if the namespace cannot tell their names. */
  constructor(namespace: object) {
    this.namespace = namespace
    this.#exports = unwrapCommonJs(readExports(namespace), this.values)
  }

  /** The names in order, `default` last: of one tool under two names the first counts. */
  get names(): string[] {
    const names = [...this.#exports.keys()].filter((name) => name !== 'default').sort()
    return this.#exports.has('default') ? [...names, 'default'] : names
  }

  has(name: string): boolean {
    return this.#exports.has(name)
  }

  /** The value of an export; undefined where it is not there or cannot be read. */
  get(name: string): unknown {
    return this.#exports.get(name)?.value
  }

  /** Throws what the getter of an export threw. */
  read(name: string): unknown {
    const { value, fault } = this.#exports.get(name) ?? { value: undefined }
    if (fault !== undefined) throw fault.thrown
    return value
  }
}

function readExports(namespace: object): Map<string, ModuleExport> {
  const members = namespace as Record<string, unknown>
  return new Map(Object.keys(namespace).map((name) => [name, readExport(() => members[name])]))
}

function membersOf(holder: ExportedValue): Map<string, ModuleExport> {
  return new Map(holder.keys().map((name) => [name, readExport(() => holder.get(name))]))
}

function readExport(read: () => unknown): ModuleExport {
  try {
    return { value: read() }
  } catch (thrown) {
    return { value: undefined, fault: { thrown } }
  }
}

/**
 * The exports of a CommonJS module: its `default` is `module.exports`, whose members Node exports by name as far as it
 * finds them in the source. An ES module whose default export is such an object is read alike.
 */
function unwrapCommonJs(exports: Map<string, ModuleExport>, values: ExportedValues): Map<string, ModuleExport> {
  const { value: whole } = exports.get('default') ?? {}
  const named = new Map([...exports].filter(([name]) => name !== 'default' && name !== 'module.exports'))
  const isMarked = exports.has('module.exports') && exports.get('module.exports')?.value === whole
  exports.delete('module.exports')
  const holder = values.read(whole)
  if (holder === undefined) return exports
  try {
    if (!isMarked && !holdsAll(holder, named)) return exports
    if (findShape(holder, NO_PLACE) !== undefined) return new Map([['default', { value: whole }]])
    if (holder.isPlain) return new Map([...named, ...membersOf(holder)])
    return holder.isFunction ? new Map([...exports, ...membersOf(holder)]) : exports
  } catch {
    // The default export cannot be read, which is reported for it.
    return exports
  }
}

const NO_PLACE = Object.freeze({ specifier: '', path: 'default', name: undefined })

function holdsAll(holder: ExportedValue, named: ReadonlyMap<string, ModuleExport>): boolean {
  return [...named].every(([name, { value, fault }]) => fault === undefined && holder.get(name) === value)
}
