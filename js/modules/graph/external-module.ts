// External modules: packages, builtins and `data:` URLs, which Node loads and keeps.

import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ResolvedImport } from './module-records'

export type ExternalImport = Exclude<ResolvedImport, { readonly kind: 'file' }>

/** A module that Node loads, once in a process. */
export class ExternalModule {
  readonly format = 'external'
  readonly url: string
  /** Its namespace, once it is loaded. */
  namespace: object | undefined
  readonly #type: string | undefined
  #attempt: Promise<void> | undefined

  constructor(url: string, type: string | undefined) {
    this.url = url
    this.#type = type
  }

  /** Loads it. Importers share an attempt; one that failed is made again by the next. */
  load(): Promise<void> {
    return (this.#attempt ??= this.#load())
  }

  async #load(): Promise<void> {
    try {
      this.namespace = await importUrl(this.url, this.#type)
    } catch (thrown) {
      this.#attempt = undefined
      throw thrown
    }
  }
}

/** External modules by their URL and attribute. They are as many as the packages in use, and Node keeps those too. */
export class ExternalModules {
  readonly #modules = new Map<string, ExternalModule>()

  at(to: ExternalImport, type: string | undefined): ExternalModule {
    const url = externalUrl(to)
    const key = `${type ?? ''} ${url}`
    const known = this.#modules.get(key)
    if (known !== undefined) return known
    const module = new ExternalModule(url, type)
    this.#modules.set(key, module)
    return module
  }
}

/** What `import()` takes. */
export function externalUrl(to: ExternalImport): string {
  if (to.kind === 'builtin') return to.specifier
  return isAbsolute(to.url) ? pathToFileURL(to.url).href : to.url
}

/** Node's own import. TypeScript keeps it in CommonJS output because of `module: node16`. */
export function importUrl(url: string, type?: string): Promise<object> {
  return (type === undefined ? import(url) : import(url, { with: { type } })) as Promise<object>
}
