// One side of a comparison in a process of its own: it measures when it is asked to, and otherwise costs nothing.
import { gc } from './gc.mjs'

const [file, name] = process.argv.slice(2)

function send(message) {
  return new Promise((sent) => process.send(message, sent))
}

try {
  const { sides } = await import(file)
  const measure = await sides[name]()
  process.on('message', async () => {
    try {
      gc()
      await send({ result: await measure() })
    } catch (error) {
      await send({ failed: String(error?.message ?? error) })
      process.exit(1)
    }
  })
  await send({ ready: true })
} catch (error) {
  await send({ failed: String(error?.message ?? error) })
  process.exit(1)
}
