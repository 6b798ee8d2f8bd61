// `npm start`: everything from a clean checkout to the main job.
import { build, install, run } from './steps.mjs'

await install()
await build()
await run('main job', process.execPath, ['scripts/main-job.mjs'])
