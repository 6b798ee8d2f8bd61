// toolrack: all that the package exports.

import type * as declared from '../index'
import errors = require('./border/error')
import toolErrors = require('./border/tool-error')
import programQuestions = require('./call/program-questions')
import progress = require('./call/progress')
import snapshots = require('./snapshot')
import handles = require('./tool-handle')
import registries = require('./registry')
import registrations = require('./registry/registrations')
import httpTools = require('./registry/http-tools')
import configs = require('./config/load-config')
import audits = require('./observe/audit')
import loaders = require('./loader')
import modules = require('./modules/tool-modules')

// Constants, and no re-exports: Node finds the names of an `import` in the literal below, and a program may replace
// the members of what `require` gives.
const { ToolrackError } = errors
const { ToolError } = toolErrors
const { CallProgress } = progress
const { questionsOf } = programQuestions
const { Snapshot } = snapshots
const { ToolHandle } = handles
const { ToolRegistry } = registries
const { registerDynamicTool } = registrations
const { registerHttpTool, registerHttpTools } = httpTools
const { loadConfig } = configs
const { verifyAudit } = audits
const { SpecLoader } = loaders
const { ToolModules } = modules

export = {
  ToolRegistry,
  SpecLoader,
  ToolModules,
  Snapshot,
  ToolHandle,
  ToolrackError,
  ToolError,
  CallProgress,
  questionsOf,
  registerDynamicTool,
  registerHttpTool,
  registerHttpTools,
  loadConfig,
  verifyAudit,
} satisfies Record<keyof typeof declared, unknown>
