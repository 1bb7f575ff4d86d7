// A small portal that signs people in through Tongxing (通行).

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Exchange } from './exchange.mjs'
import { LogoutTokens } from './logout-token.mjs'
import * as pages from './pages.mjs'
import { Provider } from './provider.mjs'
import { newId, Sessions } from './sessions.mjs'
import { readSettings } from './settings.mjs'

const settings = readSettings()
const provider = new Provider(settings)
const logoutTokens = new LogoutTokens(settings, provider)
const sessions = new Sessions()

const styles = readFileSync(new URL('portal.css', import.meta.url), 'utf8')

const SESSION = 'portal_session'
const BROWSER = 'portal_browser'

// What is safe to say about a failure: the error's code, never its message or what caused it.
const reasonOf = (error) => error.error ?? error.code ?? error.name

function home(exchange) {
  const session = sessions.get(exchange.cookie(SESSION))
  exchange.html(session ? pages.signedIn(session) : pages.home())
}

async function login(exchange) {
  const browser = exchange.cookie(BROWSER) ?? newId()
  const { url, trip } = await provider.begin()
  sessions.startTrip(browser, trip)
  exchange.setCookie(BROWSER, browser)
  exchange.redirect(url)
}

async function callback(exchange) {
  const { search, searchParams } = exchange.url
  const trip = sessions.takeTrip(exchange.cookie(BROWSER), searchParams.get('state'))
  if (!trip) return exchange.html(pages.problem('unknown_state'), 400)
  const session = { ...(await provider.finish(search, trip)), refreshed: 0 }
  sessions.end(exchange.cookie(SESSION))
  const id = sessions.start(session)
  if (!id) return exchange.html(pages.problem('ended_meanwhile'), 400)
  exchange.setCookie(SESSION, id)
  return exchange.redirect('/')
}

async function refresh(exchange) {
  const id = exchange.cookie(SESSION)
  const session = sessions.get(id)
  if (!exchange.isOurOwnForm()) return exchange.empty(403)
  if (!session?.refreshToken) return exchange.redirect('/')
  try {
    Object.assign(session, await provider.refresh(session), { refreshed: session.refreshed + 1 })
  } catch (error) {
    if (error.error !== 'invalid_grant') throw error
    sessions.end(id) // the person has signed out elsewhere
  }
  return exchange.redirect('/')
}

async function logout(exchange) {
  const id = exchange.cookie(SESSION)
  const session = sessions.get(id)
  if (!exchange.isOurOwnForm()) return exchange.empty(403)
  sessions.end(id)
  exchange.setCookie(SESSION, '')
  return exchange.redirect(session ? await provider.signOutUrl(session) : '/signed-out')
}

// The provider's server calls here: 200 when the session is ended, 400 when the token is no good.
async function backchannelLogout(exchange) {
  const token = (await exchange.form()).get('logout_token')
  try {
    sessions.endFromOutside(await logoutTokens.read(token ?? ''))
  } catch (error) {
    console.error('logout token refused:', reasonOf(error))
    return exchange.empty(400)
  }
  return exchange.empty(200)
}

const ROUTES = {
  'GET /': home,
  'GET /login': login,
  'GET /callback': callback,
  'GET /signed-out': (exchange) => exchange.html(pages.signedOut()),
  'GET /portal.css': (exchange) => exchange.css(styles),
  'POST /refresh': refresh,
  'POST /logout': logout,
  'POST /backchannel-logout': backchannelLogout,
}

async function answer(request, response) {
  const exchange = new Exchange(settings, request, response)
  const route = ROUTES[`${request.method} ${exchange.url.pathname}`]
  if (!route) return exchange.empty(404)
  try {
    return await route(exchange)
  } catch (error) {
    console.error('failed:', reasonOf(error))
    return exchange.html(pages.problem(reasonOf(error)), 400)
  }
}

createServer(answer).listen(settings.port, settings.host, () => {
  console.log(`portal ready at ${settings.baseUrl}`)
})
