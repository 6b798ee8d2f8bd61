// Preloaded by `node --require`: at the end of the process the last line of stderr is what it has loaded, as JSON.
const { writeSync } = require('node:fs')
const { join, relative } = require('node:path')

const root = join(__dirname, '..', '..')

process.on('exit', () => {
  const files = Object.keys(require.cache).filter((file) => file !== __filename)
  const builtins = process.moduleLoadList.filter((entry) => entry.startsWith('NativeModule '))
  const loaded = {
    files: files.map((file) => relative(root, file).replaceAll('\\', '/')),
    builtins: builtins.map((entry) => entry.slice('NativeModule '.length)),
  }
  writeSync(2, `\n${JSON.stringify(loaded)}`)
})
