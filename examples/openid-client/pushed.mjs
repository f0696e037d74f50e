// A pushed authorization request (RFC 9126): the browser carries the name of the request, and nothing of what it asks.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)
const { redirectUri, visit } = await callback()

const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const address = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
})

const answer = await visit(address)
const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true }
const tokens = await client.authorizationCodeGrant(config, answer, checks)
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('signed in', person.name)
