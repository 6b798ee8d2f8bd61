// `npm run docs`: builds the documentation site into `site/dist`. Its packages are installed in `site/` alone.
import { install, run } from './steps.mjs'

await install('site', '--ignore-scripts')
await run('build the site', process.execPath, ['site/build.mjs'])
