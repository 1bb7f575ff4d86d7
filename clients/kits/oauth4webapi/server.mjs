// A small portal around provider.mjs: routes, cookies, sessions.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { readKey } from './key.mjs'
import * as pages from './pages.mjs'
import { Provider } from './provider.mjs'
import { readSettings } from './settings.mjs'
import { Shelf } from './shelf.mjs'

const settings = readSettings()
const key = await readKey(settings.keyFile)
const provider = new Provider(settings, key.signing)
const trips = new Shelf(10 * 60) // sign-ins under way, each of one browser and good once
const sessions = new Shelf(8 * 3600)

const { origin, protocol } = new URL(settings.baseUrl)
const isHttps = protocol === 'https:'
const SESSION = isHttps ? '__Host-session' : 'session'
const BROWSER = isHttps ? '__Host-browser' : 'browser'
const HEADERS = {
  'Cache-Control': 'no-store',
  // form-action also covers the redirect after a form, here to the provider's sign-out.
  'Content-Security-Policy':
    `default-src 'none'; style-src 'self'; form-action 'self' ${new URL(settings.issuer).origin}; ` +
    "base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}
const STYLES = readFileSync(new URL('portal.css', import.meta.url), 'utf8')

const newId = () => randomBytes(32).toString('base64url')
const cookie = (name, value) =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}${value ? '' : '; Max-Age=0'}`

const html = (body, status = 200) => ({ status, body, type: 'text/html; charset=utf-8' })
const redirect = (location, ...cookies) => ({ status: 303, location: String(location), cookies })

const ROUTES = {
  'GET /': ({ session }) => html(session ? pages.signedIn(session) : pages.home()),
  'GET /signed-out': () => html(pages.signedOut()),
  'GET /portal.css': () => ({ status: 200, body: STYLES, type: 'text/css; charset=utf-8' }),

  // The provider reads it to verify this portal's assertions.
  'GET /jwks.json': () => ({ status: 200, body: JSON.stringify(key.published), type: 'application/json' }),

  async 'GET /login'({ cookies }) {
    const browser = cookies[BROWSER] ?? newId()
    const { url, trip } = await provider.begin()
    trips.put(`${browser} ${trip.state}`, trip)
    return redirect(url, cookie(BROWSER, browser))
  },

  async 'GET /callback'({ cookies, query }) {
    const trip = trips.take(`${cookies[BROWSER]} ${query.get('state')}`)
    if (!trip) return html(pages.problem('unknown_state'), 400)
    const person = await provider.finish(query, trip)
    sessions.take(cookies[SESSION])
    const id = newId() // the identifier changes at every sign-in
    sessions.put(id, { ...person, refreshed: 0 })
    return redirect('/', cookie(SESSION, id))
  },

  async 'POST /refresh'({ cookies, session }) {
    if (!session) return redirect('/')
    try {
      Object.assign(session, await provider.refresh(session), { refreshed: session.refreshed + 1 })
    } catch (error) {
      if (error.error !== 'invalid_grant') throw error
      sessions.take(cookies[SESSION]) // the person has signed out elsewhere
    }
    return redirect('/')
  },

  async 'POST /logout'({ cookies, session }) {
    sessions.take(cookies[SESSION])
    const next = session ? await provider.signOutUrl(session) : '/signed-out'
    return redirect(next, cookie(SESSION, ''))
  },
}

// What is safe to say about a failure: the error's code, never its message or what caused it.
const reasonOf = (error) => error.error ?? error.code ?? error.name

async function answer(request) {
  const url = new URL(request.url, origin)
  const route = ROUTES[`${request.method} ${url.pathname}`]
  if (!route) return { status: 404 }
  // Only our own pages send forms.
  if (request.method === 'POST' && request.headers.origin !== origin) return { status: 403 }
  const pairs = (request.headers.cookie ?? '').split(/; */).map((pair) => pair.split('='))
  const cookies = Object.fromEntries(pairs)
  try {
    return await route({ cookies, query: url.searchParams, session: sessions.get(cookies[SESSION]) })
  } catch (error) {
    console.error('failed:', reasonOf(error))
    return html(pages.problem(reasonOf(error)), 400)
  }
}

createServer(async (request, response) => {
  const { status, body, type, location, cookies = [] } = await answer(request)
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  if (cookies.length) response.setHeader('Set-Cookie', cookies)
  if (location) response.setHeader('Location', location)
  if (type) response.setHeader('Content-Type', type)
  response.writeHead(status).end(body)
}).listen(settings.port, settings.host, () => console.log(`portal ready at ${settings.baseUrl}`))
