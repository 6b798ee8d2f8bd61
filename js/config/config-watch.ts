// Hot reload of a configuration file: calls a function for each new content, by the file watch of modules.

import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { callNative, fromFault } from '../border/error'
import type { Fault, ToolrackError } from '../border/error'
import { jsonText } from '../border/json'
import { NativeModuleGraph, NativeModuleWatch } from '../border/native'
import type { RegistryAttachment } from '../registry/registry-attachment'

/** What is watched, and who is told. */
export interface WatchedConfig {
  readonly file: string
  /** The content in use. */
  readonly bytes: Uint8Array
  /** The options of the watch, as JSON. */
  readonly options: string
  /** Called for new content, or with why the file cannot be read. The next content waits for it. It never rejects. */
  readonly changed: (error?: ToolrackError) => Promise<void>
}

/** What Rust tells of a group of files. */
type GroupChange = { readonly kind: 'changed' } | { readonly kind: 'fault'; readonly error: Fault }

/** Watches one file. It is a group of the watch of modules without a module: nothing is parsed. */
export class ConfigWatch {
  readonly #watch: NativeModuleWatch
  readonly #path: string

  constructor({ native, closures }: RegistryAttachment, { file, bytes, options, changed }: WatchedConfig) {
    this.#path = resolve(file)
    const handle = async (told: unknown): Promise<null> => {
      const change = told as GroupChange
      await changed(change.kind === 'fault' ? fromFault(change.error) : undefined)
      return null
    }
    const slot = closures.store(handle, this)
    this.#watch = callNative(() => new NativeModuleWatch(native, new NativeModuleGraph('{}'), slot))
    callNative(() => this.#watch.watch(this.#path, this.#group(bytes), [options]))
  }

  /** Says which content is in use: other content is a change. */
  update(bytes: Uint8Array): void {
    callNative(() => this.#watch.update(this.#path, this.#group(bytes)))
  }

  close(): void {
    this.#watch.close()
  }

  #group(bytes: Uint8Array): string {
    const hash = createHash('sha256').update(bytes).digest('hex')
    return String(jsonText({ entries: [], files: [[this.#path, hash]] }))
  }
}
