// Sessions in this process's memory; with several processes keep the same records in a database,
// found by id, by sid and by sub.

import { randomBytes } from 'node:crypto'

const SESSION_MS = 8 * 3600 * 1000
const TRIP_MS = 10 * 60 * 1000
const CAPACITY = 10_000

// Values under random names, each for a while, the oldest giving way.
class Expiring {
  #entries = new Map()

  put(key, value, milliseconds) {
    this.#entries.delete(key)
    this.#entries.set(key, { value, until: Date.now() + milliseconds })
    if (this.#entries.size > CAPACITY) this.delete(this.#entries.keys().next().value)
  }

  get(key) {
    const entry = this.#entries.get(key)
    if (entry && entry.until > Date.now()) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  delete(key) {
    this.#entries.delete(key)
  }

  *entries() {
    for (const key of [...this.#entries.keys()]) {
      const value = this.get(key)
      if (value !== undefined) yield [key, value]
    }
  }
}

const newId = () => randomBytes(32).toString('base64url')

export class Sessions {
  #sessions = new Expiring()
  #trips = new Expiring()
  #ended = new Expiring()

  // A sign-in under way, bound to one browser: each tab has its own, and it is good once.
  startTrip(browser, trip) {
    this.#trips.put(`${browser} ${trip.state}`, trip, TRIP_MS)
  }

  takeTrip(browser, state) {
    const key = `${browser} ${state}`
    const trip = this.#trips.get(key)
    this.#trips.delete(key)
    return trip
  }

  // Start a session and return its id; undefined when it was ended while it was on its way.
  start(session) {
    if (this.#ended.get(session.sid)) return undefined
    const id = newId()
    this.#sessions.put(id, session, SESSION_MS)
    return id
  }

  get(id) {
    return id ? this.#sessions.get(id) : undefined
  }

  end(id) {
    this.#sessions.delete(id)
  }

  // The provider says that a session, or all sessions of a person, have ended.
  endFromOutside({ sid, sub }) {
    if (sid) this.#ended.put(sid, true, TRIP_MS)
    for (const [id, session] of this.#sessions.entries()) {
      if (sid ? session.sid === sid : session.sub === sub) this.end(id)
    }
  }
}

export { newId }
