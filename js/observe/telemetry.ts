// OpenTelemetry: spans and metrics of calls.

import type * as OpenTelemetryApi from '@opentelemetry/api'
import type { Attributes, Context, MeterProvider, Span, TracerProvider } from '@opentelemetry/api'
import { jsonText } from '../border/json'
import { isList } from '../border/kind'
import { checkOptions, invalidOption, readOption } from '../border/options'
import type { ModelCall } from '../call/interfaces'
import type { CallError } from './observation'

/** What `@opentelemetry/api` exports. */
export type OpenTelemetry = typeof OpenTelemetryApi

/** The trace context of a span, as W3C Trace Context writes it. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/** A histogram of durations in seconds. */
interface DurationMetric {
  readonly name: string
  readonly description: string
  /** Upper bounds of its buckets, in seconds. */
  readonly boundaries: number[]
}

const NAME = 'toolrack'

/**
 * The global of `@opentelemetry/api` 1: every copy of it has its providers there. Loading the package takes 10 ms or
 * more, and it is installed in many programs that do not trace: `ai` depends on it.
 */
const PROVIDERS = Symbol.for('opentelemetry.js.api.1')

// Source of names and bounds: OpenTelemetry's semantic conventions for generative AI, "Metrics" and "MCP".
const TOOL_DURATION: DurationMetric = {
  name: 'gen_ai.execute_tool.duration',
  description: 'Duration of a call of a tool',
  boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
}
const MCP_DURATION: DurationMetric = {
  name: 'mcp.server.operation.duration',
  description: 'Duration of an MCP request as its receiver sees it',
  boundaries: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
}

/**
 * Calls as spans and metrics of OpenTelemetry, through `@opentelemetry/api` where it is installed. Names and attributes
 * are those of the semantic conventions for generative AI (`execute_tool`) and, for calls of an MCP client, for MCP
 * (`tools/call`).
 *
 * The package is not a dependency: a program that traces has it, and only its own copy knows its providers.
 */
export class Telemetry {
  /** `undefined` until a provider is registered. */
  #api: OpenTelemetry | undefined
  readonly #content: boolean

  /** Without `api`, the installed one is loaded once a provider is registered. `content`: arguments are recorded. */
  constructor(api: OpenTelemetry | undefined, content: boolean) {
    this.#api = api
    this.#content = content
  }

  static of(option: unknown): Telemetry | undefined {
    if (option === false) return undefined
    if (option === undefined) return new Telemetry(undefined, false)
    if (option === true) {
      const api = installed()
      if (api === undefined) throw invalidOption('telemetry', '@opentelemetry/api is not installed')
      return new Telemetry(api, false)
    }
    if (typeof option !== 'object' || option === null || isList(option))
      throw invalidOption('telemetry', 'must be true, false, or an object: { api, content }')
    const { api = installed(), content = false } = checkOptions(option, ['api', 'content'])
    if (!readOption('telemetry', () => isApi(api)))
      throw invalidOption('telemetry', 'api must be the module @opentelemetry/api')
    if (typeof content !== 'boolean') throw invalidOption('telemetry', 'content must be a boolean')
    // `isApi` has checked it, within `readOption`.
    return new Telemetry(api as OpenTelemetry, content)
  }

  /** Whether a provider is registered: without one, a span would cost as much as the call. */
  get isOn(): boolean {
    return this.#provided() !== undefined
  }

  /** The API, if a provider is registered. */
  get provided(): OpenTelemetry | undefined {
    return this.#provided()
  }

  /** Whether arguments, queries and error messages are recorded. */
  get recordsContent(): boolean {
    return this.#content
  }

  /** The API, if a provider is registered. */
  #provided(): OpenTelemetry | undefined {
    if (this.#api === undefined && PROVIDERS in globalThis) this.#api = installed()
    const api = this.#api
    if (api === undefined) return undefined
    const isOff = isSilent(api.trace.getTracerProvider()) && isSilent(api.metrics.getMeterProvider())
    return isOff ? undefined : api
  }

  /** The trace context of the active span, for a request to another server; nothing without one. */
  traceContext(): TraceContext | undefined {
    const api = this.#provided()
    if (api === undefined) return undefined
    const carrier: { traceparent?: unknown; tracestate?: unknown } = {}
    api.propagation.inject(api.context.active(), carrier)
    const { traceparent, tracestate } = carrier
    if (typeof traceparent !== 'string') return undefined
    return { traceparent, ...(typeof tracestate === 'string' && tracestate !== '' && { tracestate }) }
  }

  /** Begins the span of a call; nothing without a provider. */
  begin(tool: string, callId: string, call: ModelCall | undefined): CallSpan | undefined {
    const api = this.#provided()
    if (api === undefined) return undefined
    const sent = call?.sent
    const isMcp = call?.target === 'mcp'
    const attributes: Attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
      'gen_ai.tool.type': 'function',
    }
    const labels = { ...attributes }
    delete labels['gen_ai.tool.type']
    attributes['gen_ai.tool.call.id'] = idOf(sent) ?? callId
    attributes['toolrack.call.id'] = callId
    let parent = api.context.active()
    if (isMcp) {
      attributes['mcp.method.name'] = labels['mcp.method.name'] = 'tools/call'
      const meta = metadataOf(sent)
      // Continues the trace of an MCP client, from the call's own metadata only: the transport's may belong to another
      // one.
      if (meta !== null && typeof meta === 'object') parent = api.propagation.extract(parent, meta)
    }
    const name = isMcp ? `tools/call ${tool}` : `execute_tool ${tool}`
    const kind = isMcp ? api.SpanKind.SERVER : api.SpanKind.INTERNAL
    const span = api.trace.getTracer(NAME).startSpan(name, { kind, attributes }, parent)
    return new CallSpan(api, span, api.trace.setSpan(parent, span), labels, isMcp, this.#content)
  }
}

