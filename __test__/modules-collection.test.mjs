// What ToolModules lets go of is collected, and what is waited for is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'
import { modulesOf, moduleText } from './support/module-tools.mjs'

const flags = ['--expose-gc']
const programOf = (directory, body) => `
  import { ToolModules } from 'toolrack'
  import { writeFileSync } from 'node:fs'
  const collect = async (isOver) => {
    for (let round = 0; round < 100 && !isOver(); round++) {
      gc()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  async function collected(count, make) {
    let gone = 0
    const graves = new FinalizationRegistry(() => gone++)
    for (let i = 0; i < count; i++) graves.register(await make(), i)
    await collect(() => gone === count)
    return gone
  }
  const write = (name, text) => writeFileSync(${JSON.stringify(directory)} + '/' + name, text)
  async function made(use) {
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: ${JSON.stringify(directory)} })
    await use(modules, registry)
    return registry
  }
  ${body}
  process.exit(0)`

/** What is done with modules, and how many of ten registries are collected. */
const CASES = {
  'modules of files': [`(modules) => modules.add('./a.mjs')`, 10],
  'a watched file': [`(modules) => modules.add('./a.mjs', { watch: true })`, 10],
  'a watched directory': [`(modules) => modules.addDirectory('.', { watch: true })`, 10],
  'a watch whose listener is gone': [
    `async (modules, registry) => {
      const off = registry.on('reloaded', () => registry.size)
      await modules.addDirectory('.', { watch: true })
      off()
    }`,
    10,
  ],
  'a closed watch with a listener': [
    `async (modules, registry) => {
      registry.on('reloaded', () => registry.size)
      await modules.addDirectory('.', { watch: true })
      await modules.close()
    }`,
    10,
  ],
  'a removed directory with a listener': [
    `async (modules, registry) => {
      registry.on('reloaded', () => registry.size)
      await modules.addDirectory('.', { watch: true })
      await modules.remove('.')
    }`,
    10,
  ],
}

for (const [what, [use, count]] of Object.entries(CASES))
  test(`a registry with ${what} is collected`, async (t) => {
    const { directory } = modulesOf(t, { 'a.mjs': moduleText('a') })
    const said = await outputOf(programOf(directory, `console.log(await collected(10, () => made(${use})))`), { flags })
    assert.equal(said, `${count}\n`)
  })

test('a watch that only a listener waits for is not collected', async (t) => {
  const { directory } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  const body = `
    const deadline = setTimeout(() => process.exit(3), 20_000)
    const reloaded = new Promise((resolve) => made(async (modules, registry) => {
      registry.on('reloaded', ({ source }) => resolve(source))
      await modules.add('./a.mjs', { watch: { stabilityMs: 20, pollMs: 100 } })
      setTimeout(write, 300, 'a.mjs', ${JSON.stringify(moduleText('a', 2))})
    }))
    const collecting = setInterval(gc, 20)
    console.log(await reloaded)`
  assert.equal(await outputOf(programOf(directory, body), { flags }), 'a\n')
})

test('M15: of thirty generations those are collected that no version keeps', async (t) => {
  const { directory } = modulesOf(t)
  const body = `
    let gone = 0
    globalThis.generations = new FinalizationRegistry(() => gone++)
    const text = (i) => ${JSON.stringify(moduleText('a', 0))} +
      '\\nglobalThis.generations.register(a.execute, ' + i + ')'
    write('a.mjs', text(0))
    const registry = await made(async (modules) => {
      await modules.add('./a.mjs', { limits: { versions: 3 } })
      for (let i = 1; i < 30; i++) {
        write('a.mjs', text(i))
        await modules.reload('a')
      }
      globalThis.modules = modules
    })
    await collect(() => gone >= 27)
    console.log(gone, await registry.execute('a', {}))`
  const [gone, answer] = (await outputOf(programOf(directory, body), { flags })).trim().split(' ').map(Number)
  assert.ok(gone >= 26 && gone <= 29, `${gone} of 30`)
  assert.equal(answer, 0)
})
