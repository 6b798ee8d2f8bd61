// ARCHITECTURE.md agrees with the tree: each room has a row, and the walls are those that core/tests/house.rs keeps.
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { read } from './support/markdown.mjs'

const page = read('ARCHITECTURE.md')

/** The folders in a folder, by path with a slash at the end. */
const foldersOf = (folder, recursive = false) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/')}/`)
const rooms = foldersOf('core/src').map((path) => path.split('/')[2])

/** The places in the first column of the table of rooms. */
function placesOf(text) {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  return rows.flatMap((row) => [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, place]) => place))
}

/** The walls of the page: a map from each room to those that it may import directly. */
function wallsOf(text) {
  const block = /## Who may import whom[\s\S]*?```\n([\s\S]*?)```/.exec(text)[1]
  const walls = new Map()
  for (const statement of block.replace(/\([^)]*\)/g, '').split(/\n| {3,}/)) {
    const steps = statement.split('→').map((side) => side.split(',').map((name) => name.trim()))
    for (let i = 1; i < steps.length; i++)
      for (const room of steps[i - 1])
        walls.set(room, new Set([...(walls.get(room) ?? []), ...steps[i].filter((name) => name !== 'nothing')]))
  }
  walls.delete('addon')
  return walls
}

/** The walls of house.rs, of rooms that are there. */
function wallsOfHouse(text) {
  const table = /^const WALLS[\s\S]*?= \[\n([\s\S]*?)^\];/m.exec(text)[1].replace(/\/\/.*$/gm, '')
  const entries = [...table.matchAll(/\(\s*"(\w+)",\s*&\[([^\]]*)\]/g)].map(([, room, allowed]) => [
    room,
    new Set([...allowed.matchAll(/"(\w+)/g)].map(([, name]) => name).filter((name) => rooms.includes(name))),
  ])
  return new Map(entries.filter(([room]) => rooms.includes(room)))
}

/** All that a room may import: what its line names, and what those may import. */
function reach(walls, room, seen = new Set()) {
  for (const name of walls.get(room) ?? [])
    if (!seen.has(name)) {
      seen.add(name)
      reach(walls, name, seen)
    }
  return seen
}

test('a page without a room, with a place that is not there, and with another wall are told apart', () => {
  assert.deepEqual(placesOf('| place | what |\n|---|---|\n| `a/`, `b/` | reads `c/` |\n'), ['a/', 'b/'])
  const walls = wallsOf('## Who may import whom\n\n```\na (x) → b, c      d → nothing\nb → e → f\n```\n')
  assert.deepEqual(
    [...walls].map(([room, names]) => [room, ...names]),
    [['a', 'b', 'c'], ['d'], ['b', 'e'], ['e', 'f']],
  )
  assert.deepEqual([...reach(walls, 'a')], ['b', 'e', 'f', 'c'])
})

test('each folder of core/src, src and js has a row, and each place of a row is there', () => {
  const places = placesOf(page)
  assert.deepEqual(
    places.filter((place) => !existsSync(join(root, place))),
    [],
  )
  const folders = [...foldersOf('core/src'), ...foldersOf('src'), ...foldersOf('js', true)]
  assert.ok(folders.length > 30)
  assert.deepEqual(
    folders.filter((folder) => !places.includes(folder)),
    [],
  )
})

test('the walls of the page are those that core/tests/house.rs keeps', () => {
  const [said, kept] = [wallsOf(page), wallsOfHouse(read('core/tests/house.rs'))]
  assert.deepEqual([...kept.keys()].sort(), [...rooms].sort(), 'house.rs has a line for each room')
  assert.deepEqual([...said.keys(), 'error'].sort(), [...rooms].sort(), 'the page has a line for each room')
  for (const room of rooms) {
    const reached = reach(said, room)
    assert.deepEqual(
      [...kept.get(room)].filter((name) => !reached.has(name)),
      [],
      `${room} may import more than the page says`,
    )
    assert.deepEqual(
      [...(said.get(room) ?? [])].filter((name) => !kept.get(room).has(name)),
      [],
      `${room} may import less than the page says`,
    )
  }
})
