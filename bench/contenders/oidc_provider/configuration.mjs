// How oidc-provider is configured: its defaults, except for what has to be alike everywhere.

const HOUR = 3600;

/** Settings for `new Provider(issuer, settings)`. `secrets`: clientSecret, cookieKey, jwk. */
export function configuration({ adapter, findAccount, secrets }) {
  return {
    adapter,
    findAccount,
    jwks: { keys: [secrets.jwk] },
    clients: [
      {
        client_id: 'bench',
        client_secret: secrets.clientSecret,
        redirect_uris: ['http://localhost:9/callback'],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
        scope: 'openid profile phone',
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'birthdate'], phone: ['phone_number'] },
    scopes: ['openid'],
    cookies: { keys: [secrets.cookieKey] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // The others issue a refresh token without `offline_access`, and a new one at each refresh.
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      AuthorizationCode: 60,
      IdToken: 300,
      Interaction: HOUR,
      RefreshToken: 30 * 24 * HOUR,
      Grant: 30 * 24 * HOUR,
      Session: 12 * HOUR,
    },
  };
}
