// Output schemas of three real documents: answers that Prism samples from the documents pass them.
// Where an example of a document is no value of its own schema, toolrack and Ajv refuse both: `refused-samples.txt` has
// each of them with the reason. `TOOLRACK_BLESS=1` writes what came of it, to be read before it is committed.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { root } from './support/child.mjs'
import { STYLES, sampledOperations } from './support/sampled-answers.mjs'
import { sample } from './support/sampler.mjs'

const specs = join(root, '../shared/specs/dev')
const skip = existsSync(specs) ? false : `${specs} is not there`
const refusedSamples = join(root, '__test__/support/refused-samples.txt')

/**
 * The documents; how many operations have an output schema, and how many answers are sampled; of how many operations
 * one is sampled at random too (Prism takes 0.1 s for one); what is mended in the document; and the answers that Ajv
 * accepts.
 */
const DOCUMENTS = [
  {
    file: 'box.v3.0.json',
    counts: { operations: 240, answers: 306 },
    every: 4,
    // A shared link requires "accessed", which no answer has and no schema declares: it means "access".
    mend: (text) => text.replaceAll('"accessed",', '"access",'),
    accepted: {},
  },
  { file: 'kubernetes.v2.json', counts: { operations: 771, answers: 1346 }, every: 40, accepted: {} },
  {
    file: 'github-api.v3.0.json',
    counts: { operations: 926, answers: 1084 },
    every: 10,
    accepted: {
      'GET /user 200 random': 'Ajv knows no discriminator: "user_view_type" names no branch',
    },
  },
]

for (const { file, counts, every, mend = (text) => text, accepted } of DOCUMENTS) {
  test(`sampled answers of ${file} pass the output schemas of their tools`, { skip }, async (t) => {
    const document = JSON.parse(mend(readFileSync(join(specs, file), 'utf8')))
    const operations = await sampledOperations(document)
    const api = await loaded(t, document, [...operations.keys()])
    const [refused, disputed] = [{}, []]
    let [withSchema, answers] = [0, 0]
    for (const [i, [operation, { statuses, sample: sampled, isValid }]] of [...operations].entries()) {
      if (!api.hasOutputSchema(i)) continue
      withSchema++
      for (const style of Object.keys(STYLES).filter((style) => style !== 'random' || i % every === 0)) {
        for (const status of statuses) {
          const answer = await sampled(status, style)
          answers++
          const problem = await api.problemOf(i, answer)
          if (problem === undefined) continue
          const key = `${operation} ${status} ${style}`
          refused[key] = problem
          if (isValid(answer)) disputed.push(key)
        }
      }
    }
    const number = Object.keys(refused).length
    t.diagnostic(`${answers - number} of ${answers} answers of ${withSchema} operations pass; Ajv refuses the others`)
    assert.deepEqual(disputed, Object.keys(accepted))
    assert.deepEqual(
      { operations: withSchema, answers, report: api.report.outputSchemas },
      { ...counts, report: withSchema },
    )
    if (process.env.TOOLRACK_BLESS) bless(file, refused)
    assert.deepEqual(refused, expected(file))
  })
}

/** The tools of a document, by the number of their operation. */
async function loaded(t, document, operations) {
  let answer
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry, { fetch: async () => responseOf(answer) })
  t.after(() => loader.close())
  const report = await loader.load(document, {
    name: 'api',
    document: { deprecated: 'include' },
    baseUrl: 'https://api.example',
    auth: false,
    outputSchemas: true,
    limits: { outputTokens: 25_000 },
    overrides: Object.fromEntries(operations.map((operation, i) => [operation, { name: `operation_${i}` }])),
  })
  const hasOutputSchema = (i) => registry.get(`operation_${i}`)?.outputSchema !== undefined
  const problemOf = (i, sampled) => {
    answer = sampled
    return problem(registry, `operation_${i}`)
  }
  return { report, hasOutputSchema, problemOf }
}

/** The first problem of the result of a call; nothing where it passes. */
async function problem(registry, name) {
  const { inputSchema } = registry.get(name)
  for (const style of [{}, { branch: 1 }, { optional: false }, { optional: false, branch: 1 }]) {
    const outcome = await registry.execute(name, sample(inputSchema, style), { context: { userId: 1 } }).then(
      () => ({}),
      (error) => error,
    )
    if (outcome.code === 'INVALID_PARAMS') continue
    if (outcome.code !== 'OUTPUT_INVALID') return outcome.code
    const [{ pointer, message }] = outcome.details.problems
    return `${pointer} ${message}`.trim().slice(0, 110)
  }
  return 'no sample fits the schema of the arguments'
}

function responseOf({ statusCode, body }) {
  if (statusCode === 204 || body === undefined) return new Response(null, { status: statusCode })
  const headers = { 'content-type': 'application/json' }
  return new Response(JSON.stringify(body), { status: statusCode, headers })
}

/** The refused answers of a document with their first problems: `key | problem`, below the name of the file. */
function expected(file) {
  const [, section = ''] = readFileSync(refusedSamples, 'utf8').split(`\n== ${file}\n`)
  const lines = section.split('\n== ')[0].split('\n')
  return Object.fromEntries(lines.filter((line) => line.includes(' | ')).map((line) => line.split(' | ')))
}

function bless(file, refused) {
  const lines = Object.entries(refused).map(([key, problem]) => `${key} | ${problem}\n`)
  const before = readFileSync(refusedSamples, 'utf8')
  const [head, ...sections] = before.split('\n== ')
  const others = sections.filter((section) => !section.startsWith(`${file}\n`)).map((section) => `\n== ${section}`)
  writeFileSync(refusedSamples, [head, ...others, `\n== ${file}\n`, ...lines].join(''))
}
