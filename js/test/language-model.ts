// Language model of the AI SDK: answers as its provider interface has it, whole or as a stream.

import { items, member } from './json-members'

/** Makes a language model that answers by a function: its call options → its result. */
export function languageModel(answer: (options: unknown) => Promise<object>): object {
  // Not frozen: the AI SDK 7 wraps it in a proxy that says another version.
  return {
    specificationVersion: 'v3',
    provider: 'toolrack/test',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: answer,
    doStream: async (options: unknown) => {
      const { content, ...finish } = (await answer(options)) as { readonly content: unknown }
      return { stream: streamOf(partsOf(items(content), finish)) }
    },
  }
}

/** The parts of a stream: texts in one piece each, calls, and the end. */
function partsOf(content: readonly unknown[], finish: object): object[] {
  const parts = content.flatMap((part, i): object[] => {
    if (member(part, 'type') !== 'text') return [part as object]
    const id = `text_${i + 1}`
    return [
      { type: 'text-start', id },
      { type: 'text-delta', id, delta: member(part, 'text') },
      { type: 'text-end', id },
    ]
  })
  return [{ type: 'stream-start', warnings: [] }, ...parts, { type: 'finish', ...finish }]
}

function streamOf(parts: readonly object[]): ReadableStream<object> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })
}
