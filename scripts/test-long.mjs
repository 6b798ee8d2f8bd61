// `npm run test:long`: the checks that are too long for `npm test`. It needs the addon: run `npm run build` first.
import { run, testFiles } from './steps.mjs'

// One file after the other: compilers on every core would spoil what the soak says of time and memory.
const flags = ['--test', '--test-reporter=spec', '--test-concurrency=1']
await run('long tests', process.execPath, [...flags, ...testFiles('__test__/long')])
await run('soak', 'npm', ['run', 'soak'])
