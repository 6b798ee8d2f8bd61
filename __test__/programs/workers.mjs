// Workers that use toolrack and end, one by itself and one in the middle of its calls: the program goes on, and ends
// too.
import { once } from 'node:events'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { ToolRegistry } from 'toolrack'

const registry = new ToolRegistry()
registry.register({
  name: 'echo',
  description: 'Says what it was told',
  inputSchema: { type: 'object' },
  execute: async (params) => params,
})
registry.register({ name: 'hangs', description: 'Hangs', execute: () => new Promise(() => {}) })
if (isMainThread) {
  for (let i = 0; i < 5; i++) {
    const [ends, hangs] = [false, true].map((hangs) => new Worker(new URL(import.meta.url), { workerData: { hangs } }))
    const ended = once(ends, 'exit')
    const [[said], [also]] = await Promise.all([once(ends, 'message'), once(hangs, 'message')])
    await hangs.terminate()
    await ended
    if (said.a !== 1 || also !== 'hangs') throw new Error(`${JSON.stringify(said)} ${also}`)
  }
  const { a } = await registry.execute('echo', { a: 1 })
  console.log(JSON.stringify({ held: a }))
} else if (workerData.hangs) {
  const alive = setInterval(() => {}, 1000)
  registry
    .execute('hangs')
    .catch(() => {})
    .finally(() => clearInterval(alive))
  parentPort.postMessage('hangs')
} else {
  parentPort.postMessage(await registry.execute('echo', { a: 1 }))
}
