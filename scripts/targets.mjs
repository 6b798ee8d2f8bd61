// `npm run targets -- DIR`: loads every document below a folder and says what each target makes of all its tools: how
// many go out, in strict mode or not, how many stay away, and by which rules. Exit code 1 where what goes out breaks a
// rule.
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import toolrack from '../lib/index.js'
import { TARGETS } from '../__test__/support/targets.mjs'

const { ToolRegistry, SpecLoader, ToolrackError } = toolrack

process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const { positionals } = parseArgs({ args, allowPositionals: true })
  if (positionals.length !== 1) {
    console.error('usage: npm run targets -- DIR')
    return 2
  }
  const root = resolve(positionals[0])
  const files = readdirSync(root, { recursive: true })
    .filter((path) => /\.(json|ya?ml)$/.test(path))
    .sort()
  const rows = TARGETS.flatMap((target) =>
    [false, true].map((strict) => ({
      target,
      strict,
      tools: 0,
      out: 0,
      strictly: 0,
      broken: 0,
      away: new Map(),
      downgraded: new Map(),
    })),
  )
  let documents = 0
  for (const file of files) {
    const registry = new ToolRegistry()
    try {
      await new SpecLoader(registry).load(join(root, file), { document: { deprecated: 'include' } })
      documents += 1
      for (const row of rows) count(row, registry)
    } catch (error) {
      if (!(error instanceof ToolrackError)) throw error
      console.error(`${file}: ${error.code}`)
    } finally {
      registry.close()
    }
  }
  const head = ['target', 'strict', 'tools', 'go out', 'in strict mode', 'quarantined', 'downgraded', 'break a rule']
  const cells = rows.map((row) =>
    [
      row.target,
      String(row.strict),
      row.tools,
      row.out,
      row.strictly,
      said(row.away),
      said(row.downgraded),
      row.broken,
    ].map(String),
  )
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)))
  console.log(`documents ${documents}`)
  for (const row of [head, ...cells])
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
  return rows.some(({ broken }) => broken > 0) ? 1 : 0
}

/**
 * What a target makes of the tools of one document; what goes out is judged once more, as if somebody else had written
 * it.
 */
function count(row, registry) {
  const { target, strict } = row
  for (const name of registry.list()) {
    const {
      definition,
      strict: strictly,
      findings,
      downgraded,
    } = registry.explain(name, target, { strict, filter: { name } })
    row.tools += 1
    if (definition === null) {
      add(row.away, findings)
      continue
    }
    row.out += 1
    row.strictly += Number(strictly)
    row.broken += Number(
      registry.validate(definition, target, { strict: strictly }).some(({ weight }) => weight === 'refused'),
    )
    if (downgraded.length > 0) add(row.downgraded, downgraded)
  }
}

/** Counts a tool by the first rule that it breaks. */
function add(codes, [{ code }]) {
  codes.set(code, (codes.get(code) ?? 0) + 1)
}

/** `7 (OPEN_MAP 5, REF_RECURSIVE 2)` */
function said(codes) {
  const sorted = [...codes].sort(([, one], [, other]) => other - one)
  const total = sorted.reduce((sum, [, number]) => sum + number, 0)
  return total === 0 ? '0' : `${total} (${sorted.map(([code, number]) => `${code} ${number}`).join(', ')})`
}
