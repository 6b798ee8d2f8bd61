// `npm start`: everything from a clean checkout to the main job.
import { build, install, run } from './steps.mjs'

install()
build()
run('main job', process.execPath, ['examples/main.mjs'])
