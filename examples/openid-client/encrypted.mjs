// An ID token and userinfo that are encrypted for the client's key (RFC 7516).
import * as client from 'openid-client'
import { exportJWK, generateKeyPair } from 'jose'
import { callback, issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN } = needed('REGISTRATION_TOKEN')
const { redirectUri, visit } = await callback()
const { publicKey, privateKey } = await generateKeyPair('ECDH-ES')
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'A client that decrypts',
    application_type: 'native',
    redirect_uris: [redirectUri],
    scope: 'openid profile',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'opens', alg: 'ECDH-ES', use: 'enc' }] },
    id_token_encrypted_response_alg: 'ECDH-ES',
    id_token_encrypted_response_enc: 'A256GCM',
    userinfo_signed_response_alg: 'ES256',
    userinfo_encrypted_response_alg: 'ECDH-ES',
    userinfo_encrypted_response_enc: 'A256GCM',
  },
  client.ClientSecretBasic(),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)
client.enableDecryptingResponses(config, ['A256GCM'], { key: privateKey, kid: 'opens', alg: 'ECDH-ES' })

const verifier = client.randomPKCECodeVerifier()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})

const answer = await visit(address)
const checks = { pkceCodeVerifier: verifier, idTokenExpected: true }
const tokens = await client.authorizationCodeGrant(config, answer, checks)
console.log('parts of the ID token', tokens.id_token.split('.').length)
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('signed in', person.name)
