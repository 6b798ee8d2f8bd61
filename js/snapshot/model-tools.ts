// Model tools: tools as models of one target call them, made with the first call.

import type { NativeModelTool, NativeSnapshot } from '../border/native'

/** A tool as models of one target call it, by one name. */
export interface ModelTool {
  readonly native: NativeModelTool
  /** The name in the registry. */
  readonly name: string
  /** How replies are written, as Rust reads it. */
  readonly reply: unknown
  /** Whether the arguments of a model are those of the tool as they are. */
  readonly takesAsSent: boolean
}

/** The tools of one revision, as models call them. */
export class ModelTools {
  readonly #native: NativeSnapshot
  /** By target, its options and wire name. Names that no tool has are not kept: a model may make up any number. */
  readonly #known = new Map<string, ModelTool>()

  constructor(native: NativeSnapshot) {
    this.#native = native
  }

  /** Finds a tool by its wire name; nothing if there is none, or the options are wrong: the call itself says so. */
  find(target: string, options: string | undefined, wireName: string): ModelTool | undefined {
    const key = `${target}\n${options ?? ''}\n${wireName}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const tool = this.#make(target, options, wireName)
    if (tool !== undefined) this.#known.set(key, tool)
    return tool
  }

  #make(target: string, options: string | undefined, wireName: string): ModelTool | undefined {
    try {
      const native = this.#native.modelTool(target, wireName, options)
      const { name, reply, takesAsSent } = native.plan()
      return { native, name, reply: JSON.parse(reply), takesAsSent }
    } catch {
      return undefined
    }
  }
}
