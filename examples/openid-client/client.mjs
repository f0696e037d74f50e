// A FAPI 2.0 client: registers itself, pushes its request, signs a person in, and proves its keys whenever it uses a token.
//
//   node client.mjs ISSUER REGISTRATION_TOKEN
//
// Prints what it does, one line a step; the line that begins with "open" names the address to open in a browser.
import http from 'node:http'
import { once } from 'node:events'
import { webcrypto } from 'node:crypto'
import * as client from 'openid-client'

// Node 18, which some distributions still have, does not give them by itself.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const [issuer, registrationToken] = process.argv.slice(2)
if (!issuer || !registrationToken) {
  console.error('usage: node client.mjs ISSUER REGISTRATION_TOKEN')
  process.exit(2)
}
const server = new URL(issuer)
// A demonstration on this machine speaks http; everything else must be https.
const execute = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname) ? [client.allowInsecureRequests] : []

function tell(step, about = '') {
  console.log(`${step} ${about}`.trimEnd())
}

// Where the browser comes back to: a port of this program's own (RFC 8252 section 7.3).
const listener = http.createServer()
listener.listen(0, '127.0.0.1')
await once(listener, 'listening')
const redirectUri = `http://127.0.0.1:${listener.address().port}/callback`

// The key that proves the client, and the key to which its tokens are bound.
const clientKeys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', clientKeys.publicKey)
const publicKey = { kty, crv, x, y, kid: 'client-key', use: 'sig', alg: 'ES256' }
const tokenKeys = await client.randomDPoPKeyPair('ES256')

const config = await client.dynamicClientRegistration(
  server,
  {
    client_name: 'A careful client',
    application_type: 'native',
    profile: 'fapi2-security',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'openid profile offline_access feedback:read',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    jwks: { keys: [publicKey] },
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  },
  client.PrivateKeyJwt({ key: clientKeys.privateKey, kid: publicKey.kid }),
  { initialAccessToken: registrationToken, execute },
)
tell('registered', config.clientMetadata().client_id)

const DPoP = client.getDPoPHandle(config, tokenKeys)
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
const address = await client.buildAuthorizationUrlWithPAR(
  config,
  {
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access feedback:read',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  },
  { DPoP },
)
tell('open', address.href)

const [request, response] = await once(listener, 'request')
response.setHeader('content-type', 'text/plain; charset=utf-8')
response.end('Signed in. You can close this page.')
listener.close()

const tokens = await client.authorizationCodeGrant(
  config,
  new URL(request.url, redirectUri),
  { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
  undefined,
  { DPoP },
)
tell('tokens', `${tokens.token_type} ${tokens.scope}`)

const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP })
tell('userinfo', person.name)

const again = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
tell('refreshed', again.token_type)

const seen = await client.tokenIntrospection(config, again.access_token)
tell('introspected', `active=${seen.active} bound=${Boolean(seen.cnf?.jkt)}`)

await client.tokenRevocation(config, again.refresh_token ?? tokens.refresh_token)
const after = await client.tokenIntrospection(config, again.access_token)
tell('revoked', `active=${after.active}`)
