// Missing imports: what an import at run time that leads nowhere throws. Programs ask for the codes of Node.

import { isFault } from '../../border/error'
import type { ModuleHost } from './module-host'
import type { LocalModule } from './module-instance'
import type { ResolvedImport } from './module-records'

/** Why a `require` leads nowhere, by the error of Node that it threw. */
const REASONS = new WeakMap<object, string>()

/** Resolves a specifier of `import()` or `import.meta.resolve`. */
export function resolveImport(importer: LocalModule, host: ModuleHost, specifier: string): ResolvedImport {
  try {
    return host.resolve(importer, specifier, 'import')
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown
    throw Object.assign(new Error(thrown.message, { cause: thrown }), { code: 'ERR_MODULE_NOT_FOUND' })
  }
}

/** Notes that what Node throws for a `require` is that it leads nowhere. `fault` is what the resolution says of it. */
export function noteMissing(thrown: unknown, specifier: string, fault: unknown): void {
  if (typeof thrown !== 'object' || thrown === null || !isFault(fault)) return
  const { code, message } = thrown as { readonly code?: unknown; readonly message?: unknown }
  // What is there may require what is not.
  const isMissing = code === 'MODULE_NOT_FOUND' && String(message).startsWith(`Cannot find module '${specifier}'`)
  if (isMissing && typeof fault.details.reason === 'string') REASONS.set(thrown, fault.details.reason)
}

/** Why the `require` that threw this leads nowhere. */
export function missingReason(thrown: unknown): string | undefined {
  return typeof thrown === 'object' && thrown !== null ? REASONS.get(thrown) : undefined
}
