// toolrack/test: registries, recorded HTTP and scripted models for tests of agents.

import type * as declared from '../../types/test'
import calls = require('./call-of')
import cassettes = require('./record')
import replays = require('./replay')
import models = require('./scripted-model')
import registries = require('./test-registry')

// Constants, and no re-exports: see `js/index.ts`.
const { callOf } = calls
const { record } = cassettes
const { replay } = replays
const { scriptedModel } = models
const { createTestRegistry } = registries

export = {
  createTestRegistry,
  record,
  replay,
  scriptedModel,
  callOf,
} satisfies Record<keyof typeof declared, unknown>
