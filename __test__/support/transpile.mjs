// TypeScript by its own compiler. The compiler of this package has no function for one file; that of a tool has.

import { createRequire } from 'node:module'

const require = createRequire(createRequire(import.meta.url).resolve('@napi-rs/cli'))
const typescript = require('typescript')

/** Compiles a source to an ES module, as tsc does. */
export function transpile(source) {
  const compilerOptions = { target: 'ES2022', module: 'ESNext', useDefineForClassFields: true }
  return typescript.transpileModule(source, { compilerOptions, fileName: 'a.ts' }).outputText
}
