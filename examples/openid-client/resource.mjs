// Resource indicators (RFC 8707): one sign-in, and for each resource a token that no other one takes.
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET, RESOURCE } = needed('CLIENT_ID', 'CLIENT_SECRET', 'RESOURCE')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)
const { redirectUri, visit } = await callback()
const own = config.serverMetadata().issuer

const verifier = client.randomPKCECodeVerifier()
const request = new URLSearchParams({
  redirect_uri: redirectUri,
  scope: 'openid profile offline_access feedback:read',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
request.append('resource', RESOURCE)
request.append('resource', own)

const answer = await visit(client.buildAuthorizationUrl(config, request))
const checks = { pkceCodeVerifier: verifier }
const first = await client.authorizationCodeGrant(config, answer, checks, { resource: RESOURCE })
const seen = await client.tokenIntrospection(config, first.access_token)
console.log('first for', seen.aud)

const second = await client.refreshTokenGrant(config, first.refresh_token, { resource: own })
const person = await client.fetchUserInfo(config, second.access_token, first.claims().sub)
console.log('second shows', person.name)
