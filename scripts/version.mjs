// A step of `npm version`: writes the version that npm has put into package.json wherever else it stands, for the same
// commit.
import { readFileSync, writeFileSync } from 'node:fs'
import { readManifest, writePlatforms } from './platforms.mjs'
import { root, run } from './steps.mjs'

const { version } = readManifest()
const cargo = readFileSync(`${root}/Cargo.toml`, 'utf8')
writeFileSync(`${root}/Cargo.toml`, cargo.replace(/(\[workspace\.package\]\nversion = )"[^"]+"/, `$1"${version}"`))
await run('Cargo.lock', 'cargo', ['update', '--workspace', '--offline'])
await writePlatforms()
await run('git add', 'git', ['add', 'package.json', 'package-lock.json', 'npm', 'Cargo.toml', 'Cargo.lock'])
