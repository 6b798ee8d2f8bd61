// The smallest server over stdio, `node mcp-start.mjs SIDE`: what is measured is how long it takes to answer.
import { SIDES } from './mcp-sides.mjs'

const side = await SIDES[process.argv[2]](3, 'stdio')
side.stdio()
