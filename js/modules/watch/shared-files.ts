// Shared files: which sources belong together because they have a file in common.

/** Joins what has a file in common, directly or through others; the order stays. */
export function joinByFiles<Member>(
  all: readonly Member[],
  filesOf: (member: Member) => Iterable<string>,
): readonly Member[][] {
  const roots = new Map<Member, Member>()
  const rootOf = (one: Member): Member => {
    let root = one
    for (let next = roots.get(root); next !== undefined && next !== root; next = roots.get(root)) root = next
    // The next search from here is one step.
    roots.set(one, root)
    return root
  }
  const holders = new Map<string, Member>()
  for (const one of all) {
    roots.set(one, one)
    for (const path of filesOf(one)) {
      const holder = holders.get(path)
      if (holder === undefined) holders.set(path, one)
      else roots.set(rootOf(one), rootOf(holder))
    }
  }
  const parts = new Map<Member, Member[]>()
  for (const one of all) {
    const root = rootOf(one)
    const part = parts.get(root)
    if (part === undefined) parts.set(root, [one])
    else part.push(one)
  }
  return [...parts.values()]
}
