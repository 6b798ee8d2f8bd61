/** @jest-environment jsdom */
const factsOf = require('../facts.cjs')

for (const [name, hold] of Object.entries(factsOf(require('toolrack')))) test(name, hold)
