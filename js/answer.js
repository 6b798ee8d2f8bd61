'use strict'

const { types } = require('node:util')
const { answerCall, answerCallAside } = require('../binding')
const { modelResult, withBytes } = require('./attachments')
const { through, revive } = require('./error')
const { jsonText } = require('./json')

/** A longer result, in characters of JSON, is cut on a thread of its own. */
const LONG = 1 << 18

/** What a tool that Rust carries out came to: the provider's answer in its place. A model is shown the first of it; the rest is never a value here. */
class Answered {
  /** @param {any} answer */
  constructor(answer) {
    this.answer = answer
  }
}

/** Answers one call of a model, in the words of its provider. */
class Answer {
  #target
  #call
  #reply

  /** @param {string} target @param {string} call as JSON @param {any} reply what Rust says of how models are answered */
  constructor(target, call, reply) {
    this.#target = target
    this.#call = call
    this.#reply = JSON.stringify(reply)
  }

  /** For Rust, where it carries the call out. */
  get asked() {
    return { target: this.#target, call: this.#call, reply: this.#reply }
  }

  /** What the call came to; see {@link modelResult}. @param {string} tool @param {any} result */
  async value(tool, result) {
    if (!types.isProxy(result) && result instanceof Answered) return withBytes(this.#target, result.answer)
    const { text, files } = await modelResult(tool, result)
    return this.#told(true, text, files.length === 0 ? undefined : JSON.stringify(files))
  }

  /** What went wrong. @param {import('./error').ToolrackError} error @param {string} message as the model reads it */
  fault({ code, details }, message) {
    return this.#told(false, /** @type {string} */ (jsonText({ code, message, details })))
  }

  /** @param {boolean} ok @param {string} outcome @param {string} [files] */
  async #told(ok, outcome, files) {
    const text = outcome.length < LONG ? through(() => answerCall(this.#target, this.#call, this.#reply, ok, outcome, files)) : await this.#aside(ok, outcome, files)
    return withBytes(this.#target, JSON.parse(text))
  }

  /** @param {boolean} ok @param {string} outcome @param {string} [files] */
  async #aside(ok, outcome, files) {
    try {
      return await answerCallAside(this.#target, this.#call, this.#reply, ok, outcome, files)
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}

exports.Answer = Answer
exports.Answered = Answered
