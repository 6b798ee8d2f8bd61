// Faults of files (F8 to F18 of the table in core/tests/reload_faults.rs) under a watch of modules: what is in the file
// in the end is what counts, and the last good tools stay meanwhile.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { root } from './support/child.mjs'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'
import { canUnshare, isElsewhere } from './support/namespaces.mjs'

const TOLD = ['reloaded', 'reloadFailed', 'sourceMissing']
const HELPED = moduleText('crm', 'value', 'import { value } from "./_part.mjs"')
const part = (value) => `export const value = ${value}\n`

/** `tools/crm.mjs` with its helper, watched; `events` are told of it. */
async function watchedPair(t, watch = WATCH) {
  const house = modulesOf(t, { 'tools/crm.mjs': HELPED, 'tools/_part.mjs': part(1) })
  await house.modules.addDirectory('./tools', { watch })
  const { registry } = house
  const answer = () => registry.execute('crm', {})
  const file = house.at('tools/_part.mjs')
  return { ...house, file, answer, events: eventsOf(registry, ...TOLD), change: (value) => writeFileSync(file, value) }
}

/** Waits until a call answers `value`: a turn after another, for the event may have come before. */
async function answers({ answer }, value) {
  const end = performance.now() + 15_000
  while ((await answer()) !== value && performance.now() < end) await turn()
  assert.equal(await answer(), value)
}

test('F8: each swap of the link ..data, as Kubernetes mounts a volume, is one reload', async (t) => {
  const house = modulesOf(t, { 'mount/..v0/crm.mjs': moduleText('crm', 0) })
  const { at, modules, registry, write } = house
  symlinkSync('..v0', at('mount/..data'))
  symlinkSync('..data/crm.mjs', at('mount/crm.mjs'))
  await modules.addDirectory('./mount', { watch: WATCH })
  const events = eventsOf(registry, ...TOLD)
  const answered = []
  for (let version = 1; version <= 20; version++) {
    const reloaded = next(registry, 'reloaded')
    write({ [`mount/..v${version}/crm.mjs`]: moduleText('crm', version) })
    symlinkSync(`..v${version}`, at('mount/..next'))
    renameSync(at('mount/..next'), at('mount/..data'))
    rmSync(at(`mount/..v${version - 1}`), { recursive: true })
    await reloaded
    answered.push(await registry.execute('crm', {}))
  }
  const versions = Array.from({ length: 20 }, (_, i) => i + 1)
  assert.deepEqual([answered, events.map(([name]) => name)], [versions, versions.map(() => 'reloaded')])
})

