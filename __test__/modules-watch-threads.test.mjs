// The watch of modules: threads of the core that all directories share, and no watcher in JavaScript.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'

const PROGRAM = `
  import { mkdirSync, mkdtempSync, rmSync, watch as watchByNode, watchFile, writeFileSync } from 'node:fs'
  import { ToolModules } from 'toolrack'
  import { holdings } from './__test__/support/watchers.mjs'
  import { WATCH, moduleText } from './__test__/support/module-tools.mjs'
  import { next } from './__test__/support/events.mjs'
  const folder = mkdtempSync('/tmp/toolrack-threads-')
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const save = (i, version) => writeFileSync(folder + '/' + i + '/t' + i + '.mjs', moduleText('t' + i, version))
  const ofNode = new Set(holdings().threads)
  const racks = Array.from({ length: 2 }, () => {
    const registry = new ToolRegistry()
    return { registry, modules: new ToolModules(registry) }
  })
  const rackOf = (i) => racks[i % racks.length]
  async function watch(i) {
    mkdirSync(folder + '/' + i)
    save(i, 1)
    await rackOf(i).modules.addDirectory(folder + '/' + i, { watch: WATCH })
  }
  /** Saves each, waits until all are reloaded, and counts what the process holds then. */
  async function counts(directories, version) {
    const reloaded = directories.map((i) =>
      next(rackOf(i).registry, 'reloaded', { wanted: ({ source }) => source === 't' + i }),
    )
    for (const i of directories) save(i, version)
    await Promise.all(reloaded)
    return nowHeld()
  }
  function nowHeld() {
    const { threads, inotify } = holdings()
    const others = threads.filter((name) => !ofNode.has(name) && name !== 'toolrack')
    const watchers = process.getActiveResourcesInfo().filter((name) => /FSEvent|Stat/.test(name))
    return { others, inotify, watchers }
  }
  const directories = Array.from({ length: 100 }, (_, i) => i)
  await watch(0)
  const one = await counts([0], 2)
  for (const i of directories.slice(1)) await watch(i)
  const hundred = await counts(directories, 3)
  for (const { modules } of racks) await modules.close()
  const end = Date.now() + 20_000
  while (nowHeld().inotify > 0 && Date.now() < end) await new Promise(setImmediate)
  const closed = nowHeld()
  watchByNode(folder, () => {})
  watchFile(folder, () => {})
  console.log(JSON.stringify({ one, hundred, closed, byNode: nowHeld() }))
  process.exit()
`
const skip = process.platform !== 'linux' && 'only Linux tells what a process holds'

test('M13: one thread watches 100 directories of two registries, and Node watches none', { skip }, async () => {
  const { one, hundred, closed, byNode } = JSON.parse(await outputOf(PROGRAM, { killAfterMs: 120_000 }))
  const said = JSON.stringify({ one, hundred, closed, byNode })
  // The runtime, whose threads have its name, is the same for all of a process.
  for (const held of [one, hundred])
    assert.deepEqual(held, { others: ['notify-rs inoti'], inotify: 1, watchers: [] }, said)
  assert.equal(closed.inotify, 0, said)
  // Watchers of Node show where there are any.
  assert.deepEqual([byNode.inotify, byNode.watchers], [1, ['FSEventWrap', 'StatWatcher']], said)
})
