// Makes a key: node new-key.mjs /path/to/portal-key.json (readable by this user alone).

import { writeFileSync } from 'node:fs'

const ES256 = { name: 'ECDSA', namedCurve: 'P-256' }
const { privateKey } = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey)
const jwk = { kid: crypto.randomUUID(), kty, crv, x, y, d }
writeFileSync(process.argv[2], JSON.stringify(jwk), { mode: 0o600, flag: 'wx' })
