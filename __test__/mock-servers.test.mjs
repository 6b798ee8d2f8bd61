// Every operation of three real APIs is called once, and somebody else's validator judges what arrives.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { root } from './support/child.mjs'
import { mock } from './support/mock.mjs'
import { sample } from './support/sampler.mjs'

const specs = join(root, '../shared/specs/dev')
const skip = existsSync(specs) ? false : `${specs} is not there`

/**
 * What is tried, one after the other, until the tool's own schema takes the arguments: all that may be there, or what
 * must.
 */
const STYLES = [{}, { branch: 1 }, { optional: false }, { optional: false, branch: 1 }]

/**
 * The documents, how many operations each has, and those whose request the validator refuses, with the reason. One that
 * passes after all fails the test until it is taken out.
 */
const DOCUMENTS = [
  [
    'box.v3.0.json',
    296,
    {
      post_oauth2_revoke:
        'Prism takes a revocation for a request of a token: the right body, sent by hand, is refused too',
      post_files_content:
        'Prism reads each part of a form as text, and "attributes" is a map, which OpenAPI sends as JSON',
      post_files_id_content: 'the same part',
      get_search:
        'a list of maps in a query, for which OpenAPI has no form; ' +
        'it goes as JSON, and Prism splits that at its commas',
    },
  ],
  ['kubernetes.v2.json', 1123, {}],
  ['github-api.v3.0.json', 1223, {}],
]

for (const [file, operations, excused] of DOCUMENTS) {
  test(`each operation of ${file} sends what its document says`, { skip }, async (t) => {
    const document = JSON.parse(await readFile(join(specs, file), 'utf8'))
    const { url, verdicts } = await mock(t, document)
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    t.after(() => loader.close())
    const report = await loader.load(document, {
      name: 'api',
      document: { deprecated: 'include' },
      baseUrl: url,
      auth: false,
    })
    assert.deepEqual([report.added.length, report.skipped], [operations, []])
    const refused = {}
    let whole = 0
    for (const name of report.added) {
      const { style, faults } = await called(registry, name, verdicts)
      if (faults.length > 0) refused[name] = faults
      if (style?.optional !== false) whole++
    }
    t.diagnostic(
      `${operations - Object.keys(refused).length} of ${operations} requests are valid, ` +
        `${whole} with all that is optional`,
    )
    const unexpected = Object.entries(refused).filter(([name]) => !Object.hasOwn(excused, name))
    assert.deepEqual(unexpected, [])
    assert.deepEqual(
      Object.keys(excused).filter((name) => !Object.hasOwn(refused, name)),
      [],
      'is refused no more',
    )
  })
}

/**
 * What a validator says of a call: of its first one, or where a union is written as one branch and read as another, of
 * the next.
 */
async function called(registry, name, verdicts) {
  const { inputSchema } = registry.get(name)
  let faults = ['no sample fits the schema of the tool']
  for (const style of STYLES) {
    verdicts.length = 0
    const code = await registry.execute(name, sample(inputSchema, style), { context: { userId: 1 } }).then(
      () => undefined,
      (error) => error.code,
    )
    if (code === 'INVALID_PARAMS') continue
    // A mock answers with what the document has, and some have failures and redirects alone.
    if (verdicts.length !== 1) return { style, faults: [`${verdicts.length} requests, ${code}`] }
    faults = verdicts[0].faults
    // Without what is optional a call says little, so it excuses none that failed with it.
    if (faults.length === 0 || style.optional !== undefined || style.branch === 1) return { style, faults }
  }
  return { faults }
}
