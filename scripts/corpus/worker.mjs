// A process that looks at each document that its parent sends.
import toolrack from '../../lib/index.js'
import { look } from './look.mjs'

process.on('message', async (file) => process.send(await look(file, toolrack)))
process.send('ready')
