// `npm run compile`: js/ to lib/, and the command line into one file. What was compiled before goes first, since tsc
// deletes no output of a removed source.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'
import { root, run } from './steps.mjs'

rmSync(`${root}/lib`, { recursive: true, force: true })
await run('compile js/ to lib/', process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '--project', root])
// A client waits for the first answer of `toolrack serve`: one file is read and compiled in half the time of 200.
await build({
  entryPoints: [`${root}/lib/cli/main.js`],
  // As deep as lib/border/, whose files find package.json and the addon of a checkout by their own place.
  outfile: `${root}/lib/command/toolrack.js`,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Names stay, and lines are short: a stack trace can be read, and Node prints the line of an error.
  minifyWhitespace: true,
  lineLimit: 160,
  // Addons are files. The version is read: a file that was built before `npm version` would say another one.
  packages: 'external',
  external: ['*/package.json'],
  // What a module of a user imports is known at run time.
  logOverride: { 'unsupported-dynamic-import': 'silent' },
})
