// A directory of tools and helpers that is edited at random. Each file says a stamp, so that a result shows which
// contents a call has run on.
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

/** The same numbers for the same seed (mulberry32). */
export function dice(seed) {
  return (sides) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % sides
  }
}

const BROKEN = [
  'export const = 1\n',
  'throw new Error("no")\n',
  'import "./lib/nowhere.mjs"\n',
  '{ let x = `',
  'export {',
]

/** Files, what was in them at which time, and what may be answered because of that. */
export class EditedModules {
  /** Paths from the directory, with what is in the file now: `{ stamp, imports, name?, text }`, broken or missing. */
  files = new Map()
  /** By path, then by stamp: the times at which that content was there. */
  #times = new Map()
  #now = 0
  #roll
  counts = {}

  constructor(directory, { tools = 100, helpers = 10, seed = 1 } = {}) {
    this.directory = directory
    this.#roll = dice(seed)
    this.tools = Array.from({ length: tools }, (_, i) => `t${i}.mjs`)
    this.helpers = Array.from({ length: helpers }, (_, i) => `lib/h${i}.mjs`)
    mkdirSync(join(directory, 'lib'))
    for (const path of this.helpers) this.#save(path)
    // Some come later, and some are broken at first.
    for (const [i, path] of this.tools.entries()) {
      if (i % 10 === 8) this.#write(path, { text: this.#pick(BROKEN) })
      else if (i % 10 !== 9) this.#save(path)
    }
  }

  /** One edit at random. */
  async edit() {
    const path = this.#roll(4) === 0 ? this.#pick(this.helpers) : this.#pick(this.tools)
    const kinds = ['save', 'save', 'rename', 'half', 'break', 'remove', 'swap', 'touch', 'revert', 'both', 'name']
    const kind = this.#pick(kinds)
    this.counts[kind] = (this.counts[kind] ?? 0) + 1
    if (kind === 'break') this.#write(path, { text: this.#pick(BROKEN) })
    else if (kind === 'remove') this.#remove(path)
    else if (kind === 'touch') this.#write(path, this.files.get(path) ?? this.#content(path))
    else if (kind === 'half') await this.#saveInHalves(path)
    else if (kind === 'swap') {
      this.#remove(path)
      await turn()
      this.#save(path)
    } else if (kind === 'revert') await this.#revert(path)
    else if (kind === 'both') {
      this.#save(this.#pick(this.helpers))
      this.#save(path)
    } else if (kind === 'name') this.#write(path, this.#content(path, this.#roll(2) === 0 ? '_b' : ''))
    else this.#write(path, this.#content(path), kind === 'rename')
  }

  /** Makes all files good that are broken; helpers that are missing come back, tools sometimes. */
  mend() {
    for (const path of [...this.helpers, ...this.tools]) {
      const file = this.files.get(path)
      const isGone = file === undefined && (this.helpers.includes(path) || this.#roll(2) === 0)
      if (isGone || (file !== undefined && file.stamp === undefined)) this.#save(path)
    }
  }

  /** What every tool answers once all is loaded: by its name, the stamps of the files that it consists of. */
  expected() {
    const all = new Map()
    for (const path of this.tools) {
      const file = this.files.get(path)
      if (file !== undefined) all.set(file.name, this.#stampsOf(path, new Map()))
    }
    return all
  }

  /** Checks that all contents that an answer shows were there at one time. */
  checkAnswer(answer) {
    const { before, after } = answer
    assert.deepEqual(after, before, 'a call ends on the code that it began with')
    const stamps = new Map()
    for (const [path, stamp] of before) {
      assert.equal(stamps.get(path) ?? stamp, stamp, `two contents of ${path} in one call: ${JSON.stringify(before)}`)
      stamps.set(path, stamp)
    }
    const spans = [...stamps].map(([path, stamp]) => this.#times.get(path)?.get(stamp) ?? [])
    const starts = spans.flatMap((some) => some.map(({ from }) => from))
    const isAt = (time) => spans.every((some) => some.some(({ from, until }) => from <= time && time < until))
    assert.ok(starts.some(isAt), `contents that were never there together: ${JSON.stringify([...stamps])}`)
    return stamps
  }

  #stampsOf(path, stamps) {
    const { stamp, imports } = this.files.get(path)
    stamps.set(path, stamp)
    for (const imported of imports) this.#stampsOf(imported, stamps)
    return stamps
  }

  #content(path, suffix = '') {
    const number = Number(/\d+/.exec(path)[0])
    const isHelper = path.startsWith('lib/')
    const stamp = ++this.#now
    // Helpers import later ones, tools any one or two: groups join and part.
    const first = this.#roll(8) === 0 ? this.#roll(this.helpers.length) : number % this.helpers.length
    const second = (first + 1) % this.helpers.length
    const chosen = isHelper
      ? [number + 2].filter((one) => one < this.helpers.length && number % 2 === 0)
      : [first, second].slice(0, 1 + this.#roll(2))
    const imports = chosen.map((one) => `lib/h${one}.mjs`)
    const lines = chosen.map((one) => `import { stamps as s${one} } from './${isHelper ? '' : 'lib/'}h${one}.mjs'\n`)
    const list = [`['${path}', ${stamp}]`, ...chosen.map((one) => `...s${one}()`)].join(', ')
    const name = `t${number}${suffix}`
    const text = isHelper
      ? `${lines.join('')}export const stamps = () => [${list}]\n`
      : `${lines.join('')}const stamps = () => [${list}]\n` +
        `export default { name: '${name}', description: 'Tool ${number}', parameters: {}, execute: async () => {\n` +
        `  const before = stamps()\n  await new Promise(setImmediate)\n  return { before, after: stamps() }\n} }\n`
    return { stamp, imports, name, text }
  }

  #save(path) {
    this.#write(path, this.#content(path))
  }

  #write(path, content, isAtomic = this.#roll(2) === 0) {
    const target = join(this.directory, path)
    this.#end(path)
    if (isAtomic) {
      writeFileSync(`${target}.tmp`, content.text)
      renameSync(`${target}.tmp`, target)
    } else writeFileSync(target, content.text)
    this.files.set(path, content)
    if (content.stamp !== undefined) this.#begin(path, content.stamp)
  }

