// Anchors of headings by GitHub's rule, so that a link of docs/ works there and in the site.

/** The anchor of a heading's text: lower case, no punctuation, hyphens for spaces. */
export const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
