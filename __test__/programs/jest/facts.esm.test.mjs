import * as toolrack from 'toolrack'
import factsOf from '../facts.cjs'

for (const [name, hold] of Object.entries(factsOf(toolrack))) test(name, hold)
