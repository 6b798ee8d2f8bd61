// Text that stands for a file, for frameworks whose models get none.

/** A file of a result in the format of target `plain`. */
interface PlainFile {
  readonly mediaType: string
  readonly name: string
  readonly data: string
}

/** Describes a file that cannot be shown, as `respond` does for providers without files. */
export function describeFile({ name, mediaType, data }: PlainFile): string {
  return `[${name}: ${mediaType}, ${Buffer.byteLength(data, 'base64')} bytes, which cannot be shown here]`
}
