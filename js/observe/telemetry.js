'use strict'

// OpenTelemetry: spans and metrics of calls.

const { jsonText } = require('../border/json')
const { checkOptions, invalidOption, readOption } = require('../border/options')

const NAME = 'toolrack'
/**
 * Bounds of histograms in seconds. Source: OpenTelemetry's semantic conventions for generative AI, "Metrics" and "MCP".
 */
const OF_TOOLS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const OF_MCP = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/**
 * Calls as spans and metrics of OpenTelemetry, through `@opentelemetry/api` where it is installed. Names and attributes
 * are those of the semantic conventions for generative AI (`execute_tool`) and, for calls of an MCP client, for MCP
 * (`tools/call`).
 *
 * The package is not a dependency: a program that traces has it, and only its own copy knows its providers.
 */
class Telemetry {
  #api
  #content

  /** @param {any} api @param {boolean} content whether arguments are recorded */
  constructor(api, content) {
    this.#api = api
    this.#content = content
  }

  /** @param {any} option @returns {Telemetry | undefined} */
  static of(option) {
    if (option === false) return undefined
    if (option === undefined || option === true) {
      const api = installed()
      if (api === undefined && option === true) throw invalidOption('telemetry', '@opentelemetry/api is not installed')
      return api && new Telemetry(api, false)
    }
    const { api = installed(), content = false } = checkOptions(option, ['api', 'content'])
    if (
      !readOption(
        'telemetry',
        () => typeof api?.trace?.getTracer === 'function' && typeof api?.metrics?.getMeter === 'function',
      )
    ) {
      throw invalidOption('telemetry', 'api must be what @opentelemetry/api exports')
    }
    if (typeof content !== 'boolean') throw invalidOption('telemetry', 'content must be a boolean')
    return new Telemetry(api, content)
  }

  /** Whether a provider is installed: without one, a span would cost as much as the call. */
  get isOn() {
    return !isSilent(this.#api.trace.getTracerProvider()) || !isSilent(this.#api.metrics.getMeterProvider())
  }

  /** @param {string} tool @param {string} callId @param {{ target?: string, sent?: any }} asked */
  begin(tool, callId, { target, sent }) {
    if (!this.isOn) return undefined
    const api = this.#api
    const isMcp = target === 'mcp'
    /** @type {Record<string, any>} */
    const attributes = {
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
      const meta = sent?._meta ?? sent?.params?._meta
      // Continues the trace of an MCP client, from the call's own metadata only: the transport's may belong to another
      // one.
      if (meta !== null && typeof meta === 'object') parent = api.propagation.extract(parent, meta)
    }
    const name = isMcp ? `tools/call ${tool}` : `execute_tool ${tool}`
    const kind = isMcp ? api.SpanKind.SERVER : api.SpanKind.INTERNAL
    const span = api.trace.getTracer(NAME).startSpan(name, { kind, attributes }, parent)
    return new Traced(api, span, api.trace.setSpan(parent, span), labels, isMcp, this.#content)
  }
}

/** One call as a span. */
class Traced {
  #api
  #span
  #context
  #labels
  #isMcp
  #content

  /**
   * @param {any} api
   * @param {any} span
   * @param {any} context
   * @param {Record<string, any>} labels
   * @param {boolean} isMcp
   * @param {boolean} content
   */
  constructor(api, span, context, labels, isMcp, content) {
    this.#api = api
    this.#span = span
    this.#context = context
    this.#labels = labels
    this.#isMcp = isMcp
    this.#content = content
  }

  /** @template T @param {() => T} work @returns {T} */
  within(work) {
    return this.#api.context.with(this.#context, work)
  }

  /** @param {any} args */
  madeWith(args) {
    if (!this.#content || !this.#span.isRecording()) return
    try {
      this.#span.setAttribute('gen_ai.tool.call.arguments', jsonText(args) ?? '')
    } catch {
      // Arguments that JSON cannot hold fail the call anyway.
    }
  }

  /** @param {any} error @param {number} durationMs @param {number | undefined} status of HTTP */
  end(error, durationMs, status = error?.details?.status) {
    const labels = this.#labels
    if (status !== undefined) this.#span.setAttribute('http.response.status_code', status)
    if (error !== undefined) {
      // Attributes of a metric need a closed set of values, so the tool's own error code is not used.
      labels['error.type'] = this.#isMcp ? 'tool_error' : (error.code ?? '_OTHER')
      this.#span.setAttribute('error.type', labels['error.type'])
      if (this.#isMcp) this.#span.setAttribute('toolrack.error.code', error.code ?? 'INTERNAL')
      this.#span.setStatus({
        code: this.#api.SpanStatusCode.ERROR,
        message: this.#content ? String(error.message) : String(error.code),
      })
    }
    const [name, description, explicitBucketBoundaries] = this.#isMcp
      ? ['mcp.server.operation.duration', 'Duration of an MCP request as its receiver sees it', OF_MCP]
      : ['gen_ai.execute_tool.duration', 'Duration of a call of a tool', OF_TOOLS]
    const meter = this.#api.metrics.getMeter(NAME)
    meter
      .createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } })
      .record(durationMs / 1000, labels, this.#context)
    this.#span.end()
  }
}

/** The id that a model gave its call. @param {any} sent */
function idOf(sent) {
  const id = sent?.toolUseId ?? sent?.call_id ?? sent?.toolCallId ?? sent?.id
  return typeof id === 'string' ? id : undefined
}

/** Whether a provider is the no-op one. @param {any} provider */
function isSilent(provider) {
  const inner = typeof provider.getDelegate === 'function' ? provider.getDelegate() : provider
  return /^Noop/.test(inner.constructor?.name ?? '')
}

/** @type {any} */
let found
function installed() {
  if (found === undefined) {
    try {
      found = require('@opentelemetry/api')
    } catch {
      found = null
    }
  }
  return found ?? undefined
}

exports.Telemetry = Telemetry
