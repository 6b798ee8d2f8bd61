// Native generations: addresses under which Node's own import evaluates a file again.

import nodeModule from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A parameter of the URL tells generations apart. No other module has it. */
const MARKER = 'toolrack'
const MARKED = new RegExp(`[?&]${MARKER}=(\\d+)$`)

/** For the whole process, as Node's modules are. */
let lastGeneration = 0

export function nextGeneration(): number {
  return ++lastGeneration
}

/** The URL of a file in a generation. */
export function generationUrl(path: string, generation: number): string {
  return `${pathToFileURL(path).href}?${MARKER}=${generation}`
}

interface ResolveContext {
  readonly parentURL?: string | undefined
}

interface ResolveResult {
  readonly url: string
}

type NextResolve = (specifier: string, context?: ResolveContext) => ResolveResult

/** Synchronous hooks of Node 22.15, 23.5 and later. */
interface HookedModule {
  registerHooks?(hooks: {
    resolve(specifier: string, context: ResolveContext, next: NextResolve): ResolveResult
  }): unknown
}

let hasHook: boolean | undefined

/**
 * Lets local files that a file of a generation imports be of that generation, where this Node can. The hook stays: a
 * module may call `import()` at any time. It changes nothing for other modules.
 */
export function passGenerationsDown(): boolean {
  return (hasHook ??= registerHook(nodeModule as HookedModule))
}

function registerHook(hooked: HookedModule): boolean {
  if (typeof hooked.registerHooks !== 'function') return false
  hooked.registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      const generation = generationOf(context.parentURL)
      return generation === undefined || !isLocal(resolved.url)
        ? resolved
        : { ...resolved, url: `${resolved.url}?${MARKER}=${generation}` }
    },
  })
  return true
}

function generationOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : MARKED.exec(url)?.[1]
}

const LOCAL_EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json']

/** Whether a URL is of a file that the graph would evaluate. */
function isLocal(url: string): boolean {
  if (!url.startsWith('file:') || url.includes('?') || url.includes('#')) return false
  return LOCAL_EXTENSIONS.includes(extname(url)) && !url.includes('/node_modules/')
}

/** Lets `import` and `require` read a CommonJS file again: Node keeps it by its path, whatever its URL says. */
export function forgetCommonJs(path: string): void {
  Reflect.deleteProperty(nodeModule.createRequire(path).cache, path)
}

/** Whether this Node runs a file: TypeScript needs a Node that strips types. */
export function canRun(path: string): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown }
  return !['.ts', '.mts', '.cts'].includes(extname(path)) || Boolean(typescript)
}
