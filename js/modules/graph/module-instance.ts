// Module instances: a local file that is evaluated once, by its content and what it imports.

import type { BodyIterator, CommonJsBody } from './code-evaluation'
import type { EvaluatedModule } from '../generations/evaluated-module'
import type { ExternalModule } from './external-module'
import type { GraphModule, IndirectExport, ModuleFile, ModuleRecord, SourcePlace } from './module-records'

/** What a module may import. */
export type Dependency = LocalModule | ExternalModule
export type LocalModule = EsModule | CommonJsModule | JsonModule

/**
 * Instances of a load that is not committed. Afterwards the scope is empty, and its modules see the current ones; those
 * that were not committed have another scope.
 */
export interface InstanceScope {
  uncommitted: Map<string, LocalModule> | undefined
}

/** Where an instance comes from. */
export interface InstanceOrigin {
  readonly scope: InstanceScope
  /** The number of the load. */
  readonly generation: number
}

abstract class ModuleInstance implements EvaluatedModule {
  readonly record: ModuleRecord
  readonly generation: number
  scope: InstanceScope
  /** Until it is compiled. */
  code: string | undefined
  /** Its imports by their index. */
  dependencies: readonly Dependency[] = []
  /** Local files of its imports and of its literal calls, by path. */
  readonly locals = new Map<string, LocalModule>()
  /** Local files that it imported by a computed specifier: the same instance each time. */
  readonly imported = new Map<string, LocalModule>()
  /** Characters before the source on its first line, once it is compiled. */
  firstColumn = 0
  isOver = false

  constructor({ code, ...record }: GraphModule, { scope, generation }: InstanceOrigin) {
    this.record = record
    this.code = code
    this.scope = scope
    this.generation = generation
  }

  get path(): string {
    return this.record.path
  }

  abstract get exports(): object | undefined

  *imports(): Iterable<LocalModule> {
    yield* this.locals.values()
    yield* this.imported.values()
  }
}

/** Why an evaluation failed: what was thrown, and the module that threw it, or whose import threw it. */
export class EvaluationFailure {
  readonly thrown: unknown
  readonly module: LocalModule
  readonly place: SourcePlace | undefined

  constructor(thrown: unknown, module: LocalModule, place?: SourcePlace) {
    this.thrown = thrown
    this.module = module
    this.place = place
  }
}

/** Status of a Cyclic Module Record. */
export type EvaluationStatus = 'unlinked' | 'linked' | 'evaluating' | 'evaluating-async' | 'evaluated'

/** A promise with its functions. */
export interface Completion {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (failure: EvaluationFailure) => void
}

/** Where an exported name is bound; without a name it is the namespace of the module. */
export interface ExportBinding {
  readonly module: Dependency
  readonly name: string | null
}

/** An ES module, with the fields of a Cyclic Module Record of ECMA-262. */
export class EsModule extends ModuleInstance {
  readonly format = 'module'
  readonly namespace: object = Object.create(null) as object
  /** Whether the namespace has all its names. */
  hasNamespace = false
  /** Whether it imports names that are not known before other modules have run. */
  hasUnknownNames = false
  /** Getters of its own exports, from the instantiation on. */
  getters: ReadonlyMap<string, () => unknown> = new Map()
  readonly exportNames: ReadonlySet<string>
  readonly indirectExports: ReadonlyMap<string, IndirectExport>
  /** Where re-exported names are bound, as far as they were followed. */
  readonly bindings = new Map<string, ExportBinding>()
  /** Its body, until it has run. */
  iterator: BodyIterator | undefined
  /** With a top-level await: it stands at its first `yield` then. */
  started: Promise<unknown> | undefined
  status: EvaluationStatus = 'unlinked'
  /** Whether its body was started, whatever came of it. */
  hasBegun = false
  failure: EvaluationFailure | undefined
  index = 0
  ancestorIndex = 0
  cycleRoot: EsModule | undefined
  /** Its place in the order of asynchronous evaluations, while one is under way. */
  asyncOrder: number | undefined
  asyncParents: EsModule[] = []
  pendingDependencies = 0
  completion: Completion | undefined
  /** What `require` gives, where it is not the namespace. */
  required: object | undefined

  constructor(module: GraphModule, origin: InstanceOrigin) {
    super(module, origin)
    this.exportNames = new Set(module.exports)
    this.indirectExports = new Map(module.indirectExports.map((one) => [one.name, one]))
  }

  get exports(): object | undefined {
    return this.hasBegun ? this.namespace : undefined
  }
}

/** The `module` of a CommonJS file. The file may write to it. */
export interface CommonJsObject {
  readonly exports: unknown
}

export class CommonJsModule extends ModuleInstance {
  readonly format = 'commonjs'
  readonly namespace: object = Object.create(null) as object
  /** Its body, until it has run. */
  body: CommonJsBody | undefined
  status: 'new' | 'running' | 'run' = 'new'
  /** Its `module`, while it runs; what it exports, once it has run. */
  object: CommonJsObject | undefined
  nodeRequire: NodeJS.Require | undefined
  /** What ES modules that import it get; `require` runs it again. */
  failure: EvaluationFailure | undefined

  get exports(): object | undefined {
    return this.status === 'run' ? this.namespace : undefined
  }
}

export class JsonModule extends ModuleInstance {
  readonly format = 'json'
  readonly namespace: object = Object.create(null) as object
  /** The value, once its text is parsed. */
  parsed: { readonly value: unknown } | undefined

  get exports(): object {
    return this.namespace
  }
}

export function createInstance(module: GraphModule, origin: InstanceOrigin): LocalModule {
  switch (module.format) {
    case 'module':
      return new EsModule(module, origin)
    case 'commonjs':
      return new CommonJsModule(module, origin)
    case 'json':
      return new JsonModule(module, origin)
  }
}

/** All that a module reaches along some edges, itself first. */
export function reachableFrom<Module>(
  roots: Iterable<Module>,
  next: (module: Module) => Iterable<Module>,
): Set<Module> {
  const found = new Set(roots)
  // A set is iterated over what is added meanwhile.
  for (const module of found) for (const one of next(module)) found.add(one)
  return found
}

/** The modules that are evaluated before a module, and itself. */
export function staticClosure(module: LocalModule): Set<Dependency> {
  return reachableFrom<Dependency>([module], dependenciesOf)
}

/** The modules that are still to be linked or evaluated before a module, and itself. */
export function pendingClosure(module: LocalModule): Set<Dependency> {
  return reachableFrom<Dependency>([module], (one) => (hasStarted(one) ? [] : dependenciesOf(one)))
}

function dependenciesOf(module: Dependency): readonly Dependency[] {
  return module.format === 'external' ? [] : module.dependencies
}

function hasStarted(module: Dependency): boolean {
  return module.format === 'module' && module.status !== 'unlinked' && module.status !== 'linked'
}

/** The local files that a module consists of, itself first: its imports and its literal calls. */
export function filesOf(module: LocalModule): ModuleFile[] {
  const modules = reachableFrom([module], (one) => one.locals.values())
  return [...modules].map(({ record: { path, hash } }) => ({ path, hash }))
}
