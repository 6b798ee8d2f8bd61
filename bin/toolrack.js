#!/usr/bin/env node
'use strict'

const { main } = require('../lib/cli/audit-verify.js')

void main(process.argv.slice(2))
