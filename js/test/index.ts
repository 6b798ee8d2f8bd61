// toolrack/test: registries for tests of agents.

import type * as declared from '../../types/test'
import registries = require('./test-registry')

// Constants, and no re-exports: see `js/index.ts`.
const { createTestRegistry } = registries

export = { createTestRegistry } satisfies Record<keyof typeof declared, unknown>
