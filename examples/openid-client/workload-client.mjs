// Workload identity the other way: what the platform says proves the client itself (RFC 7523 section 2.2).
import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, ASSERTION_FILE } = needed('CLIENT_ID', 'ASSERTION_FILE')
const assertion = (await readFile(ASSERTION_FILE, 'utf8')).trim()

// The library signs assertions by a key that it holds; this one comes from outside.
function byPlatform(_server, metadata, body) {
  body.set('client_id', metadata.client_id)
  body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  body.set('client_assertion', assertion)
}

const config = await client.discovery(issuer, CLIENT_ID, undefined, byPlatform, options)
const tokens = await client.clientCredentialsGrant(config, { scope: 'feedback:read' })
console.log('token for', tokens.scope)
