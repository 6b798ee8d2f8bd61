// A reporter of `node --test` that writes the file and the milliseconds of each top-level test, one JSON object a line.
import { relative } from 'node:path'

export default async function* fileTimesReporter(events) {
  for await (const { type, data } of events) {
    const isTest = type === 'test:pass' || type === 'test:fail'
    if (isTest && data.nesting === 0 && data.file)
      yield `${JSON.stringify({ file: relative(process.cwd(), data.file), ms: data.details.duration_ms })}\n`
  }
}
