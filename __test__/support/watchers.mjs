// What a process holds, counted by what the system says of it. Linux alone says it.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The threads of this process by name, and what its descriptors lead to. */
export function holdings() {
  const each = (folder, read) =>
    readdirSync(folder).flatMap((name) => {
      try {
        return [read(name)]
      } catch {
        return [] // Gone since the folder was read.
      }
    })
  const threads = each('/proc/self/task', (id) => readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim())
  const descriptors = each('/proc/self/fd', (id) => readlinkSync(`/proc/self/fd/${id}`))
  return { threads, descriptors, inotify: descriptors.filter((to) => to.includes('inotify')).length }
}
