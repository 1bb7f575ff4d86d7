// What the environment says about this portal.

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

function publicUrl(name) {
  const text = required(name)
  const url = new URL(text)
  if (text.endsWith('/')) throw new Error(`${name} must not end with a slash`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname))) {
    throw new Error(`${name} must be https; plain http is for this machine only`)
  }
  return text
}

export function readSettings() {
  const baseUrl = publicUrl('PORTAL_BASE_URL')
  return Object.freeze({
    issuer: publicUrl('PORTAL_ISSUER'),
    clientId: required('PORTAL_CLIENT_ID'),
    keyFile: required('PORTAL_KEY_FILE'),
    scope: process.env.PORTAL_SCOPE ?? 'openid profile phone',
    baseUrl,
    host: process.env.PORTAL_HOST ?? '127.0.0.1',
    port: Number(process.env.PORTAL_PORT ?? new URL(baseUrl).port),
  })
}
