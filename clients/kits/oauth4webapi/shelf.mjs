// Things kept in this process's memory, each for a while, the oldest giving way; with several
// processes keep the same records in a database.

const CAPACITY = 10_000

export class Shelf {
  #seconds
  #entries = new Map()

  constructor(seconds) {
    this.#seconds = seconds
  }

  put(key, value) {
    this.#entries.set(key, { value, until: Date.now() + this.#seconds * 1000 })
    if (this.#entries.size > CAPACITY) this.#entries.delete(this.#entries.keys().next().value)
  }

  get(key) {
    const entry = this.#entries.get(key)
    return entry && entry.until > Date.now() ? entry.value : undefined
  }

  take(key) {
    const value = this.get(key)
    this.#entries.delete(key)
    return value
  }
}
