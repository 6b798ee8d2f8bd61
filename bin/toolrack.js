#!/usr/bin/env node
'use strict'

const { parseArgs } = require('node:util')

const USAGE = `toolrack audit verify FILE [--anchor SEQ:HASH] [--json]

Verifies an audit log: ends with 0 where its chain holds, with 1 where it does not, and with 2 where it cannot be read.

  --anchor SEQ:HASH   the log must have this record: finds an end that was cut off
  --json              says what verifyAudit() gives
  --help              says this`

/** @param {string[]} args */
async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { anchor: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help) return say(USAGE, 0)
  const [room, verb, file, ...more] = positionals
  if (room !== 'audit' || verb !== 'verify' || file === undefined || more.length > 0) throw new Error(USAGE)
  const { verifyAudit } = require('../index.js')
  const verdict = await verifyAudit(file, { anchor: toAnchor(values.anchor) })
  say(values.json ? JSON.stringify(verdict) : told(file, verdict), verdict.ok ? 0 : 1)
}

/** @param {string | undefined} text */
function toAnchor(text) {
  if (text === undefined) return undefined
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined) throw new Error(`--anchor must be SEQ:HASH, is ${text}`)
  return { seq: Number(seq), hash }
}

/** @param {string} file @param {import('../index').AuditVerdict} verdict */
function told(file, { records, bad, torn, last }) {
  if (bad !== null)
    return `${file}: line ${bad.line} ${bad.reason}; the ${records} records before it are what was written`
  const end = torn > 0 ? `, and ${torn} bytes of one that was not written to its end` : ''
  return `${file}: ${records} records are what was written${end}\nlast record: ${last.seq}:${last.hash}`
}

/** @param {string} text @param {number} code */
function say(text, code) {
  // What a file says may not speak to the terminal.
  process.stdout.write(`${text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '?')}\n`)
  process.exitCode = code
}

main(process.argv.slice(2)).catch((/** @type {any} */ error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
})
