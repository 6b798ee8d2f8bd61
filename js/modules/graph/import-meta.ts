// import.meta: url, filename, dirname and resolve.

import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { externalUrl } from './external-module'
import { resolveImport } from './missing-imports'
import type { ModuleHost } from './module-host'
import type { EsModule } from './module-instance'

/** Makes the `import.meta` of a module. */
export function createImportMeta(module: EsModule, host: ModuleHost): object {
  const filename = module.record.path
  const url = pathToFileURL(filename).href
  const resolve = (specifier: unknown): string => resolveUrl(module, host, String(specifier), url)
  return Object.assign(Object.create(null) as object, { dirname: dirname(filename), filename, resolve, url })
}

function resolveUrl(module: EsModule, host: ModuleHost, specifier: string, base: string): string {
  try {
    const to = resolveImport(module, host, specifier)
    return to.kind === 'file' ? pathToFileURL(to.path).href : externalUrl(to)
  } catch (thrown) {
    // Node makes the URL of a file without looking for it.
    if (isUrlLike(specifier)) return new URL(specifier, base).href
    throw thrown
  }
}

/** Whether a specifier is a URL, relative or absolute, and no name of a package. */
export function isUrlLike(specifier: string): boolean {
  return /^(?:\.{0,2}\/|file:|data:)/.test(specifier)
}
