// A helper: names that start with _ are no tools of a directory.
export const label = (subject: string): string => `[new] ${subject}`
