// Waiting for what comes by itself.

/** The next event of a name that is as wanted; rejects when it has not come in time. */
export function next(registry, event, { wanted = () => true, withinMs = 15_000 } = {}) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off()
      reject(new Error(`no "${event}" within ${withinMs} ms`))
    }, withinMs)
    const off = registry.on(event, (value) => {
      if (!wanted(value)) return
      clearTimeout(timer)
      off()
      resolve(value)
    })
  })
}