  async #saveInHalves(path) {
    const content = this.#content(path)
    this.#write(path, { text: content.text.slice(0, content.text.length >> 1) }, false)
    await turn()
    this.#write(path, content, false)
  }

  /** Saves something new, and soon what was there before. */
  async #revert(path) {
    const former = this.files.get(path)
    this.#save(path)
    await turn()
    if (former !== undefined) this.#write(path, former)
  }

  #remove(path) {
    this.#end(path)
    this.files.delete(path)
    rmSync(join(this.directory, path), { force: true })
  }

  #begin(path, stamp) {
    const times = this.#times.get(path) ?? new Map()
    this.#times.set(path, times.set(stamp, [...(times.get(stamp) ?? []), { from: ++this.#now, until: Infinity }]))
  }

  #end(path) {
    const spans = this.#times.get(path)?.get(this.files.get(path)?.stamp)
    const last = spans?.at(-1)
    if (last !== undefined) last.until = ++this.#now
  }

  #pick(list) {
    return list[this.#roll(list.length)]
  }
}

/** Calls every tool that is there once, and checks the answers: stamps by the tool's name. */
export async function callAll(registry, edited) {
  const answers = await Promise.all(
    registry.list().map(async (name) => {
      try {
        return [name, edited.checkAnswer(await registry.execute(name, {}))]
      } catch (error) {
        // It was removed since it was listed.
        if (error.code === 'UNKNOWN_TOOL') return []
        throw error
      }
    }),
  )
  return new Map(answers.filter(([name]) => name !== undefined))
}

/** Calls until the registry has exactly what the files say. */
export async function settle(registry, edited, withinMs = 20_000) {
  const end = performance.now() + withinMs
  const expected = edited.expected()
  const plain = (all) => Object.fromEntries([...all].sort().map(([name, stamps]) => [name, Object.fromEntries(stamps)]))
  for (;;) {
    const answers = plain(await callAll(registry, edited))
    try {
      assert.deepEqual(answers, plain(expected))
      return
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await turn()
  }
}

/** Edits in bursts under calls; after each `mendEvery` edits all is made good, and must be there. */
export async function editAll(
  registry,
  edited,
  edits,
  { mendEvery = 30, roll = dice(edits), checked = () => {} } = {},
) {
  for (let done = 0; done < edits;) {
    for (let burst = 1 + roll(5); burst > 0 && done < edits; burst--, done++) {
      await edited.edit()
      if (roll(3) === 0) await callAll(registry, edited)
    }
    const rounds = roll(6)
    for (let round = 0; round < rounds; round++) await callAll(registry, edited)
    if (done % mendEvery >= 5 && done < edits) continue
    edited.mend()
    await settle(registry, edited)
    await checked(done)
  }
  edited.mend()
  await settle(registry, edited)
}
