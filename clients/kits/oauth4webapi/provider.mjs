// The whole conversation with the provider. Each request has its own function, and each response
// one that validates it; what is checked stands beside it.

import * as oauth from 'oauth4webapi'

const TIMEOUT_MS = 10_000

export class Provider {
  #settings
  #client
  #authentication
  #metadata = null

  // `key` signs the assertions by which this portal authenticates (RFC 7523): there is no secret that
  // both sides have.
  constructor(settings, key) {
    this.#settings = settings
    this.#client = { client_id: settings.clientId, id_token_signed_response_alg: 'ES256' }
    this.#authentication = oauth.PrivateKeyJwt(key)
  }

  get #redirectUri() {
    return `${this.#settings.baseUrl}/callback`
  }

  get #options() {
    return {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      [oauth.allowInsecureRequests]: this.#settings.issuer.startsWith('http:'), // loopback only
    }
  }

  // Discovery: once, and again if that failed. Checked: `issuer` is the one that was asked for.
  server() {
    this.#metadata ??= this.#discover().catch((error) => {
      this.#metadata = null
      throw error
    })
    return this.#metadata
  }

  async #discover() {
    const issuer = new URL(this.#settings.issuer)
    const response = await oauth.discoveryRequest(issuer, this.#options)
    return oauth.processDiscoveryResponse(issuer, response)
  }

  // Step 1: where to send the browser, and what to remember until it comes back.
  async begin() {
    const server = await this.server()
    const trip = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
    }
    const url = new URL(server.authorization_endpoint)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.#client.client_id,
      redirect_uri: this.#redirectUri,
      scope: this.#settings.scope,
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
    })
    return { url, trip }
  }

  // Steps 2 to 4: the browser is back with `query`; who is it?
  async finish(query, trip) {
    const server = await this.server()
    // 2. Checked: `state` is this trip's, `iss` is the provider (RFC 9207), it is no error.
    const answer = oauth.validateAuthResponse(server, this.#client, query, trip.state)
    // 3. The code, with the verifier that proves that it was asked for from here.
    const response = await oauth.authorizationCodeGrantRequest(
      server, this.#client, this.#authentication, answer, this.#redirectUri, trip.verifier, this.#options,
    )
    // Checked: the ID token's iss, aud, azp, exp, iat, algorithm, and that `nonce` is this trip's.
    const tokens = await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
      expectedNonce: trip.nonce,
      requireIdToken: true,
    })
    // Checked: the ID token's signature, by a key of the provider.
    await oauth.validateApplicationLevelSignature(server, response, this.#options)
    const { sub, acr } = oauth.getValidatedIdTokenClaims(tokens)
    // 4. What the department may know.
    const userinfo = await this.#userinfo(tokens.access_token, sub)
    return { sub, acr, userinfo, idToken: tokens.id_token, refreshToken: tokens.refresh_token }
  }

  // Checked: it is about the person of the ID token.
  async #userinfo(accessToken, sub) {
    const server = await this.server()
    const response = await oauth.userInfoRequest(server, this.#client, accessToken, this.#options)
    return oauth.processUserInfoResponse(server, this.#client, sub, response)
  }

  // New tokens, and the claims as they are now. A refresh token is good for one use: keep the one
  // that comes back.
  async refresh({ sub, refreshToken }) {
    const server = await this.server()
    const response = await oauth.refreshTokenGrantRequest(
      server, this.#client, this.#authentication, refreshToken, this.#options,
    )
    const tokens = await oauth.processRefreshTokenResponse(server, this.#client, response)
    await oauth.validateApplicationLevelSignature(server, response, this.#options)
    // Checked here: still the same person (OpenID Connect Core 1.0, section 12.2).
    if (oauth.getValidatedIdTokenClaims(tokens)?.sub !== sub) throw new Error('another person')
    return {
      userinfo: await this.#userinfo(tokens.access_token, sub),
      idToken: tokens.id_token,
      refreshToken: tokens.refresh_token ?? refreshToken,
    }
  }

  // Where to send the browser to sign out everywhere.
  async signOutUrl({ idToken }) {
    const url = new URL((await this.server()).end_session_endpoint)
    url.search = new URLSearchParams({
      id_token_hint: idToken,
      post_logout_redirect_uri: `${this.#settings.baseUrl}/signed-out`,
      state: oauth.generateRandomState(),
    })
    return url
  }
}
