// Package version: the version in package.json.

// By `require`: the file stands outside of what is compiled.
export const { version } = require('../../package.json') as { readonly version: string }
