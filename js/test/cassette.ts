// Cassette: recorded requests with their responses, as a file of JSON that people read.

import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { reasonOf } from '../border/error'
import { invalidOption } from '../border/options'
import { isUrl } from '../border/realm'
import { isDeep, items, member } from './json-members'

/** A body: its JSON, its text, or its bytes; none of them for an empty one. */
export interface CassetteBody {
  readonly json?: unknown
  readonly text?: string
  readonly base64?: string
}

/** A recorded request: what it is matched by, and the headers that say how its body is read. */
export interface CassetteRequest extends CassetteBody {
  readonly method: string
  readonly url: string
  readonly headers?: Record<string, string>
}

/** A recorded response. */
export interface CassetteResponse extends CassetteBody {
  readonly status: number
  readonly headers?: Record<string, string>
}

/** A request and its response. */
export interface Interaction {
  readonly request: CassetteRequest
  readonly response: CassetteResponse
}

/** The format of the file. */
export const FORMAT = 1

/** The path of a cassette. */
export function cassettePath(file: unknown): string {
  if (typeof file === 'string' && file !== '') return file
  if (isUrl(file) && file.protocol === 'file:') return fileURLToPath(file.href)
  throw invalidOption('file', 'must be a path, or a URL of a file')
}

/** Reads a cassette. */
export function readCassette(path: string): Interaction[] {
  let cassette: unknown
  try {
    cassette = JSON.parse(readFileSync(path, 'utf8'))
  } catch (thrown) {
    throw invalidOption('file', `cannot be read: ${reasonOf(thrown)}: record the cassette first`)
  }
  if (member(cassette, 'cassette') !== FORMAT)
    throw invalidOption('file', `"${path}" is no cassette of format ${FORMAT}`)
  const interactions = items(member(cassette, 'interactions'))
  for (const [i, interaction] of interactions.entries())
    if (
      typeof member(interaction, 'request', 'method') !== 'string' ||
      typeof member(interaction, 'request', 'url') !== 'string' ||
      !Number.isInteger(member(interaction, 'response', 'status'))
    )
      throw invalidOption('file', `"${path}" has no method, URL and status at /interactions/${i}`)
  return interactions as Interaction[]
}

/** Makes the folder of a cassette, and checks that it can be written: before a request is made. */
export function checkWritable(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    accessSync(dirname(path), constants.W_OK)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`"${path}" is a folder`)
  } catch (thrown) {
    throw invalidOption('file', `cannot be written: ${reasonOf(thrown)}`)
  }
}

/** An interaction as the file has it. */
export function interactionText(interaction: Interaction): string {
  return JSON.stringify(interaction, null, 2).replaceAll('\n', '\n    ')
}

/** Writes a body: as JSON where that says the same, as text where it is UTF-8, else as bytes. */
export function writeBody(bytes: Buffer): CassetteBody {
  if (bytes.length === 0) return {}
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return { base64: bytes.toString('base64') }
  try {
    const json: unknown = JSON.parse(text)
    // Long numbers, keys that are there twice and escapes would be lost. Deep JSON is one line, and easier on the stack.
    if (!isDeep(json) && JSON.stringify(json) === withoutSpace(text)) return { json }
  } catch {
    // It is no JSON.
  }
  return { text }
}

/** A JSON text without the space between its parts. */
function withoutSpace(text: string): string {
  return text.replace(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, '$1')
}

/** The bytes of a body. */
export function readBody({ json, text, base64 }: CassetteBody): Buffer {
  if (json !== undefined) return Buffer.from(JSON.stringify(json))
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return Buffer.from(text ?? '')
}
