// Signing out: the application sends the browser, and whoever ends the session, the server tells the application.
import http from 'node:http'
import { once } from 'node:events'
import * as client from 'openid-client'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { callback, issuer, needed, options } from './start.mjs'

const { REGISTRATION_TOKEN } = needed('REGISTRATION_TOKEN')
// The receiving end of the back channel.
const receiver = http.createServer()
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
const told = once(receiver, 'request')

const { redirectUri, visit } = await callback()
const goodbye = await callback()
const config = await client.dynamicClientRegistration(
  issuer,
  {
    client_name: 'A client that is told',
    application_type: 'native',
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [goodbye.redirectUri],
    backchannel_logout_uri: `http://127.0.0.1:${receiver.address().port}/signed-out`,
    scope: 'openid',
  },
  client.ClientSecretBasic(),
  { initialAccessToken: REGISTRATION_TOKEN, ...options },
)

const verifier = client.randomPKCECodeVerifier()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
const tokens = await client.authorizationCodeGrant(config, await visit(address), { pkceCodeVerifier: verifier })
console.log('session', tokens.claims().sid)

const state = client.randomState()
const signOut = { id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye.redirectUri, state }
const back = await goodbye.visit(client.buildEndSessionUrl(config, signOut))
console.log('signed out', back.searchParams.get('state') === state)

const [request, response] = await told
let body = ''
for await (const part of request) body += part
const server = config.serverMetadata()
const keys = createRemoteJWKSet(new URL(server.jwks_uri))
const { payload } = await jwtVerify(new URLSearchParams(body).get('logout_token'), keys, {
  issuer: server.issuer,
  audience: config.clientMetadata().client_id,
  typ: 'logout+jwt',
})
response.writeHead(200, { connection: 'close' }).end()
receiver.close()
console.log('told of session', payload.sid)
