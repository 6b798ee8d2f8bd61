// Model reply: the result of a model's call as the message of its provider.

import { types } from 'node:util'
import { answerCall, answerCallAside } from '../border/native'
import type { NativeModelCall, NativeOutcome } from '../border/native'
import { callNative, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { jsonText } from '../border/json'
import { modelResult, withBytes } from './attachments'
import { StructuredResult } from './structured-result'

/** Results above this many characters of JSON are truncated on a Rust thread. */
const LONG = 1 << 18

/** What the reply needs of its call, as the core reads it. */
export interface RepliedCall {
  /** The call id that the reply must repeat. */
  readonly id?: string
  /** The tool's name at the provider. */
  readonly wireName: string
  /** Truncation limit and handling of hidden characters; only the core reads them. */
  readonly reply: unknown
}

/**
 * The finished reply of an HTTP operation, written in Rust: JavaScript never parses the part that truncation removes.
 */
export class RenderedReply {
  /** The reply as JSON. */
  readonly text: string
  /** The value that it was written of, where a test records calls. */
  readonly value: unknown

  constructor(text: string, value: unknown) {
    this.text = text
    this.value = value
  }
}

/** Writes the reply to one model's call in its provider's format. */
export class ModelReply {
  /** The call as Rust needs it for the reply. */
  readonly asked: Readonly<NativeModelCall>
  /** Whether the reply is the text of its JSON. */
  readonly #isText: boolean

  constructor(target: string, { id, wireName, reply }: RepliedCall, isText = false) {
    const text = JSON.stringify(reply)
    this.asked = Object.freeze(
      id === undefined ? { target, wireName, reply: text } : { target, id, wireName, reply: text },
    )
    this.#isText = isText
  }

  /** Writes the reply of a result; see {@link modelResult}. */
  async value(tool: string, result: unknown): Promise<unknown> {
    if (!types.isProxy(result) && result instanceof RenderedReply)
      return this.#isText ? result.text : withBytes(this.asked.target, JSON.parse(result.text))
    const structured = StructuredResult.is(result) ? result : undefined
    const { text, files } = await modelResult(tool, structured === undefined ? result : structured.value)
    // What the model reads is what was validated, even if its getters answer differently now.
    if (structured?.hasOwnOutput === false && files.length === 0)
      return this.#write({ ok: true, outcome: structured.text })
    return this.#write({
      ok: true,
      outcome: text,
      ...(files.length > 0 && { files: JSON.stringify(files) }),
      ...(structured && { structured: structured.text }),
    })
  }

  /** Writes the reply of an error, with its message as the model reads it. */
  fault({ code, details }: ToolrackError, message: string): Promise<unknown> {
    // A map is never nothing in JSON.
    return this.#write({ ok: false, outcome: jsonText({ code, message, details }) as string })
  }

  async #write(outcome: NativeOutcome): Promise<unknown> {
    const text =
      outcome.outcome.length < LONG
        ? callNative(() => answerCall(this.asked, outcome))
        : await this.#writeAside(outcome)
    return this.#isText ? text : withBytes(this.asked.target, JSON.parse(text))
  }

  async #writeAside(outcome: NativeOutcome): Promise<string> {
    try {
      return await answerCallAside(this.asked, outcome)
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}
