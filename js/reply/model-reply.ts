// Model reply: the result of a model's call as the message of its provider.

import { types } from 'node:util'
import { answerCall, answerCallAside } from '../border/native'
import type { NativeModelTool } from '../border/native'
import { ToolrackError, callNative, revive } from '../border/error'
import { jsonText } from '../border/json'
import { chain } from '../border/maybe-promise'
import type { MaybePromise } from '../border/maybe-promise'
import { modelResult, withBytes } from './attachments'
import type { ModelResult } from './attachments'
import { StructuredResult } from './structured-result'

/** Results above this many characters of JSON are truncated on a Rust thread. */
const LONG = 1 << 18

/** What the reply needs of its call, as the core reads it. */
export interface RepliedCall {
  /** The call id that the reply must repeat. */
  readonly id?: string | undefined
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

/** The outcome of a call as Rust reads it; all texts are JSON. */
interface Outcome {
  readonly isOk: boolean
  /** The value, or code, message and details of an error. */
  readonly text: string
  /** The files in the value. */
  readonly files?: string | undefined
  /** The result as data, where it is another value than the model reads. */
  readonly structured?: string | undefined
}

/** Writes the reply to one model's call in its provider's format. */
export class ModelReply {
  readonly #target: string
  readonly #call: RepliedCall
  readonly #form: ReplyForm
  /** Writes it, where Rust knows the tool as models of the target call it. */
  readonly #native: NativeModelTool | undefined

  constructor(target: string, call: RepliedCall, form = NO_FORM, native?: NativeModelTool) {
    this.#target = target
    this.#call = call
    this.#form = form
    this.#native = native
  }

  /** The call as Rust needs it for the reply: `AskedCall` of `src/model_call.rs`, as JSON. */
  get asked(): string {
    const { id, wireName, reply } = this.#call
    return JSON.stringify({ target: this.#target, id, wireName, reply })
  }

  /** Writes the reply of a result; see {@link modelResult}. */
  value(tool: string, result: unknown): MaybePromise<unknown> {
    if (!types.isProxy(result) && result instanceof RenderedReply) return this.#answer(tool, result.text)
    const structured = StructuredResult.is(result) ? result : undefined
    const read = modelResult(tool, structured === undefined ? result : structured.value)
    return chain(read, (whole) => this.#writeResult(tool, whole, structured))
  }

  #writeResult(tool: string, { text, files }: ModelResult, structured: StructuredResult | undefined): unknown {
    // What the model reads is what was validated, even if its getters answer differently now.
    const outcome =
      structured?.hasOwnOutput === false && files.length === 0
        ? { isOk: true, text: structured.text }
        : {
            isOk: true,
            text,
            files: files.length > 0 ? JSON.stringify(files) : undefined,
            structured: structured?.text,
          }
    return chain(this.#write(outcome), (written) => this.#answer(tool, written))
  }

  /** Writes the reply of an error, with its message as the model reads it. */
  async fault(error: ToolrackError, message: string): Promise<unknown> {
    const text = await this.#writeFault(error, message)
    const tooLarge = this.#tooLarge(this.#call.wireName, text)
    return this.#read(tooLarge === undefined ? text : await this.#writeFault(tooLarge, tooLarge.message))
  }

  /** Reads a written reply. Throws if it is too large. */
  #answer(tool: string, text: string): unknown {
    const tooLarge = this.#tooLarge(tool, text)
    if (tooLarge !== undefined) throw tooLarge
    return this.#read(text)
  }

  #read(text: string): unknown {
    return this.#form.isText === true ? text : withBytes(this.#target, JSON.parse(text))
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

  #writeFault({ code, details }: ToolrackError, message: string): MaybePromise<string> {
    // A map is never nothing in JSON.
    return this.#write({ isOk: false, text: jsonText({ code, message, details }) as string })
  }

  #write(outcome: Outcome): MaybePromise<string> {
    const { isOk, text, files, structured } = outcome
    if (text.length >= LONG) return this.#writeAside(outcome)
    const native = this.#native
    return native === undefined
      ? callNative(() => answerCall(this.asked, isOk, text, files, structured))
      : callNative(() => native.answer(this.#call.id, isOk, text, files, structured))
  }

  async #writeAside({ isOk, text, files, structured }: Outcome): Promise<string> {
    try {
      return await answerCallAside(this.asked, isOk, text, files, structured)
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}
