// The TypeScript compiler as strict projects run it.
import { join } from 'node:path'
import { root } from './child.mjs'

/** Arguments for Node that compile the files which follow: strict, with the module resolution of Node. */
export const STRICT_TSC = [
  join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
  '--strict',
  '--module',
  'node16',
  '--target',
  'es2022',
  '--types',
  'node',
]
