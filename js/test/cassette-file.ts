// Cassette file: appends recorded interactions. It is whole whenever a write is over.

import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { FORMAT } from './cassette'

const HEAD = `{\n  "cassette": ${FORMAT},\n  "interactions": [\n    `
const BETWEEN = ',\n    '
const END = '\n  ]\n}\n'
const NOTHING = Object.freeze({ texts: [], ends: [] })

/** The file of one recording. Only what is new is written: a long recording is not written again and again. */
export class CassetteFile {
  readonly #path: string
  /** The texts that the file has, and where each ends, in bytes. None: the file is written whole. */
  #written: { readonly texts: readonly string[]; readonly ends: readonly number[] } = NOTHING

  constructor(path: string) {
    this.#path = path
  }

  /** Writes the texts of all interactions. */
  write(texts: readonly string[]): void {
    const { texts: known, ends } = this.#written
    this.#written = NOTHING
    const same = known.findIndex((text, i) => text !== texts[i])
    const first = same === -1 ? known.length : same
    const start = ends[first - 1]
    if (start !== undefined && this.#append(texts.slice(first), start, ends.at(-1) as number)) {
      const added = endsOf(texts.slice(first), start + BETWEEN.length)
      this.#written = { texts, ends: [...ends.slice(0, first), ...added] }
      return
    }
    this.#replace(texts)
    this.#written = { texts, ends: endsOf(texts, HEAD.length) }
  }

  /** Writes over the end of the file, at once. False if somebody else has written it. */
  #append(texts: readonly string[], start: number, end: number): boolean {
    const file = openExisting(this.#path)
    if (file === undefined) return false
    try {
      if (fstatSync(file).size !== end + END.length) return false
      const bytes = Buffer.from(texts.map((text) => BETWEEN + text).join('') + END)
      writeAll(file, bytes, start)
      // A text without a secret may be shorter than before.
      ftruncateSync(file, start + bytes.length)
      return true
    } finally {
      closeSync(file)
    }
  }

  /** Writes the file as a whole: a reader sees the old one or the new one. */
  #replace(texts: readonly string[]): void {
    const temporary = `${this.#path}.${process.pid}.tmp`
    mkdirSync(dirname(this.#path), { recursive: true })
    try {
      writeFileSync(temporary, HEAD + texts.join(BETWEEN) + END)
      renameSync(temporary, this.#path)
    } catch (thrown) {
      rmSync(temporary, { force: true })
      throw thrown
    }
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r+')
  } catch {
    return undefined
  }
}

/** Writes bytes at a place. If that fails, as on a full disk, the file ends there, and is whole. */
function writeAll(file: number, bytes: Buffer, start: number): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, start + done)
  } catch (thrown) {
    writeSync(file, END, start)
    ftruncateSync(file, start + END.length)
    throw thrown
  }
}

/** Where each of the texts ends, if the first begins at `start`. */
function endsOf(texts: readonly string[], start: number): number[] {
  let end = start - BETWEEN.length
  return texts.map((text) => (end += BETWEEN.length + Buffer.byteLength(text)))
}
