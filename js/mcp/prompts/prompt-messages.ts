// Prompt messages: what a function `get` returns → the members of a result of `prompts/get`.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { checkOptions, describeUnknown, invalidOption, ownJson, toName } from '../../border/options'
import { isPlainArray, isUint8Array } from '../../border/realm'
import { optionalText } from '../content/content-options'
import { blobOf } from '../resources/resource-contents'

const ROLES = Object.freeze(['user', 'assistant'])

/** Reads what was returned. `description` is that of the prompt. Throws `INVALID_OPTIONS`. */
export function messagesOf(returned: unknown, description: string | undefined): Members {
  if (typeof returned === 'string') return { description, messages: [textMessage(returned)] }
  if (typeof returned === 'object' && returned !== null && isPlainArray(returned))
    return { description, messages: readMessages(returned) }
  if (!isMembers(returned)) throw invalidOption('get()', 'must return a text, a list of messages, or an object with it')
  const read = checkOptions(returned, ['description', 'messages'], 'get()')
  const { messages } = read
  if (typeof messages !== 'object' || messages === null || !isPlainArray(messages))
    throw invalidOption('get().messages', 'must be a list')
  return {
    description: optionalText('get().description', read.description) ?? description,
    messages: readMessages(messages),
  }
}

function readMessages(messages: readonly unknown[]): readonly Members[] {
  return Array.from(messages).map((message, index) => {
    const place = `get()[${index}]`
    if (typeof message === 'string') return textMessage(message)
    if (!isMembers(message)) throw invalidOption(place, 'must be a text, or an object with a role and content')
    const { role = 'user', content } = checkOptions(message, ['role', 'content'], place)
    if (role !== 'user' && role !== 'assistant') throw invalidOption(`${place}.role`, describeUnknown(role, ROLES))
    return { role, content: contentBlock(content, `${place}.content`) }
  })
}

function textMessage(text: string): Members {
  return { role: 'user', content: { type: 'text', text } }
}

/** A block of content. Bytes of images, audio and embedded resources become base64. */
function contentBlock(content: unknown, place: string): unknown {
  if (typeof content === 'string') return { type: 'text', text: content }
  if (!isMembers(content)) throw invalidOption(place, 'must be a text, or an object with a type')
  const { data, resource, ...others } = content
  toName(`${place}.type`, content.type)
  const block = ownJson(place, others) as Members
  if (data !== undefined) return { ...block, data: blobOf(data, `${place}.data`) }
  if (resource === undefined) return block
  if (!isMembers(resource)) throw invalidOption(`${place}.resource`, 'must be an object')
  const { blob, ...rest } = resource
  const isBytes = typeof blob === 'object' && blob !== null && isUint8Array(blob)
  const given = ownJson(`${place}.resource`, isBytes ? rest : resource) as Members
  return { ...block, resource: isBytes ? { ...given, blob: blobOf(blob, `${place}.resource.blob`) } : given }
}
