// Model reply: the result of a model's call as the message of its provider.

import { types } from 'node:util'
import { answerCall, answerCallAside } from '../border/native'
import type { NativeModelCall, NativeOutcome } from '../border/native'
import { ToolrackError, callNative, revive } from '../border/error'
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

/** How a reply is written. */
export interface ReplyForm {
  /** Whether the reply is the text of its JSON. */
  readonly isText?: boolean | undefined
  /** The most bytes of its JSON: a reply that is larger is an error. Without a limit, any size. */
  readonly mostBytes?: number | undefined
}

const NO_FORM: ReplyForm = Object.freeze({})

/** Writes the reply to one model's call in its provider's format. */
export class ModelReply {
  /** The call as Rust needs it for the reply. */
  readonly asked: Readonly<NativeModelCall>
  readonly #form: ReplyForm

  constructor(target: string, { id, wireName, reply }: RepliedCall, form = NO_FORM) {
    const text = JSON.stringify(reply)
    this.asked = Object.freeze(
      id === undefined ? { target, wireName, reply: text } : { target, id, wireName, reply: text },
    )
    this.#form = form
  }

  /** Writes the reply of a result; see {@link modelResult}. */
  async value(tool: string, result: unknown): Promise<unknown> {
    if (!types.isProxy(result) && result instanceof RenderedReply) return this.#answer(tool, result.text)
    const structured = StructuredResult.is(result) ? result : undefined
    const { text, files } = await modelResult(tool, structured === undefined ? result : structured.value)
    // What the model reads is what was validated, even if its getters answer differently now.
    if (structured?.hasOwnOutput === false && files.length === 0)
      return this.#answer(tool, await this.#write({ ok: true, outcome: structured.text }))
    const outcome = {
      ok: true,
      outcome: text,
      ...(files.length > 0 && { files: JSON.stringify(files) }),
      ...(structured && { structured: structured.text }),
    }
    return this.#answer(tool, await this.#write(outcome))
  }

  /** Writes the reply of an error, with its message as the model reads it. */
  async fault(error: ToolrackError, message: string): Promise<unknown> {
    const text = await this.#writeFault(error, message)
    const tooLarge = this.#tooLarge(this.asked.wireName, text)
    return this.#read(tooLarge === undefined ? text : await this.#writeFault(tooLarge, tooLarge.message))
  }

  /** Reads a written reply. Throws if it is too large. */
  #answer(tool: string, text: string): unknown {
    const tooLarge = this.#tooLarge(tool, text)
    if (tooLarge !== undefined) throw tooLarge
    return this.#read(text)
  }

  #read(text: string): unknown {
    return this.#form.isText === true ? text : withBytes(this.asked.target, JSON.parse(text))
  }

  /** The error of a reply over the limit of its form. Files are not truncated, so that one may be of any size. */
  #tooLarge(tool: string, text: string): ToolrackError | undefined {
    const { mostBytes } = this.#form
    // A unit of UTF-16 has three bytes of UTF-8 at most.
    if (mostBytes === undefined || text.length * 3 <= mostBytes) return undefined
    const bytes = Buffer.byteLength(text)
    if (bytes <= mostBytes) return undefined
    const message = `result of "${tool}" has ${bytes} bytes as a message, over the limit of ${mostBytes}: ask for less, or let the tool return a smaller file or a link`
    return new ToolrackError('LIMIT_EXCEEDED', message, { tool, what: 'bytes of the message', limit: mostBytes, bytes })
  }

  #writeFault({ code, details }: ToolrackError, message: string): Promise<string> {
    // A map is never nothing in JSON.
    return this.#write({ ok: false, outcome: jsonText({ code, message, details }) as string })
  }

  async #write(outcome: NativeOutcome): Promise<string> {
    return outcome.outcome.length < LONG ? callNative(() => answerCall(this.asked, outcome)) : this.#writeAside(outcome)
  }

  async #writeAside(outcome: NativeOutcome): Promise<string> {
    try {
      return await answerCallAside(this.asked, outcome)
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}
