'use strict'

// Tool handle: updates, enables, disables or removes one registered tool.

/** A registered tool; it follows a rename. */
class ToolHandle {
  #name
  #doors

  /** @param {string} name @param {any} doors */
  constructor(name, doors) {
    this.#name = name
    this.#doors = doors
  }

  get name() {
    return this.#name
  }

  /** @param {any} definition */
  update(definition) {
    this.#name = this.#doors.update(this.#name, definition)
  }

  disable() {
    this.#doors.enable(this.#name, false)
  }

  enable() {
    this.#doors.enable(this.#name, true)
  }

  /** @returns {boolean} */
  remove() {
    return this.#doors.remove(this.#name)
  }
}

exports.ToolHandle = ToolHandle
