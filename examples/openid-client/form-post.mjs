// An answer that comes in a form (`response_mode=form_post`): the code stands in no address, and in no log of addresses.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)
const { redirectUri, visit } = await callback()

const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  response_mode: 'form_post',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
})

// The library reads a POST as well as an address.
const answer = await visit(address)
console.log('came by', answer.method, 'with nothing in the address', new URL(answer.url).search === '')
const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true }
const tokens = await client.authorizationCodeGrant(config, answer, checks)
const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
console.log('signed in', person.name)
