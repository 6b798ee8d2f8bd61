// Code as tools: files are loaded, watched and reloaded, in TypeScript too.
const { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { dirname, join } = require('node:path')
const { faultOf, same } = require('./support.cjs')

/** The text of a module with one tool, which answers `answer`. */
const textOf = (name, answer, before = '') =>
  `${before}\nexport const ${name} = { name: '${name}', description: 'A', parameters: {}, execute: () => ${answer} }\n`

module.exports = ({ ToolModules, ToolRegistry, ToolrackError }) => {
  /** Does something with modules on a folder of their own. */
  const withModules = (files, work) => async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'toolrack-facts-')))
    const write = (more) => {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
    }
    write(files)
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: folder })
    try {
      await work({ registry, modules, write })
    } finally {
      await modules.close()
      registry.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  /** The next event of this source. */
  const next = (registry, event, source) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${event} of ${source}`)), 20_000)
      registry.on(event, (told) => {
        if (told.source !== source) return
        clearTimeout(timer)
        resolve(told)
      })
    })

  return {
    'a module is added and reloaded with its helper': withModules(
      {
        'crm.mjs': textOf('crm', '[one, two.two]', `import { one } from './one.mjs'\nimport two from './two.cjs'`),
        'one.mjs': 'export const one = await Promise.resolve(1)',
        'two.cjs': 'exports.two = 2',
      },
      async ({ registry, modules, write }) => {
        same((await modules.add('./crm.mjs')).names, ['crm'])
        same(await registry.execute('crm'), [1, 2])
        write({ 'one.mjs': 'export const one = 3' })
        same((await modules.reload('crm')).updated, ['crm'])
        same(await registry.execute('crm'), [3, 2])
      },
    ),
    'a module in TypeScript is added and reloaded': withModules(
      {
        'crm.ts': textOf(
          'crm',
          'Kind.Two as number',
          `import type { Price } from './types.ts'\nenum Kind { One = 1, Two }\nexport type P = Price`,
        ),
        'types.ts': 'export interface Price { amount: number }',
        'package.json': '{ "type": "module" }',
      },
      async ({ registry, modules, write }) => {
        await modules.add('./crm.ts')
        same(await registry.execute('crm'), 2)
        write({ 'crm.ts': textOf('crm', '5 satisfies number') })
        await modules.reload('crm')
        same(await registry.execute('crm'), 5)
      },
    ),
    'a watched directory follows its files': withModules(
      { 'tools/a.mjs': textOf('a', 1) },
      async ({ registry, modules, write }) => {
        const { failed } = await modules.addDirectory('./tools', { watch: { stabilityMs: 20, pollMs: 100 } })
        same(failed, [])
        for (const [name, version] of [
          ['a', 2],
          ['b', 1],
          ['b', 2],
        ]) {
          const reloaded = next(registry, 'reloaded', name)
          write({ [`tools/${name}.mjs`]: textOf(name, version) })
          await reloaded
          same(await registry.execute(name), version)
        }
        same(registry.list(), ['a', 'b'])
      },
    ),
    'a refused reload keeps the tools': withModules(
      { 'crm.mjs': textOf('crm', 1) },
      async ({ registry, modules, write }) => {
        await modules.add('./crm.mjs')
        write({ 'crm.mjs': '\nexport const = 1' })
        const fault = await faultOf(() => modules.reload('crm'))
        same(
          [fault.code, fault instanceof ToolrackError, fault.details.line, await registry.execute('crm')],
          ['INVALID_SPEC', true, 2, 1],
        )
      },
    ),
    'an object is added': withModules({}, async ({ registry, modules }) => {
      const execute = (params, context) => [params.n, context.userId]
      const { names } = await modules.add({
        name: 'crm',
        description: 'A',
        parameters: { n: { type: 'integer' } },
        execute,
      })
      same(names, ['crm'])
      same(await registry.execute('crm', { n: 1 }, { context: { userId: 7 } }), [1, 7])
    }),
  }
}
