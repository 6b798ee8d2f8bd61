'use strict'

const { ToolrackError } = require('./js/error')
const { ToolError } = require('./js/tool-error')
const { Snapshot } = require('./js/snapshot')
const { ToolHandle } = require('./js/tool-handle')
const { ToolRegistry, registerDynamicTool } = require('./js/registry')
const { verifyAudit } = require('./js/audit')
const { SpecLoader } = require('./js/loader')

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
