// Serves the site. Any web server can, as long as it sends the same headers.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const here = (name) => readFileSync(new URL(name, import.meta.url))
// The build for browsers, as it comes in the package.
const LIBRARY = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts'))

const FILES = {
  '/': ['text/html; charset=utf-8', here('site/index.html')],
  '/portal.css': ['text/css; charset=utf-8', here('site/portal.css')],
  '/portal.mjs': ['text/javascript; charset=utf-8', here('site/portal.mjs')],
  '/session.mjs': ['text/javascript; charset=utf-8', here('site/session.mjs')],
  '/settings.json': ['application/json', here('site/settings.json')],
  '/oidc-client-ts.min.js': ['text/javascript; charset=utf-8', readFileSync(LIBRARY)],
}

const { issuer } = JSON.parse(FILES['/settings.json'][1])
const HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${new URL(issuer).origin}`, // nothing can be sent anywhere else
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

const host = process.env.PORTAL_HOST ?? '127.0.0.1'
const port = Number(process.env.PORTAL_PORT ?? 3000)

createServer((request, response) => {
  const file = FILES[request.url.split('?')[0]]
  if (!file || request.method !== 'GET') return response.writeHead(404, HEADERS).end()
  const [type, content] = file
  return response.writeHead(200, { ...HEADERS, 'Content-Type': type }).end(content)
}).listen(port, host, () => console.log(`application ready at http://${host}:${port}/`))
