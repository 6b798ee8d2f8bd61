// The JSON Schema of the configuration file: it takes what the reader takes, and has the names and defaults of the
// types.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { load as parse } from 'js-yaml'
import { withTables } from '../scripts/config-docs.mjs'
import { root } from './support/child.mjs'

const schema = JSON.parse(readFileSync(join(root, 'schema/config.json'), 'utf8'))
const accepts = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(schema)
const configs = join(root, 'core/tests/configs')

/** The blocks of broken.md: a name, a language, a text, and whether the schema can see what is wrong. */
const broken = readFileSync(join(configs, 'broken.md'), 'utf8')
  .split('\n## ')
  .slice(1)
  .map((part) => /^(.*)\n\n````(\w+)\n([\s\S]*?)````\n([\s\S]*)$/.exec(part))
  .map(([, name, language, text, after]) => ({ name, language, text, isBlind: after.includes('schema: blind') }))

for (const file of readdirSync(configs).filter((name) => !name.endsWith('.md')))
  test(`the schema takes ${file}`, () => {
    accepts(parse(readFileSync(join(configs, file), 'utf8')))
    assert.deepEqual(accepts.errors, null)
  })

test('the schema takes the examples of docs/config.md', () => {
  const page = readFileSync(join(root, 'docs/config.md'), 'utf8')
  const examples = [/```yaml\n([^`]*)```/, /= `(tools:\n[^`]*)`/].map((block) => block.exec(page)[1])
  for (const example of examples) {
    accepts(parse(example.replaceAll(/\$\{[^}]*\}/g, '1')))
    assert.deepEqual(accepts.errors, null, example)
  }
})

test('the schema refuses each broken configuration in which it can see the mistake', () => {
  assert.ok(broken.length >= 60)
  for (const { name, language, text, isBlind } of broken.filter((block) => !block.isBlind)) {
    const value = language === 'json' ? JSON.parse(text) : parse(text)
    assert.equal(accepts(value), false, `${name} (${isBlind})`)
  }
})

test('what the schema cannot see is no JSON or YAML, or is accepted', () => {
  for (const { name, language, text } of broken.filter((block) => block.isBlind)) {
    let value
    try {
      value = language === 'json' ? JSON.parse(text) : parse(text)
      // An alias in its own anchor is a circular object.
      JSON.stringify(value)
    } catch {
      continue
    }
    // `JSON.parse` and `yaml` take some of what the reader refuses, and nothing at all.
    assert.ok(value === null || value === undefined || accepts(value), name)
  }
})

const types = readdirSync(join(root, 'types'))
  .filter((file) => file.endsWith('.d.ts'))
  .map((file) => readFileSync(join(root, 'types', file), 'utf8'))
  .join('\n')

/** The members of a public interface with their `@default`; those that it picks from another are among them. */
function membersOf(name) {
  const head = new RegExp(`^export interface ${name}\\b[\\s\\S]*?\\{$([\\s\\S]*?)^\\}$`, 'm')
  const found = head.exec(types)
  assert.ok(found, name)
  const members = new Map()
  for (const [, comment, key] of found[1].matchAll(/^(?: {2}\/\*\*([\s\S]*?)\*\/\n)? {2}(?:readonly )?(\w+)\??:/gm))
    members.set(key, /@default ([^\n]*)/.exec(comment ?? '')?.[1])
  return members
}

