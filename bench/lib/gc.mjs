// The garbage collector on demand, with or without --expose-gc on the command line.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = globalThis.gc ?? runInNewContext('gc')

/** Collects all garbage, what finalizers let go of too. */
export function gc() {
  collect()
  collect()
}

/** Collects, and gives finalizers of native objects and the threads that give memory back the turns that they need. */
export async function settle() {
  for (let turn = 0; turn < 5; turn++) {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