const mounting = ['-Urm', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh']

/** Runs a program that has modules, in namespaces; what it prints, as JSON. */
function printed(wrapper, directory, body) {
  const program = `
    import { writeFileSync } from 'node:fs'
    import { ToolModules, ToolRegistry } from 'toolrack'
    import { next } from './__test__/support/events.mjs'
    const alive = setInterval(() => {}, 1000)
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: ${JSON.stringify(directory)} })
    const write = (name, text) => writeFileSync(${JSON.stringify(directory)} + '/' + name, text)
    ${body}
    registry.close()
    clearInterval(alive)`
  const args = [...wrapper, process.execPath, '--input-type=module', '--eval', program]
  const { status, stdout, stderr } = spawnSync('unshare', args, { cwd: root, encoding: 'utf8', timeout: 60_000 })
  assert.deepEqual([status, stderr], [0, ''])
  return JSON.parse(stdout)
}

test('F9: a file that is a mount of its own is told to be one, once', { skip: isElsewhere }, async (t) => {
  const { directory, at } = modulesOf(t, { 'outside.mjs': part(1), 'crm.mjs': HELPED, '_part.mjs': part(2) })
  const mounts = [at('outside.mjs'), at('_part.mjs')]
  if (!canUnshare(t, [...mounting, ...mounts])) return
  const told = printed(
    [...mounting, ...mounts],
    directory,
    `const blind = []
    registry.on('watchBlind', ({ location }) => blind.push(location))
    const told = next(registry, 'watchBlind')
    await modules.add('./crm.mjs', { watch: true })
    await told
    await modules.add('./crm.mjs', { watch: true })
    console.log(JSON.stringify([await registry.execute('crm', {}), blind]))`,
  )
  assert.deepEqual(told, [1, [at('_part.mjs')]])
})

test('F10: a thousand touches of a file and its helper are no reload and no event', async (t) => {
  const house = await watchedPair(t)
  for (let count = 0; count < 1000; count++)
    utimesSync(count % 2 === 0 ? house.file : house.at('tools/crm.mjs'), count, count)
  const { revision } = house.registry
  const reloaded = next(house.registry, 'reloaded')
  house.change(part(2))
  await reloaded
  assert.deepEqual(
    [house.events.map(([name]) => name), house.registry.revision - revision, await house.answer()],
    [['reloaded'], 1, 2],
  )
})

test('F12, F13: a file that is never quiet is reloaded about each maxWaitMs, and as it is in the end', async (t) => {
  const MAX_WAIT_MS = 300
  const house = await watchedPair(t, { stabilityMs: 200, maxWaitMs: MAX_WAIT_MS, pollMs: 100 })
  const began = performance.now()
  let value = 1
  const next = house.at('next')
  // It is replaced at each turn, some thousand times a second.
  while (house.events.length < 4) {
    writeFileSync(next, part(++value))
    renameSync(next, house.file)
    await turn()
    assert.ok(performance.now() - began < 20_000, `${house.events.length} reloads in 20 s`)
  }
  const elapsed = performance.now() - began
  await answers(house, value)
  const names = house.events.map(([name]) => name)
  assert.deepEqual([...new Set(names)], ['reloaded'])
  assert.ok(4 <= elapsed / MAX_WAIT_MS + 1, `4 reloads in ${elapsed} ms`)
  assert.ok(value > 50, `${value} changes`)
})

test('F14: what changed while the queue of file events overflowed is reloaded', { skip: isElsewhere }, async (t) => {
  const { at, directory } = modulesOf(t, { 'tools/crm.mjs': HELPED, 'tools/_part.mjs': part(1) })
  // The next poll is far: only the overflow itself leads to a look.
  const program = `
    import { ToolModules, ToolRegistry } from 'toolrack'
    import { next } from './__test__/support/events.mjs'
    const alive = setInterval(() => {}, 1000)
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: ${JSON.stringify(directory)} })
    const watch = { stabilityMs: 20, pollMs: 3_600_000 }
    await modules.addDirectory('./tools', { watch })
    const reloaded = next(registry, 'reloaded', { withinMs: 60_000 })
    console.log('watching')
    await reloaded
    console.log(await registry.execute('crm', {}))
    registry.close()
    clearInterval(alive)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: root })
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text))
  while (!said.includes('watching')) await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  // A rename is two events; the queue takes 16,384.
  const names = [at('tools/a.txt'), at('tools/b.txt')]
  writeFileSync(names[0], '')
  for (let i = 0; i < 10_000; i++) renameSync(names[i % 2], names[1 - (i % 2)])
  writeFileSync(at('tools/_part.mjs'), part(2))
  child.kill('SIGCONT')
  await once(child, 'close')
  assert.equal(said, 'watching\n2\n')
})

const limited = ['-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"', 'sh']

test('F15: without file events helpers and directories are polled, told once', { skip: isElsewhere }, async (t) => {
  if (!canUnshare(t, limited)) return
  const { directory } = modulesOf(t, { 'tools/crm.mjs': HELPED, 'tools/_part.mjs': part(1) })
  const told = printed(
    limited,
    directory,
    `const polling = []
    registry.on('watchPolling', ({ reason, intervalMs }) => polling.push([intervalMs, /max_user_watches/.test(reason)]))
    await modules.addDirectory('./tools', { watch: { stabilityMs: 20, pollMs: 100 } })
    const changed = next(registry, 'reloaded')
    write('tools/_part.mjs', ${JSON.stringify(part(2))})
    const { updated } = await changed
    const appeared = next(registry, 'reloaded')
    write('tools/erp.mjs', ${JSON.stringify(moduleText('erp'))})
    const { added } = await appeared
    console.log(JSON.stringify([updated, await registry.execute('crm', {}), added, polling[0], polling.length]))`,
  )
  assert.deepEqual(told, [['crm'], 2, ['erp'], [100, true], 1])
})

/** Changes whose times say that nothing has changed. */
const TIMES = {
  'F17: content of the same size and time': ({ mtime }) => mtime,
  'F18: content whose time goes back by a day': ({ mtime }) => new Date(mtime - 86_400_000),
  'F18: content whose time is that of 1970': () => new Date(0),
}

for (const [what, timeOf] of Object.entries(TIMES))
  for (const name of ['_part.mjs', 'crm.mjs'])
    test(`${what} is reloaded, of ${name === 'crm.mjs' ? 'the file' : 'a helper'}`, async (t) => {
      const house = await watchedPair(t)
      const file = house.at(`tools/${name}`)
      const before = statSync(file)
      const reloaded = next(house.registry, 'reloaded')
      const temporary = join(house.directory, 'next')
      const text = name === 'crm.mjs' ? HELPED.replace('=> value', '=> 12345') : part(2)
      writeFileSync(temporary, text)
      utimesSync(temporary, timeOf(before), timeOf(before))
      renameSync(temporary, file)
      await reloaded
      assert.equal(await house.answer(), name === 'crm.mjs' ? 12_345 : 2)
      assert.deepEqual([statSync(file).size, house.events.length], [before.size, 1])
    })
