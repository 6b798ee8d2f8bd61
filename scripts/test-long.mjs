// `npm run test:long`: the checks that are too long for `npm test`, some twelve minutes. It needs the addon: run
// `npm run build` first.
import { run, testFiles } from './steps.mjs'

await run('long tests', process.execPath, ['--test', '--test-reporter=spec', ...testFiles('__test__/long')])
await run('soak', 'npm', ['run', 'soak'])
