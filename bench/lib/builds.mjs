// Builds of toolrack that were put aside, and the figures of two builds beside each other.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { median } from './stats.mjs'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BUILDS = fileURLToPath(new URL('../.builds/', import.meta.url))
/** What a build is made of: the addon, and the JavaScript before it. */
const PARTS = ['package.json', 'lib']

/** The folder of a build that was put aside. */
export function folderOf(name) {
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name))
    throw new Error(`a build is named by letters, digits, "-", "_" and ".": ${name}`)
  return `${BUILDS}${name}/`
}

/** Puts the build of this checkout aside, in the place of another one of that name. */
export function save(name) {
  const folder = folderOf(name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const addons = readdirSync(ROOT).filter((file) => file.endsWith('.node'))
  if (addons.length === 0) throw new Error('there is no addon: run `npm run build` first')
  for (const part of [...PARTS, ...addons]) cpSync(`${ROOT}${part}`, `${folder}${part}`, { recursive: true })
  return folder
}

export const names = () => (existsSync(BUILDS) ? readdirSync(BUILDS) : [])

/** Columns of counts, of what is the better the higher, and of the longest of many times, which no two runs share. */
const NO_SPEED = /^(tools|requests|queries|times|most|worst)$|MRR/

/** The figures of toolrack in the tables that a bench recorded: one number for each row and column. */
export function figures(file) {
  const found = new Map()
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  for (const line of lines.filter((line) => line !== '')) {
    const { what, headings, rows } = JSON.parse(line)
    // Where peers stand beside it, its rows say so; a table without any is all its own.
    const own = rows.filter(([row]) => String(row).startsWith('toolrack'))
    for (const [row, ...cells] of own.length > 0 ? own : rows) {
      cells.forEach((cell, i) => {
        const value = Number(String(cell).replaceAll(',', ''))
        const column = headings[i + 1]
        const isPeers = headings.includes('toolrack') && column !== 'toolrack'
        // A ratio has a peer in it.
        if (Number.isFinite(value) && value > 0 && !isPeers && !column.includes('×') && !NO_SPEED.test(column))
          found.set(`${what} | ${row} | ${column}`, value)
      })
    }
  }
  return found
}

/** The medians of two builds over all rounds, and the ratio of the newer to the older one: one row for each figure. */
export function compare(older, newer) {
  const all = new Set([...older, ...newer].flatMap((round) => [...round.keys()]))
  return [...all].map((figure) => {
    const [was, is] = [older, newer].map((rounds) => median(rounds.map((round) => round.get(figure) ?? NaN)))
    return { figure, was, is, ratio: is / was }
  })
}
