// The rules of a commit's message, as CONTRIBUTING.md has them.

const TYPES = ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test']
/** What a reader must be told the reason of. */
const WITH_BODY = ['feat', 'fix', 'perf']
const SUBJECT = /^(?<type>[a-z]+)\([\w./-]+(?:, ?[\w./-]+)*\): \S/
const LONGEST = 72

/** The problems of one commit's message; none where it is as it should be. */
export function problemsOfCommit({ subject, body }) {
  const problems = []
  const length = [...subject].length
  const type = SUBJECT.exec(subject)?.groups.type
  if (type === undefined) problems.push('its subject is not "type(room): what changes for the user"')
  else if (!TYPES.includes(type)) problems.push(`"${type}" is no type of a commit; there are ${TYPES.join(', ')}`)
  if (length > LONGEST) problems.push(`its subject has ${length} characters; at most ${LONGEST} are allowed`)
  if (WITH_BODY.includes(type) && body.trim() === '')
    problems.push(`a ${type} has a body: why, how it was seen, figures before and after`)
  return problems
}

/** Reads what `git log -z --format=%h%n%s%n%b` wrote. */
export function readCommits(log) {
  return log
    .split('\0')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [hash, subject, ...body] = entry.split('\n')
      return { hash, subject, body: body.join('\n') }
    })
}
