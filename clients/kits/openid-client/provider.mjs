// Everything that is said to the provider, by way of openid-client.

import * as oidc from 'openid-client'

const ID_TOKEN_ALG = 'ES256'
const TIMEOUT_SECONDS = 10

export class Provider {
  #settings
  #found = null

  constructor(settings) {
    this.#settings = settings
  }

  // The provider's metadata, fetched when first needed and again if that failed.
  configuration() {
    this.#found ??= this.#discover().catch((error) => {
      this.#found = null
      throw error
    })
    return this.#found
  }

  async #discover() {
    const { issuer, clientId, clientSecret } = this.#settings
    const execute = [oidc.enableNonRepudiationChecks] // verify ID token signatures, too
    if (issuer.startsWith('http:')) execute.push(oidc.allowInsecureRequests) // loopback, see settings
    return oidc.discovery(
      new URL(issuer),
      clientId,
      { id_token_signed_response_alg: ID_TOKEN_ALG },
      oidc.ClientSecretBasic(clientSecret),
      { execute, timeout: TIMEOUT_SECONDS },
    )
  }

  get #redirectUri() {
    return `${this.#settings.baseUrl}/callback`
  }

  // Begin a sign-in: where to send the browser, and what to remember until it comes back.
  async begin() {
    const config = await this.configuration()
    const trip = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    }
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: this.#redirectUri,
      scope: this.#settings.scope,
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
    })
    return { url, trip }
  }

  // Finish it. openid-client compares state, iss (RFC 9207), nonce, aud and the signature.
  async finish(query, trip) {
    const config = await this.configuration()
    const tokens = await oidc.authorizationCodeGrant(config, new URL(`${this.#redirectUri}${query}`), {
      expectedState: trip.state,
      expectedNonce: trip.nonce,
      pkceCodeVerifier: trip.verifier,
      idTokenExpected: true,
    })
    const idToken = tokens.claims()
    const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, idToken.sub)
    return {
      sid: idToken.sid,
      sub: idToken.sub,
      acr: idToken.acr,
      userinfo,
      idToken: tokens.id_token,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
    }
  }

  // Ask for new tokens and the claims as they are now. A refresh token is good for one use: keep
  // the one that comes back.
  async refresh(session) {
    const config = await this.configuration()
    const tokens = await oidc.refreshTokenGrant(config, session.refreshToken)
    return {
      userinfo: await oidc.fetchUserInfo(config, tokens.access_token, session.sub),
      idToken: tokens.id_token ?? session.idToken,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? session.refreshToken,
    }
  }

  async signOutUrl(session) {
    return oidc.buildEndSessionUrl(await this.configuration(), {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: `${this.#settings.baseUrl}/signed-out`,
      state: oidc.randomState(),
    })
  }

  async keysUrl() {
    return new URL((await this.configuration()).serverMetadata().jwks_uri)
  }
}

export { ID_TOKEN_ALG }
