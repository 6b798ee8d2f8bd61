'use strict'

// Model reply: the result of a model's call as the message of its provider.

const { types } = require('node:util')
const { answerCall, answerCallAside } = require('../binding')
const { modelResult, withBytes } = require('./attachments')
const { callNative, revive } = require('./error')
const { jsonText } = require('./json')

/** A longer result, in characters of JSON, is cut on a thread of its own. */
const LONG = 1 << 18

/**
 * What a tool that Rust carries out came to: the provider's answer in its place. A model is shown the first of it; the
 * rest is never a value here.
 */
class RenderedReply {
  /** @param {any} answer */
  constructor(answer) {
    this.answer = answer
  }
}

/** Answers one call of a model, in the words of its provider. */
class ModelReply {
  /** What Rust answers by. @type {import('../binding').NativeModelCall} */
  asked

  /** @param {string} target @param {{ id?: string, wireName: string, reply: any }} meant what Rust said of the call */
  constructor(target, { id, wireName, reply }) {
    this.asked = Object.freeze({ target, id, wireName, reply: JSON.stringify(reply) })
  }

  /** What the call came to; see {@link modelResult}. @param {string} tool @param {any} result */
  async value(tool, result) {
    if (!types.isProxy(result) && result instanceof RenderedReply) return withBytes(this.asked.target, result.answer)
    const { text, files } = await modelResult(tool, result)
    return this.#told({ ok: true, outcome: text, files: files.length === 0 ? undefined : JSON.stringify(files) })
  }

  /** What went wrong. @param {import('./error').ToolrackError} error @param {string} message as the model reads it */
  fault({ code, details }, message) {
    return this.#told({ ok: false, outcome: /** @type {string} */ (jsonText({ code, message, details })) })
  }

  /** @param {import('../binding').NativeOutcome} told */
  async #told(told) {
    const text = told.outcome.length < LONG ? callNative(() => answerCall(this.asked, told)) : await this.#aside(told)
    return withBytes(this.asked.target, JSON.parse(text))
  }

  /** @param {import('../binding').NativeOutcome} told */
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
