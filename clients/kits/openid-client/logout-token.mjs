// Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.6), checked with jose.

import { createRemoteJWKSet, jwtVerify } from 'jose'
import { ID_TOKEN_ALG } from './provider.mjs'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_AGE_SECONDS = 300
const SKEW_SECONDS = 30

export class LogoutTokens {
  #settings
  #provider
  #keys = null
  #seen = new Map()

  constructor(settings, provider) {
    this.#settings = settings
    this.#provider = provider
  }

  // Return { sid, sub } of a genuine token that was not seen before; throws otherwise.
  async read(token) {
    this.#keys ??= createRemoteJWKSet(await this.#provider.keysUrl())
    const { payload } = await jwtVerify(token, this.#keys, {
      issuer: this.#settings.issuer,
      audience: this.#settings.clientId,
      algorithms: [ID_TOKEN_ALG],
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      maxTokenAge: MAX_AGE_SECONDS,
      clockTolerance: SKEW_SECONDS,
    })
    const event = payload.events?.[EVENT]
    if (typeof event !== 'object' || event === null) throw new Error('not a logout event')
    if ('nonce' in payload) throw new Error('a logout token has no nonce')
    if (!payload.sid && !payload.sub) throw new Error('names neither session nor person')
    this.#takeOnce(payload.jti)
    return { sid: payload.sid, sub: payload.sub }
  }

  #takeOnce(jti) {
    const now = Date.now()
    for (const [old, until] of this.#seen) if (until < now) this.#seen.delete(old)
    if (this.#seen.has(jti)) throw new Error('seen before')
    this.#seen.set(jti, now + (MAX_AGE_SECONDS + 2 * SKEW_SECONDS) * 1000)
  }
}
