// Configuration file: reads its bytes, or takes an object, and gives what it says with variables and paths filled in.

import { constants, open } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callNative, reasonOf } from '../border/error'
import { readConfig } from '../border/native'
import { invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import { isUrl } from '../border/realm'
import { whole } from '../border/well-formed'
import { plainOption } from '../load/plain-options'
import type { ReadConfig } from './read-config'
import type { Environment } from './variable-references'

/** The most bytes that are read: one more than the core accepts, so that it can say so. */
const MOST_BYTES = 4 * 1024 * 1024 + 1

/** A text of a configuration, and where it is from. */
export interface ConfigContent {
  readonly bytes: Uint8Array
  readonly format: 'json' | 'yaml'
  /** The path as it was given; empty for an object. */
  readonly file: string
  readonly folder: string
}

/**
 * Reads a configuration: a file by its path or URL, or an object. Relative paths in it begin at the folder of the file, or
 * at the working directory. Rejects with `SOURCE_UNREADABLE` or `INVALID_OPTIONS`.
 */
export async function readConfigContent(given: unknown): Promise<ConfigContent> {
  const path = isUrl(given) ? pathOf(given) : given
  if (typeof path === 'string') {
    const format = formatOf(path)
    return { bytes: await readBytes(path), format, file: path, folder: dirname(resolve(path)) }
  }
  if (typeof path !== 'object' || path === null) throw invalidOption('config', 'must be a path or an object')
  return { bytes: Buffer.from(plainOption('config', path)), format: 'json', file: '', folder: process.cwd() }
}

/**
 * Parses a configuration. Throws `CONFIG_INVALID`.
 *
 * What it returns has the values of variables: it is never for people.
 */
export function parseConfig({ bytes, ...content }: ConfigContent, environment: Environment): ReadConfig {
  const options = whole(JSON.stringify({ content, environment: { ...environment } }))
  return JSON.parse(callNative(() => readConfig(bytes, options))) as ReadConfig
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url)
  } catch (thrown) {
    throw invalidOption('config', `must be the URL of a file: ${reasonOf(thrown)}`)
  }
}

function formatOf(path: string): 'json' | 'yaml' {
  switch (extname(path).toLowerCase()) {
    case '.json':
      return 'json'
    case '.yaml':
    case '.yml':
      return 'yaml'
    default:
      throw invalidOption('config', 'must be a file that ends in .yaml, .yml or .json')
  }
}

/** Reads a file, and no more of it than what tells that it is too large. */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // A FIFO is opened at once, and refused: it would be waited for until somebody writes it. Windows has no such flag.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!(await file.stat()).isFile()) throw new Error('it is not a file')
      const chunks: Buffer[] = []
      let length = 0
      while (length < MOST_BYTES) {
        const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, MOST_BYTES - length))
        const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
        if (bytesRead === 0) break
        chunks.push(chunk.subarray(0, bytesRead))
        length += bytesRead
      }
      return Buffer.concat(chunks)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw raise('SOURCE_UNREADABLE', { location: path, reason: reasonOf(thrown) }, { cause: thrown })
  }
}
