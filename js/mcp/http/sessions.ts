// Sessions: those of legacy clients over HTTP, by their ids; limited in number and in idle time.

import { randomBytes } from 'node:crypto'
import type { ServerState } from '../methods/method'
import type { Principal } from '../principals'
import { Session } from './session'

/** The length of an id, in random bytes. Who knows it is the client, so that it must not be guessed. */
const ID_BYTES = 16

/** Limits of sessions. */
export interface SessionLimits {
  /** The most sessions. */
  readonly most: number
  /** How long a session lasts without a request, in ms. */
  readonly idleMs: number
}

/** The sessions of a transport. */
export class Sessions {
  readonly #server: ServerState
  readonly #limits: SessionLimits
  /** By id, those used least recently first. */
  readonly #sessions = new Map<string, Session>()

  constructor(server: ServerState, limits: SessionLimits) {
    this.#server = server
    this.#limits = limits
  }

  /** Makes a session. It counts from {@link add} on. */
  make(principal: Principal): Session {
    const id = randomBytes(ID_BYTES).toString('base64url')
    return new Session(id, principal, { server: this.#server, onStreamEnd: (session) => this.touch(session) })
  }

  /** Adds a session. At the limit, the one goes that is idle for the longest time; false if none is idle. */
  add(session: Session): boolean {
    this.#dropExpired()
    if (this.#sessions.size >= this.#limits.most && !this.#dropIdle()) return false
    this.#sessions.set(session.id, session)
    return true
  }

  /** Returns the session of a principal, which is used now. */
  use(id: string, principal: Principal): Session | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined || session.owner !== principal.key) return undefined
    if (this.#isExpired(session, this.#now)) {
      this.end(session)
      return undefined
    }
    this.touch(session)
    return session
  }

  /** A session is in use until now: a request of it, or its stream, begins or ends. */
  touch(session: Session): void {
    session.usedAt = this.#now
    // One that has ended does not come back.
    if (this.#sessions.delete(session.id)) this.#sessions.set(session.id, session)
  }

  end(session: Session): void {
    this.#sessions.delete(session.id)
    session.close()
  }

  /** Ends the streams of all sessions. */
  endStreams(): void {
    for (const session of this.#sessions.values()) session.endStream()
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close()
    this.#sessions.clear()
  }

  #dropExpired(): void {
    const now = this.#now
    for (const session of this.#sessions.values()) {
      if (now - session.usedAt <= this.#limits.idleMs) return
      if (this.#isExpired(session, now)) this.end(session)
    }
  }

  #dropIdle(): boolean {
    for (const session of this.#sessions.values()) {
      if (!session.isIdle) continue
      this.end(session)
      return true
    }
    return false
  }

  #isExpired({ isIdle, usedAt }: Session, now: number): boolean {
    return isIdle && now - usedAt > this.#limits.idleMs
  }

  get #now(): number {
    return this.#server.registry.closures.clock.now()
  }
}
