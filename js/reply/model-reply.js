'use strict'

// Model reply: the result of a model's call as the message of its provider.

const { types } = require('node:util')
const { answerCall, answerCallAside } = require('../../binding')
const { modelResult, withBytes } = require('./attachments')
const { callNative, revive } = require('../border/error')
const { jsonText } = require('../border/json')

/** Results above this many characters of JSON are truncated on a Rust thread. */
const LONG = 1 << 18

/**
 * The finished reply of an HTTP operation, written in Rust: JavaScript never parses the part that truncation removes.
 */
class RenderedReply {
  /** @param {any} answer */
  constructor(answer) {
    this.answer = answer
  }
}

/** Writes the reply to one model's call in its provider's format. */
class ModelReply {
  /** The call as Rust needs it for the reply. @type {import('../../binding').NativeModelCall} */
  asked

  /**
   * @param {string} target
   * @param {{ id?: string, wireName: string, reply: any }} meant what Rust read from the call
   */
  constructor(target, { id, wireName, reply }) {
    this.asked = Object.freeze({ target, id, wireName, reply: JSON.stringify(reply) })
  }

  /** Writes the reply of a result; see {@link modelResult}. @param {string} tool @param {any} result */
  async value(tool, result) {
    if (!types.isProxy(result) && result instanceof RenderedReply) return withBytes(this.asked.target, result.answer)
    const { text, files } = await modelResult(tool, result)
    return this.#told({ ok: true, outcome: text, files: files.length === 0 ? undefined : JSON.stringify(files) })
  }

  /**
   * Writes the reply of an error.
   * @param {import('../border/error').ToolrackError} error
   * @param {string} message as the model reads it
   */
  fault({ code, details }, message) {
    return this.#told({ ok: false, outcome: /** @type {string} */ (jsonText({ code, message, details })) })
  }

  /** @param {import('../../binding').NativeOutcome} told */
  async #told(told) {
    const text = told.outcome.length < LONG ? callNative(() => answerCall(this.asked, told)) : await this.#aside(told)
    return withBytes(this.asked.target, JSON.parse(text))
  }

  /** @param {import('../../binding').NativeOutcome} told */
  async #aside(told) {
    try {
      return await answerCallAside(this.asked, told)
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}

exports.ModelReply = ModelReply
exports.RenderedReply = RenderedReply
