// oidc-provider's adapter contract on Redis. A record is a hash: `payload` as JSON, `consumed` once
// it was used. Two kinds of index beside it: sessions by uid, and everything issued under a grant.

const PREFIX = 'oidc:';
const UNDER_A_GRANT = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]);

const now = () => Math.floor(Date.now() / 1000);
const ofGrant = (grantId) => `${PREFIX}grant:${grantId}`;
const ofUid = (uid) => `${PREFIX}uid:${uid}`;
const ofUserCode = (code) => `${PREFIX}user-code:${code}`;

/** Return a class for the provider's `adapter` setting, over one connection. */
export function redisAdapter(redis) {
  return class RedisAdapter {
    constructor(model) {
      this.model = model;
    }

    #key(id) {
      return `${PREFIX}${this.model}:${id}`;
    }

    async upsert(id, payload, seconds) {
      const key = this.#key(id);
      const write = redis.multi().hset(key, 'payload', JSON.stringify(payload));
      if (seconds) write.expire(key, seconds);
      const index = (name) => (seconds ? write.set(name, id, 'EX', seconds) : write.set(name, id));
      if (this.model === 'Session') index(ofUid(payload.uid));
      if (payload.userCode) index(ofUserCode(payload.userCode));
      if (UNDER_A_GRANT.has(this.model) && payload.grantId) {
        const grant = ofGrant(payload.grantId);
        write.sadd(grant, key);
        // Only ever longer: the grant's longest-lived token decides.
        if (seconds) write.expire(grant, seconds, 'NX').expire(grant, seconds, 'GT');
      }
      for (const [error] of await write.exec()) if (error) throw error;
    }

    async find(id) {
      const { payload, consumed } = await redis.hgetall(this.#key(id));
      if (payload === undefined) return undefined;
      const record = JSON.parse(payload);
      if (consumed !== undefined) record.consumed = Number(consumed);
      return record;
    }

    async findByUid(uid) {
      const id = await redis.get(ofUid(uid));
      return id === null ? undefined : this.find(id);
    }

    async findByUserCode(code) {
      const id = await redis.get(ofUserCode(code));
      return id === null ? undefined : this.find(id);
    }

    async consume(id) {
      await redis.hset(this.#key(id), 'consumed', now());
    }

    async destroy(id) {
      await redis.del(this.#key(id));
    }

    async revokeByGrantId(grantId) {
      const grant = ofGrant(grantId);
      await redis.del(grant, ...(await redis.smembers(grant)));
    }
  };
}
