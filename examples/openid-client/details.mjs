// Rich authorization requests (RFC 9396): what is asked for is told in detail, and the token says what was given.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET } = needed('CLIENT_ID', 'CLIENT_SECRET')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)
const { redirectUri, visit } = await callback()

const details = [{ type: 'feedback_export', dataset: 'scores', region: ['emea'], until: '2026-12-31' }]
const verifier = client.randomPKCECodeVerifier()
const address = await client.buildAuthorizationUrlWithPAR(config, {
  redirect_uri: redirectUri,
  scope: 'openid',
  authorization_details: JSON.stringify(details),
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})

const answer = await visit(address)
const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier })
console.log('given', JSON.stringify(tokens.authorization_details))