/** One call as a span. */
export class CallSpan {
  readonly #api: OpenTelemetry
  readonly #span: Span
  readonly #context: Context
  readonly #labels: Attributes
  readonly #isMcp: boolean
  readonly #content: boolean

  constructor(api: OpenTelemetry, span: Span, context: Context, labels: Attributes, isMcp: boolean, content: boolean) {
    this.#api = api
    this.#span = span
    this.#context = context
    this.#labels = labels
    this.#isMcp = isMcp
    this.#content = content
  }

  within<T>(work: () => T): T {
    return this.#api.context.with(this.#context, work)
  }

  madeWith(args: unknown, approved: boolean): void {
    if (approved) this.#span.setAttribute('toolrack.call.approved', true)
    if (!this.#content || !this.#span.isRecording()) return
    try {
      this.#span.setAttribute('gen_ai.tool.call.arguments', jsonText(args) ?? '')
    } catch {
      // Arguments that JSON cannot hold fail the call anyway.
    }
  }

  /** Adds that a person approved or rejected the call, and who, as the program says. */
  decided(isApproved: boolean, by: string | undefined): void {
    if (isApproved) this.#span.setAttribute('toolrack.call.approved', true)
    if (by !== undefined) this.#span.setAttribute(`toolrack.call.${isApproved ? 'approved' : 'rejected'}_by`, by)
  }

  /** Ends the span and records its duration. The HTTP status of a failed call is in its error. */
  end(error: CallError | undefined, durationMs: number, status = error?.details?.status): void {
    if (status !== undefined) this.#span.setAttribute('http.response.status_code', status)
    if (error !== undefined) this.#fail(error)
    const { name, description, boundaries } = this.#isMcp ? MCP_DURATION : TOOL_DURATION
    const meter = this.#api.metrics.getMeter(NAME)
    meter
      .createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: boundaries } })
      .record(durationMs / 1000, this.#labels, this.#context)
    this.#span.end()
  }

  #fail(error: CallError): void {
    // Attributes of a metric need a closed set of values, so the tool's own error code is not used.
    const type = this.#isMcp ? 'tool_error' : (error.code ?? '_OTHER')
    this.#labels['error.type'] = type
    this.#span.setAttribute('error.type', type)
    if (this.#isMcp) this.#span.setAttribute('toolrack.error.code', error.code ?? 'INTERNAL')
    this.#span.setStatus({
      code: this.#api.SpanStatusCode.ERROR,
      message: this.#content ? String(error.message) : (error.code ?? 'INTERNAL'),
    })
  }
}

/** A model's call with the members that may have its id, by the names of the providers. */
interface IdentifiedCall {
  readonly toolUseId?: unknown
  readonly call_id?: unknown
  readonly toolCallId?: unknown
  readonly id?: unknown
}

/** The id that a model gave its call. */
function idOf(sent: unknown): string | undefined {
  // Every value but these two has members, though not these.
  const call = sent as IdentifiedCall | null | undefined
  const id = call?.toolUseId ?? call?.call_id ?? call?.toolCallId ?? call?.id
  return typeof id === 'string' ? id : undefined
}

/** A call of an MCP client: a request, or the params of one. */
interface McpCall {
  readonly _meta?: unknown
  readonly params?: { readonly _meta?: unknown } | null
}

/** The metadata of a call of an MCP client. */
function metadataOf(sent: unknown): unknown {
  // Every value but these two has members, though not these.
  const call = sent as McpCall | null | undefined
  return call?._meta ?? call?.params?._meta
}

/** A provider; the global one of the package delegates to the one that a program installs. */
type Provider = (TracerProvider | MeterProvider) & { readonly getDelegate?: unknown }

/** Whether a provider is the no-op one. */
function isSilent(provider: Provider): boolean {
  const inner = isDelegating(provider) ? provider.getDelegate() : provider
  return String(inner.constructor?.name ?? '').startsWith('Noop')
}

function isDelegating(provider: Provider): provider is Provider & { getDelegate(): Provider } {
  return typeof provider.getDelegate === 'function'
}

/** Whether a value is what `@opentelemetry/api` exports. Reading it may throw. */
function isApi(value: unknown): value is OpenTelemetry {
  const api = value as
    { trace?: { getTracer?: unknown } | null; metrics?: { getMeter?: unknown } | null } | null | undefined
  return typeof api?.trace?.getTracer === 'function' && typeof api?.metrics?.getMeter === 'function'
}

/** The installed package; null if it is not installed, undefined before it is searched. */
let found: OpenTelemetry | null | undefined

function installed(): OpenTelemetry | undefined {
  if (found === undefined) {
    try {
      // Not an import: the package is optional.
      found = require('@opentelemetry/api') as OpenTelemetry
    } catch {
      found = null
    }
  }
  return found ?? undefined
}
