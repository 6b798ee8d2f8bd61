// Answers that a document promises, made by code that is not ours: Prism samples each success response of each
// operation, from the examples of the document or, by a seed, from its schema. Ajv judges them by the schema that Prism
// made of the document.
import { createRequire } from 'node:module'
import prism from '@stoplight/prism-http'

// The one that Prism has.
const Ajv = createRequire(createRequire(import.meta.url).resolve('@stoplight/prism-http'))('ajv').default
const quiet = {
  ...Object.fromEntries(
    ['info', 'success', 'error', 'warn', 'debug', 'trace', 'fatal'].map((level) => [level, () => {}]),
  ),
  child: () => quiet,
}
const CONFIG = { isProxy: false, checkSecurity: false, validateRequest: false, validateResponse: false, errors: false }

/** How an answer is sampled: as the document shows it, and as its schema allows it. */
export const STYLES = {
  shown: { dynamic: false },
  random: { dynamic: true, ignoreExamples: true, seed: 'toolrack' },
}

/**
 * The operations of a document, as `GET /path`, each with the statuses of its success responses, a function that
 * samples one of them, and one that judges what was sampled.
 * @returns {Promise<Map<string, { statuses: number[],
 *   sample: (status: number, style: string) => Promise<{ statusCode: number, body?: unknown }>,
 *   isValid: (output: { statusCode: number, body?: unknown }) => boolean }>>}
 */
export async function sampledOperations(document) {
  const operations = await prism.getHttpOperationsFromSpec(structuredClone(document))
  const instance = prism.createInstance(CONFIG, { logger: quiet })
  const entries = operations.map((operation) => {
    const statuses = operation.responses.map(({ code }) => Number(code)).filter((code) => code >= 200 && code < 300)
    const input = {
      method: operation.method,
      url: { path: operation.path.replace(/\{[^}]*\}/g, '1'), query: {} },
      headers: {},
    }
    const sample = async (code, style) => {
      const mock = { ...STYLES[style], code: String(code), mediaTypes: ['application/json', '*/*'] }
      const outcome = await instance.request(input, [operation], { ...CONFIG, mock })()
      if (outcome._tag === 'Left') throw new Error(`${outcome.left.name}: ${outcome.left.detail}`)
      return outcome.right.output
    }
    return [
      `${operation.method.toUpperCase()} ${operation.path}`,
      { statuses, sample, isValid: (output) => isValid(operation, output) },
    ]
  })
  return new Map(entries)
}

function isValid(operation, { statusCode, body }) {
  const { contents } = operation.responses.find(({ code }) => code === String(statusCode))
  const { schema } = contents.find(({ mediaType }) => /\bjson\b/.test(mediaType))
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false })
  const whole = withNull({ ...schema, __bundled__: operation.__bundled__ })
  // Prism takes a property named "$ref" for a reference: the schema that it makes of Kubernetes is none.
  return ajv.validateSchema(whole) && ajv.compile(whole)(body)
}

/** A schema whose `nullable` beside a union means null: Prism leaves the word where there is no type. */
function withNull(schema) {
  if (Array.isArray(schema)) return schema.map(withNull)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([key, value]) => key !== 'nullable' || typeof value !== 'boolean')
  const plain = Object.fromEntries(entries.map(([key, value]) => [key, key === 'enum' ? value : withNull(value)]))
  return schema.nullable === true && schema.type === undefined ? { anyOf: [plain, { type: 'null' }] } : plain
}