/** Each type of the schema, the public interfaces that it has, and what else it has or leaves out. */
const SAME = {
  DocumentConfig: [['LoadOptions'], { added: ['source'], leftOut: ['name'] }],
  NetworkConfig: [['NetworkOptions']],
  ReferencesConfig: [['ReferenceOptions']],
  DocumentReadingConfig: [['DocumentOptions']],
  DocumentLimitsConfig: [['DocumentLimits']],
  TokenBudgetConfig: [['TokenBudget']],
  CallLimitsConfig: [['CallLimits']],
  RegistryCallLimitsConfig: [['CallLimits', 'RegistryCallLimits'], { leftOut: ['timeoutMs'] }],
  BreakerConfig: [['BreakerRules']],
  SelectionConfig: [['OperationChoice']],
  OverrideConfig: [['OperationOverride']],
  ParameterOverrideConfig: [['ParameterOverride']],
  // Functions cannot be written in a file.
  GatesConfig: [['GatePolicy'], { leftOut: ['custom', 'timeoutMs'] }],
  WatchConfig: [['WatchOptions']],
  ModuleConfig: [
    ['ModulePath', 'ModuleOptions', 'ModuleDirectoryOptions'],
    {
      added: 'namespace version category tags scopes gates targets rateLimit callLimits watch'.split(' '),
    },
  ],
  McpServerConfig: [
    ['McpLoadOptions'],
    {
      added:
        'type command args env cwd url headers disabled namespace version category tags scopes gates targets rateLimit'
          .split(' ')
          .concat('callLimits', 'overrides', 'limits'),
      // A configuration always tries again, and has no functions: `maxConnections` bounds what those open.
      leftOut: ['keepTrying', 'maxConnections'],
    },
  ],
  RegistryConfig: [['RegistryOptions']],
  // An embedder is a function: `loadConfig` takes it.
  SearchConfig: [['RegistrySearchOptions'], { leftOut: ['embed'] }],
  AuditConfig: [['AuditOptions']],
  LoaderConfig: [['LoaderOptions'], { leftOut: ['fetch'] }],
  StateConfig: [['StateOptions']],
  // The loader of `mcpServers` is passed through by `serve` itself.
  ServeConfig: [['McpServerOptions'], { added: ['http'], leftOut: ['ready', 'onError', 'passThrough'] }],
  CallerContextConfig: [['CallerContext']],
  ListenConfig: [['McpListenOptions']],
  WireLimitsConfig: [['McpWireLimits']],
  ServeAuthConfig: [['McpAuth']],
  VerifyConfig: [['JwtVerifierOptions'], { leftOut: ['now'] }],
  ToolFilterConfig: [['ToolFilter'], { leftOut: ['predicate'] }],
  TargetChoiceConfig: [['TargetOptions'], { added: ['target'] }],
  HttpToolConfig: [
    ['HttpToolDefinition'],
    {
      added: 'name title description category tags aliases version scopes rateLimit callLimits'
        .split(' ')
        .concat('deprecated', 'network'),
    },
  ],
  AnnotationsConfig: [['ToolAnnotations']],
  CredentialMapConfig: [
    ['LoginCredential', 'TokenRequest', 'ClientCredential', 'RefreshCredential'],
    { added: ['env'] },
  ],
}

/** A default of the schema, as comments of the types write it. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}

for (const [definition, [interfaces, { added = [], leftOut = [] } = {}]] of Object.entries(SAME))
  test(`${definition} has the names and defaults of ${interfaces.join(', ')}`, () => {
    const members = new Map(interfaces.flatMap((name) => [...membersOf(name)]))
    const { properties } = schema.definitions[definition]
    const expected = [...members.keys(), ...added].filter((name) => !leftOut.includes(name))
    assert.deepEqual(Object.keys(properties).sort(), [...new Set(expected)].sort())
    for (const [name, { default: value }] of Object.entries(properties))
      if (value !== undefined && members.has(name)) {
        const written = members.get(name) ?? ''
        const [first] = written.split(/[ ,;]/)
        assert.equal(first, literal(value), `${definition}.${name}: ${written}`)
      }
  })

test('the targets of the schema are those of the types', () => {
  const block = /^export interface TargetDefinitions \{\n([\s\S]*?)^\}/m.exec(types)[1]
  const targets = [...block.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name]) => name)
  assert.deepEqual(
    schema.definitions.TargetWord.oneOf.map(({ const: word }) => word),
    targets,
  )
})

test('the fields and synonyms of a search in the schema are those of the types', () => {
  const [, union] = /^export type SearchField =\n((?: {2}\| '\w+'\n)+)/m.exec(types)
  const fields = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)
  assert.deepEqual(Object.keys(schema.definitions.SearchFieldsConfig.properties), fields)
  const [, members] = /^ {2}synonyms\?: \{ (.*) \}$/m.exec(types)
  const names = members.split('; ').map((member) => /^\w+/.exec(member)[0])
  assert.deepEqual(Object.keys(schema.definitions.SynonymsConfig.properties), names)
})

test('docs/config.md has the keys of the schema; node scripts/config-docs.mjs writes them', () => {
  const page = readFileSync(join(root, 'docs/config.md'), 'utf8')
  assert.equal(page, withTables(page))
})
