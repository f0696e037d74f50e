// The walk of an MCP client, which knows the address of a resource and nothing else. Here it is our own userinfo.
import https from 'node:https'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import { callback, issuer, needed, options } from './start.mjs'

const { CERTIFICATE_FILE, KEY_FILE } = needed('CERTIFICATE_FILE', 'KEY_FILE')

// The resource refuses, and says where it describes itself (RFC 9728 section 5.1).
const resource = new URL(process.env.RESOURCE ?? `${issuer.href.replace(/\/$/, '')}/userinfo`)
const refused = await fetch(resource)
const [, described] = refused.headers.get('www-authenticate').match(/resource_metadata="([^"]*)"/)
const metadata = await (await fetch(described)).json()
// Who describes another resource may want its tokens (RFC 9728 section 3.3).
if (metadata.resource !== resource.href) throw new Error('the description of another resource')
console.log('refused with', refused.status)

// The client publishes what it is at an address, which is its id. Nobody registers it.
const [cert, key] = await Promise.all([CERTIFICATE_FILE, KEY_FILE].map((file) => readFile(file)))
const { redirectUri, visit } = await callback()
const publisher = https.createServer({ cert, key })
publisher.listen(0, '127.0.0.1')
await once(publisher, 'listening')
const client_id = `https://localhost:${publisher.address().port}/client.json`
const about = { client_id, client_name: 'A reader', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }
publisher.on('request', (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(about))
})

// The metadata of the authorization server, before the path of the issuer if it has one (RFC 8414 section 3.1).
const server = new URL(metadata.authorization_servers[0])
const found = { algorithm: 'oauth2', ...options }
const config = await client.discovery(server, client_id, about, client.None(), found)
console.log('documents are clients', config.serverMetadata().client_id_metadata_document_supported)

const verifier = client.randomPKCECodeVerifier()
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  resource: resource.href,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
const answer = await visit(address)
const checks = { pkceCodeVerifier: verifier }
const tokens = await client.authorizationCodeGrant(config, answer, checks, { resource: resource.href })
publisher.close()

const accepted = await client.fetchProtectedResource(config, tokens.access_token, resource, 'GET')
const person = await accepted.json()
console.log('accepted for', person.name)
