// Step-up (RFC 9470): a resource wants a second factor of the last five minutes, so the client asks for a new sign-in.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)
const { redirectUri, visit } = await callback()

const verifier = client.randomPKCECodeVerifier()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  acr_values: 'urn:doorward:acr:2',
  max_age: '300',
})

const answer = await visit(address)
const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier, maxAge: 300 })
// `acr_values` is a wish: look at what came back.
const { acr, amr } = tokens.claims()
console.log('signed in at', acr, 'by', amr.join(' '))
