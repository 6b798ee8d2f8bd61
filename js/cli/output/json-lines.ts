// JSON for people and programs: indented, without secrets and without control characters.

/** Control characters that JSON leaves as they are. */
const JSON_CONTROLS = /[\u007F-\u009F]/g

/** A value as JSON. `hide` takes secrets out of each text. */
export function jsonLines(value: unknown, hide: (text: string) => string): string {
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'string' ? hide(member) : member), 2)
  return text.replace(JSON_CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
