'use strict'

const { ToolrackError } = require('./border/error')
const { ToolError } = require('./border/tool-error')
const { Snapshot } = require('./snapshot')
const { ToolHandle } = require('./tool-handle')
const { ToolRegistry, registerDynamicTool } = require('./registry')
const { verifyAudit } = require('./observe/audit')
const { SpecLoader } = require('./loader')

module.exports = {
  ToolRegistry,
  SpecLoader,
  Snapshot,
  ToolHandle,
  ToolrackError,
  ToolError,
  registerDynamicTool,
  verifyAudit,
}
