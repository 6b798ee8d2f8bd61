#!/usr/bin/env node
'use strict'

const { main } = require('../lib/command/toolrack.js')

void main(process.argv.slice(2))
