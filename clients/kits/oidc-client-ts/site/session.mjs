// Everything that is said to the provider, by way of oidc-client-ts.

const { InMemoryWebStorage, UserManager, WebStorageStateStore } = globalThis.oidc

const HERE = `${location.origin}/`
const CLOCK_TOLERANCE_SECONDS = 300 // people's clocks are not servers'
const RENEW_AHEAD_SECONDS = 30
// Remembers that somebody was signed in in this tab, so that a reload asks again. Not a secret.
const WAS_SIGNED_IN = 'was-signed-in'
// What the provider answers to `prompt=none` when it would have to show a page.
const PAGE_NEEDED = new Set(['login_required', 'consent_required', 'interaction_required'])

class NotGenuineError extends Error {}

export class Session {
  #settings
  #manager

  // `show` is called with the user, or with null, whenever that changes.
  constructor(settings, show) {
    this.#settings = settings
    this.#manager = new UserManager({
      authority: settings.issuer,
      client_id: settings.clientId,
      scope: settings.scope,
      redirect_uri: HERE,
      post_logout_redirect_uri: HERE,
      // Tokens stay in this page's memory. In sessionStorage a duplicated tab would send the same
      // refresh token a second time, which ends the sign-in in both.
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: sessionStorage }),
      automaticSilentRenew: true, // by refresh token, ahead of time
      accessTokenExpiringNotificationTimeInSeconds: RENEW_AHEAD_SECONDS,
      monitorSession: false,
      loadUserInfo: true,
      filterProtocolClaims: false, // keeps acr
      revokeTokensOnSignout: true,
      revokeTokenTypes: ['refresh_token'], // its access tokens end with it
    })
    const { events } = this.#manager
    events.addUserLoaded((user) => {
      this.#check(user.profile)
      sessionStorage.setItem(WAS_SIGNED_IN, 'yes')
      show(user)
    })
    events.addUserUnloaded(() => {
      sessionStorage.removeItem(WAS_SIGNED_IN)
      show(null)
    })
    events.addSilentRenewError((error) => this.#notRefreshed(error))
    events.addAccessTokenExpired(() => this.#manager.removeUser())
  }

  // What to do when the page opens: begin anew, or go on where the browser comes back from.
  async open() {
    const answer = new URL(location.href)
    const { searchParams: parameters } = answer
    history.replaceState(null, '', HERE) // a code belongs into no history and no bookmark
    if (parameters.has('code') || parameters.has('error')) await this.#finish(answer)
    else if (parameters.has('state')) await this.#manager.signoutCallback(answer.href)
    else if (sessionStorage.getItem(WAS_SIGNED_IN)) {
      await this.signIn({ prompt: 'none', redirectMethod: 'replace' })
    }
  }

  // Leave for the provider; with `prompt: 'none'` it sends the browser back without any page.
  async signIn(options = {}) {
    await this.#manager.signinRedirect({ nonce: crypto.randomUUID(), ...options })
  }

  // The library compares state, nonce and subject. Which provider answered (RFC 9207) and whom the
  // ID token is for is left to us. The token's signature is not needed: it comes from /token itself.
  async #finish(answer) {
    sessionStorage.removeItem(WAS_SIGNED_IN)
    if (answer.searchParams.get('iss') !== this.#settings.issuer) {
      throw new NotGenuineError('the answer names another issuer')
    }
    try {
      await this.#manager.signinCallback(answer.href)
    } catch (error) {
      await this.#manager.removeUser()
      if (!PAGE_NEEDED.has(error.error)) throw error
    }
  }

  #check({ iss, aud, exp }) {
    if (iss !== this.#settings.issuer) throw new NotGenuineError('iss is not the provider')
    if (String(aud) !== this.#settings.clientId) throw new NotGenuineError('aud is not this client')
    if (!(exp + CLOCK_TOLERANCE_SECONDS > Date.now() / 1000)) throw new NotGenuineError('expired')
  }

  // A refresh token is good for one use; the library keeps the one that comes back.
  async refresh() {
    try {
      await this.#manager.signinSilent()
    } catch (error) {
      await this.#notRefreshed(error)
      throw error
    }
  }

  // invalid_grant: the person has signed out elsewhere. After any other failure the access token
  // still lives for a while.
  async #notRefreshed(error) {
    if (error.error === 'invalid_grant' || error instanceof NotGenuineError) {
      await this.#manager.removeUser()
    }
  }

  // End it here, end the tokens, and go on to the provider, where all other portals are told.
  async signOut() {
    await this.#manager.signoutRedirect({ state: 'signed-out' })
  }
}
