// Secret listeners: a recording `fetch` is told the secret texts of credentials, so that it writes none of them.

/** Members of a credential that are secret; `value` is that of an environment variable. */
const SECRET_MEMBERS: readonly string[] = Object.freeze(['token', 'password', 'clientSecret', 'refreshToken', 'value'])

/** Those who are told the credentials of one registry. In production there are none. */
export class SecretListeners {
  readonly #listeners = new Set<(secret: string) => void>()

  add(listener: ((secret: string) => void) | undefined): void {
    if (listener !== undefined) this.#listeners.add(listener)
  }

  /** Tells the secret texts of a credential, or of a list of credentials. */
  tell(credential: unknown): void {
    if (this.#listeners.size === 0) return
    for (const secret of secretsOf(credential)) for (const listener of this.#listeners) listener(secret)
  }
}

/** The secret texts of a credential. One that cannot be read has none. */
function secretsOf(credential: unknown): string[] {
  try {
    if (typeof credential === 'string') return [credential]
    if (credential === null || typeof credential !== 'object') return []
    if (Array.isArray(credential)) return (credential as unknown[]).flatMap(secretsOf)
    return SECRET_MEMBERS.flatMap((name) => secretsOf((credential as Record<string, unknown>)[name]))
  } catch {
    return []
  }
}
