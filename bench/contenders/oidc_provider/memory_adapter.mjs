// oidc-provider's adapter contract in the memory of one process. Its own adapter of that kind drops
// everything beyond a thousand records, which a measurement exceeds in a second.

const records = new Map();
const idsByUid = new Map();
const keysByGrant = new Map();

const now = () => Math.floor(Date.now() / 1000);

/** For the provider's `adapter` setting. */
export class MemoryAdapter {
  constructor(model) {
    this.model = model;
  }

  #key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload, seconds) {
    const key = this.#key(id);
    records.set(key, { payload, expiresAt: seconds ? now() + seconds : Infinity });
    if (this.model === 'Session') idsByUid.set(payload.uid, id);
    if (payload.grantId && this.model !== 'Grant') {
      const keys = keysByGrant.get(payload.grantId) ?? new Set();
      keysByGrant.set(payload.grantId, keys.add(key));
    }
  }

  async find(id) {
    const record = records.get(this.#key(id));
    return record === undefined || record.expiresAt <= now() ? undefined : record.payload;
  }

  async findByUid(uid) {
    return this.find(idsByUid.get(uid));
  }

  async consume(id) {
    records.get(this.#key(id)).payload.consumed = now();
  }

  async destroy(id) {
    records.delete(this.#key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of keysByGrant.get(grantId) ?? []) records.delete(key);
    keysByGrant.delete(grantId);
  }
}
