// A thread with a registry that watches the file it is given.
import { parentPort, workerData } from 'node:worker_threads'
import { SpecLoader, ToolRegistry } from 'toolrack'

await new SpecLoader(new ToolRegistry()).load(workerData, { watch: true })
parentPort.postMessage('watching')
parentPort.on('message', () => {}) // It lives until it is ended.
