// Token exchange (RFC 8693): a service behind an application acts for the person whose token it was handed.
import * as client from 'openid-client'
import { issuer, needed, options } from './start.mjs'

const { CLIENT_ID, CLIENT_SECRET, TOKEN } = needed('CLIENT_ID', 'CLIENT_SECRET', 'TOKEN')
const config = await client.discovery(issuer, CLIENT_ID, CLIENT_SECRET, client.ClientSecretBasic(), options)

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const own = await client.clientCredentialsGrant(config)
const exchanged = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
  subject_token: TOKEN,
  subject_token_type: accessToken,
  actor_token: own.access_token,
  actor_token_type: accessToken,
  scope: 'feedback:read',
})
console.log('issued', exchanged.issued_token_type)

const seen = await client.tokenIntrospection(config, exchanged.access_token)
console.log('acting', seen.act.client_id)
