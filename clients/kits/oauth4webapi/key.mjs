// The portal's own key, a private JWK in a file that new-key.mjs has made.

import { readFileSync } from 'node:fs'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' }

// Return { signing, published }: what signs assertions, and the JWK Set of its public half.
export async function readKey(file) {
  const { kid, kty, crv, x, y, d } = JSON.parse(readFileSync(file, 'utf8'))
  const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ES256, false, ['sign'])
  const published = { keys: [{ kid, kty, crv, x, y, alg: 'ES256', use: 'sig' }] }
  return { signing: { key, kid }, published }
}
