// A signed request (RFC 9101), pushed, whose answer is signed too (JARM). The client registers itself with the key.
import * as client from 'openid-client'
import { exportJWK, generateKeyPair } from 'jose'
import { callback, issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN } = needed('REGISTRATION_TOKEN')
const { redirectUri, visit } = await callback()
const { publicKey, privateKey } = await generateKeyPair('ES256')
const key = { key: privateKey, kid: 'signs' }
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'A client that signs',
    application_type: 'native',
    redirect_uris: [redirectUri],
    scope: 'openid profile',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: key.kid, alg: 'ES256', use: 'sig' }] },
    token_endpoint_auth_method: 'private_key_jwt',
    require_signed_request_object: true,
    request_object_signing_alg: 'ES256',
    authorization_signed_response_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
  },
  client.PrivateKeyJwt(key),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)
client.useJwtResponseMode(config)

const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const request = {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
}
const signed = await client.buildAuthorizationUrlWithJAR(config, request, key)
const address = await client.buildAuthorizationUrlWithPAR(config, signed.searchParams)

const answer = await visit(address)
console.log('answered with', [...answer.searchParams.keys()].join(' '))
// Verifies the answer's signature, issuer and audience before it uses the code.
const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true }
const tokens = await client.authorizationCodeGrant(config, answer, checks)
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('signed in', person.name)
