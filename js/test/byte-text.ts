// Byte text: bytes as a text that has their UTF-8 as letters, and each byte that is no UTF-8 as one character of its own.

/** One letter in UTF-8, or a byte that is none, in a text with one character for each byte. */
const LETTER_OR_BYTE =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g
/** What is added to a byte from 0x80 on: the last characters of all, which are for private use. */
const OWN = 0x10ff00
const FIRST_OWN = OWN + 0x80

/** Reads bytes as a text. */
export function textOfBytes(bytes: Buffer): string {
  return bytes.toString('latin1').replace(LETTER_OR_BYTE, (found) => {
    const letter = found.length === 1 ? undefined : Buffer.from(found, 'latin1').toString()
    // The own characters stand for bytes alone.
    return letter === undefined || codeOf(letter) >= FIRST_OWN ? ownCharacters(found) : letter
  })
}

/** The bytes of such a text. */
export function bytesOfText(text: string): Buffer {
  const bytes = text.replace(/[^\0-\x7f]/gu, (letter) => {
    const code = codeOf(letter)
    return code >= FIRST_OWN ? String.fromCharCode(code - OWN) : Buffer.from(letter).toString('latin1')
  })
  return Buffer.from(bytes, 'latin1')
}

function ownCharacters(bytes: string): string {
  return bytes.replace(/[^]/g, (byte) => String.fromCodePoint(OWN + byte.charCodeAt(0)))
}

function codeOf(letter: string): number {
  return letter.codePointAt(0) as number
}
