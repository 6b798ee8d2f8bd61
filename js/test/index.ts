// toolrack/test: registries and recorded HTTP for tests of agents.

import type * as declared from '../../types/test'
import cassettes = require('./record')
import replays = require('./replay')
import registries = require('./test-registry')

// Constants, and no re-exports: see `js/index.ts`.
const { record } = cassettes
const { replay } = replays
const { createTestRegistry } = registries

export = { createTestRegistry, record, replay } satisfies Record<keyof typeof declared, unknown>
