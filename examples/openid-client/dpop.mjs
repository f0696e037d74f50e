// Tokens that are bound to a key (RFC 9449), of a public client: it has no secret, and proves the key instead.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN } = needed('REGISTRATION_TOKEN')
const { redirectUri, visit } = await callback()
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'A program on this machine',
    application_type: 'native',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
    token_endpoint_auth_method: 'none',
  },
  client.None(),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)

const keys = await client.randomDPoPKeyPair('ES256')
const DPoP = client.getDPoPHandle(config, keys)
const verifier = client.randomPKCECodeVerifier()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  dpop_jkt: await DPoP.calculateThumbprint(),
})

const answer = await visit(address)
const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier }, undefined, { DPoP })
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP })
console.log('signed in', person.name)

const again = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
console.log('refreshed', again.token_type)
