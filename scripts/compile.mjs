// `npm run compile`: js/ to lib/. What was compiled before goes first, since tsc deletes no output of a removed source.
import { rmSync } from 'node:fs'
import { root, run } from './steps.mjs'

rmSync(`${root}/lib`, { recursive: true, force: true })
await run('compile js/ to lib/', process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '--project', root])
